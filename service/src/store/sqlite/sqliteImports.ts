import { ServiceError } from '../../errors.ts';
import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type {
  Import,
  ImportCells,
  ImportFaultKind,
  ImportRow,
  ImportRowFilter,
  ImportRowOutcome,
  ImportState,
  ImportStore,
} from '../imports.ts';
import type { Owner } from './owners.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, fromStoredTimeOrNull, statementCache, toPage, toStoredTime } from './rows.ts';

interface EntryRow {
  readonly id: string;
  readonly typeCode: string;
  readonly state: ImportState;
  readonly isDryRun: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

interface ResultRow {
  readonly number: number;
  readonly outcome: ImportRowOutcome;
  readonly identifier: string | null;
  readonly faultCode: string | null;
  readonly faultMessage: string | null;
  readonly faultPointer: string | null;
}

const ENTRY = 'id, typeCode, state, isDryRun, createdBy, createdAt, finishedAt';
const NO_COUNTS: Readonly<Record<ImportRowOutcome, number>> = {
  pending: 0,
  issued: 0,
  drafted: 0,
  valid: 0,
  refused: 0,
};
const EMPTY = new Uint8Array(0);

/** Imports on prepared statements. A row's cells are dropped as soon as its outcome is known. */
export function sqliteImports(parts: SqliteParts, owner: Owner): ImportStore {
  return { ...entries(parts, owner), ...rows(parts) };
}

function entries(
  { database, writer }: SqliteParts,
  owner: Owner,
): Pick<ImportStore, 'add' | 'find' | 'list' | 'finish' | 'unfinished'> {
  const insert = database.prepare<[string, string, number, string, string, string]>(
    `INSERT INTO Import (id, typeCode, state, isDryRun, createdBy, createdAt, ownerId)
     VALUES (?, ?, 'running', ?, ?, ?, ?)`,
  );
  const find = database.prepare<[string], EntryRow>(`SELECT ${ENTRY} FROM Import WHERE id = ?`);
  const list = database.prepare<[string, number], EntryRow>(
    `SELECT ${ENTRY} FROM Import WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const running = database.prepare<[], EntryRow & { ownerId: string | null }>(
    `SELECT ${ENTRY}, ownerId FROM Import WHERE state = 'running' ORDER BY id`,
  );
  const takeOver = database.prepare<[string]>(
    `UPDATE Import SET ownerId = ? WHERE state = 'running' AND (ownerId IS NULL OR ownerId NOT IN (SELECT id FROM Owner))`,
  );
  const finish = database.prepare<[string, string, string]>(
    'UPDATE Import SET state = ?, finishedAt = ? WHERE id = ?',
  );
  const count = database.prepare<[string], { outcome: ImportRowOutcome; count: number }>(
    'SELECT outcome, count(*) AS count FROM ImportRow WHERE importId = ? GROUP BY outcome',
  );
  const toImport = (row: EntryRow): Import => ({
    ...row,
    isDryRun: row.isDryRun === 1,
    counts: {
      ...NO_COUNTS,
      ...Object.fromEntries(count.all(row.id).map((found) => [found.outcome, found.count])),
    },
    createdAt: new Date(row.createdAt),
    finishedAt: fromStoredTimeOrNull(row.finishedAt),
  });
  return {
    add: (entry) =>
      writer.writeOne(() => {
        const { id, typeCode, isDryRun, createdBy, createdAt } = entry;
        insert.run(id, typeCode, Number(isDryRun), createdBy, toStoredTime(createdAt), owner.id);
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toImport(row));
    },
    list: async (page) => {
      checkPage(page);
      const found = list.all(page.cursor ?? '~', page.limit + 1); // ~ sorts after every id
      return await Promise.resolve(toPage(found, page.limit, (row) => row.id, toImport));
    },
    finish: (id, state, at) =>
      writer.writeOne(() => {
        if (finish.run(state, toStoredTime(at), id).changes === 0)
          throw new ServiceError('IMPORT_NOT_FOUND', `no import ${id}`);
      }),
    unfinished: async () => {
      if (running.all().some(({ ownerId }) => ownerId !== owner.id)) {
        await writer.write(() => {
          owner.forgetGone();
          takeOver.run(owner.id);
        });
      }
      return running
        .all()
        .flatMap(({ ownerId, ...row }) => (ownerId === owner.id ? [toImport(row)] : []));
    },
  };
}

function rows({
  database,
  writer,
  keys,
}: SqliteParts): Pick<
  ImportStore,
  'addRows' | 'pendingRows' | 'settleRows' | 'rows' | 'faultKinds'
> {
  const insert = database.prepare<[string, number, Uint8Array]>(
    `INSERT OR IGNORE INTO ImportRow (importId, number, outcome, cellsSealed) VALUES (?, ?, 'pending', ?)`,
  );
  const pending = database.prepare<
    [string, number, number],
    { number: number; cellsSealed: Uint8Array }
  >(
    `SELECT number, cellsSealed FROM ImportRow WHERE importId = ? AND outcome = 'pending' AND number > ?
     ORDER BY number LIMIT ?`,
  );
  const settle = database.prepare<
    [string, string | null, string | null, string | null, string | null, Uint8Array, string, number]
  >(
    `UPDATE ImportRow SET outcome = ?, identifier = ?, faultCode = ?, faultMessage = ?, faultPointer = ?,
       cellsSealed = ? WHERE importId = ? AND number = ?`,
  );
  const pages = statementCache(database);
  const kinds = database.prepare<[string], ImportFaultKind>(
    `SELECT faultCode AS code, faultPointer AS pointer, COUNT(*) AS count FROM ImportRow
     WHERE importId = ? AND outcome = 'refused' AND faultCode IS NOT NULL
     GROUP BY faultCode, faultPointer ORDER BY count DESC, faultCode, faultPointer LIMIT 100`,
  );
  return {
    addRows: (id, added) => {
      const sealed = added.map(({ number, cells }) => ({
        number,
        cells: sealText(keys.serviceKey('import'), placeOf(id, number), JSON.stringify(cells)),
      }));
      return writer.write(() => {
        for (const row of sealed) insert.run(id, row.number, row.cells);
      });
    },
    pendingRows: async (id, afterNumber, limit) =>
      await Promise.resolve(
        pending.all(id, afterNumber, limit).map(({ number, cellsSealed }) => {
          const text = openText(keys.serviceKey('import'), placeOf(id, number), cellsSealed);
          return { number, cells: JSON.parse(text) as ImportCells }; // sealed by addRows
        }),
      ),
    settleRows: (id, settled) =>
      writer.write(() => {
        for (const { number, outcome, identifier, fault } of settled)
          settle.run(
            outcome,
            identifier,
            fault?.code ?? null,
            fault?.message ?? null,
            fault?.pointer ?? null,
            EMPTY,
            id,
            number,
          );
      }),
    rows: async (id, filter, page) => {
      checkPage(page);
      const { where, values } = conditionsOf(filter);
      const found = pages(
        `SELECT number, outcome, identifier, faultCode, faultMessage, faultPointer FROM ImportRow
         WHERE importId = ? AND number > ? ${where} ORDER BY number LIMIT ?`,
      ).all(id, Number(page.cursor ?? '0'), ...values, page.limit + 1) as ResultRow[]; // the columns selected
      return await Promise.resolve(toPage(found, page.limit, (row) => String(row.number), toRow));
    },
    faultKinds: async (id) => await Promise.resolve(kinds.all(id)),
  };
}

function conditionsOf({ outcome, fault }: ImportRowFilter): {
  readonly where: string;
  readonly values: readonly (string | null)[];
} {
  return {
    where:
      (outcome === undefined ? '' : 'AND outcome = ? ') +
      (fault === undefined ? '' : 'AND faultCode = ? AND faultPointer IS ?'),
    values: [
      ...(outcome === undefined ? [] : [outcome]),
      ...(fault === undefined ? [] : [fault.code, fault.pointer]),
    ],
  };
}

function toRow(row: ResultRow): ImportRow {
  const { number, outcome, identifier, faultCode, faultMessage, faultPointer } = row;
  const fault =
    faultCode === null
      ? null
      : { code: faultCode, message: faultMessage ?? '', pointer: faultPointer };
  return { number, outcome, identifier, fault };
}

function placeOf(id: string, number: number): SealedPlace {
  return { table: 'ImportRow', column: 'cellsSealed', id: `${id}/${number}` };
}
