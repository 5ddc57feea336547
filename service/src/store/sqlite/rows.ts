/** How rows hold times, orders and pages, and how statements are prepared. */
import type { Database, Statement } from 'better-sqlite3';
import { ServiceError } from '../../errors.ts';
import type { Page, PageRequest } from '../licences.ts';

/** A column's value as SQLite takes it. */
export type ColumnValue = string | number | Uint8Array | null;
export type Row = Readonly<Record<string, ColumnValue>>;

/** The text form in which Prisma keeps instants: it sorts by time. */
export function toStoredTime(at: Date): string {
  return `${at.toISOString().slice(0, -1)}+00:00`;
}

export function toStoredTimeOrNull(at: Date | null): string | null {
  return at === null ? null : toStoredTime(at);
}

export function fromStoredTimeOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/**
 * Prepares an insert of all `columns`. Values are bound by their place: by name takes SQLite twice as long.
 *
 * @param tail - what stands behind the values.
 */
export function prepareInsert(
  database: Database,
  table: string,
  columns: readonly string[],
  tail = '',
): { run(row: Row): void } {
  const statement = database.prepare<ColumnValue[]>(`${insertSql(table, columns)} ${tail}`);
  return {
    run(row) {
      statement.run(...columns.map((column) => valueOf(row, column)));
    },
  };
}

function insertSql(table: string, columns: readonly string[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function valueOf(row: Row, column: string): ColumnValue {
  const value = row[column];
  if (value === undefined) throw new ServiceError('INTERNAL', `a row without ${column}`);
  return value;
}

/** Keeps statements by their text, for queries whose conditions differ from call to call. */
export function statementCache(database: Database): (sql: string) => Statement<ColumnValue[]> {
  const kept = new Map<string, Statement<ColumnValue[]>>();
  return (sql) => {
    let statement = kept.get(sql);
    if (statement === undefined) {
      if (kept.size >= 100) kept.clear();
      statement = database.prepare<ColumnValue[]>(sql);
      kept.set(sql, statement);
    }
    return statement;
  };
}

/**
 * Prepares lists of a table whose ids are ULIDs, newest first, by columns that must equal what is asked.
 *
 * @returns a function that throws as {@link checkPage} does.
 */
export function preparePages<R extends { readonly id: string }, T>(
  database: Database,
  { table, columns }: Readonly<{ table: string; columns: readonly (keyof R & string)[] }>,
  toItem: (row: R) => T,
): (filter: Readonly<Record<string, ColumnValue | undefined>>, page: PageRequest) => Page<T> {
  const statements = statementCache(database);
  const select = `SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM "${table}"`;
  return (filter, page) => {
    checkPage(page);
    const asked = Object.entries(filter).filter(
      (entry): entry is [string, ColumnValue] => entry[1] !== undefined,
    );
    const where = ['id < ?', ...asked.map(([column]) => `"${column}" = ?`)].join(' AND ');
    const values = [page.cursor ?? '~', ...asked.map(([, value]) => value)]; // ~ sorts after every id
    const rows = statements(`${select} WHERE ${where} ORDER BY id DESC LIMIT ?`).all(
      ...values,
      page.limit + 1,
    ) as R[]; // the columns selected
    return toPage(rows, page.limit, (row) => row.id, toItem);
  };
}

/** @throws ServiceError `REQUEST_MALFORMED` when the limit is not 1 to 200 or the cursor is none of ours. */
export function checkPage(page: PageRequest): void {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > 200)
    throw new ServiceError('REQUEST_MALFORMED', 'limit must be 1 to 200');
  if (page.cursor !== undefined && !/^[0-9A-Z]{1,32}$/.test(page.cursor))
    throw new ServiceError('REQUEST_MALFORMED', 'cursor is not one that was given out');
}

/** Makes a page of up to `limit` of `rows`; one row more than that says that there are others. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  cursorOf: (row: R) => string,
  toItem: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

/** Whether SQLite refused a row because its key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}
