/** How usage records are searched, so that each search is answered by an index in the order of the answer. */
import type { PageRequest } from '../licences.ts';
import { USAGE_KINDS, USAGE_OUTCOMES, type UsageFilter } from '../usageRecords.ts';
import { toStoredTime, type ColumnValue } from './rows.ts';

/** How far a record's id may be from its `at`, when an id is used to narrow a span of time. */
const ID_SLACK_MS = 60_000;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Columns with an index of their own: few records have the same value. */
const NARROW = ['licence', 'esId', 'holderHash', 'clerk', 'matter', 'window'] as const;
/** Columns with few values, which have one index together, in this order. */
const WIDE = ['kind', 'outcome', 'indication'] as const;
const VALUES: Readonly<Record<(typeof WIDE)[number], readonly (string | null)[]>> = {
  kind: USAGE_KINDS,
  outcome: USAGE_OUTCOMES,
  indication: ['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE', null],
};

type Condition = readonly [sql: string, value: string | null];

export interface UsageQuery {
  readonly sql: string;
  readonly values: readonly ColumnValue[];
}

/**
 * The statement for a page of records, newest first, with one row more than asked for.
 *
 * @param columns - as they stand in SQL.
 */
export function usageQuery(
  columns: readonly string[],
  filter: UsageFilter,
  { cursor, limit }: PageRequest,
): UsageQuery {
  const spans = spanConditions(filter, cursor);
  const narrow = NARROW.flatMap((column) => equals(`"${column}"`, filter[column]));
  const isWide = WIDE.some((column) => filter[column] !== undefined);
  const select = `SELECT ${columns.join(', ')} FROM UsageRecord`;
  if (!isWide || narrow.length > 0) {
    // The plus keeps SQLite from the index of what nearly all records have.
    const wide = WIDE.flatMap((column) => equals(`+${column}`, filter[column]));
    const { where, values } = all([...narrow, ...wide, ...spans]);
    const sql = `${select} WHERE ${where} ORDER BY id DESC LIMIT ?`;
    return { sql, values: [...values, limit + 1] };
  }
  const parts = combinations(filter).map((combination) => {
    const { where, values } = all([...combination, ...spans]);
    const sql = `SELECT id FROM (SELECT id FROM UsageRecord WHERE ${where} ORDER BY id DESC LIMIT ?)`;
    return { sql, values: [...values, limit + 1] };
  });
  const ids = parts.map(({ sql }) => sql).join(' UNION ALL ');
  return {
    sql: `${select} WHERE id IN (SELECT id FROM (${ids}) ORDER BY id DESC LIMIT ?) ORDER BY id DESC`,
    values: [...parts.flatMap(({ values }) => values), limit + 1],
  };
}

/** Every combination of the wide columns' values that a filter lets through. */
function combinations(filter: UsageFilter): readonly (readonly Condition[])[] {
  return WIDE.reduce<readonly (readonly Condition[])[]>(
    (before, column) => {
      const asked = filter[column];
      const values = asked === undefined ? VALUES[column] : [asked];
      return before.flatMap((one) =>
        values.map((value): readonly Condition[] => [...one, [`${column} IS ?`, value]]),
      );
    },
    [[]],
  );
}

function equals(column: string, value: string | undefined): readonly Condition[] {
  return value === undefined ? [] : [[`${column} = ?`, value]];
}

function spanConditions(
  { from, until }: UsageFilter,
  cursor: string | undefined,
): readonly Condition[] {
  const conditions: Condition[] = [];
  if (from !== undefined)
    conditions.push(['at >= ?', toStoredTime(from)], ['id >= ?', idFloor(from, -ID_SLACK_MS)]);
  if (until !== undefined)
    conditions.push(['at < ?', toStoredTime(until)], ['id < ?', idFloor(until, ID_SLACK_MS)]);
  if (cursor !== undefined) conditions.push(['id < ?', cursor]);
  return conditions;
}

function all(conditions: readonly Condition[]): {
  readonly where: string;
  readonly values: readonly ColumnValue[];
} {
  const where = conditions.map(([sql]) => sql).join(' AND ');
  return { where: where === '' ? '1' : where, values: conditions.map(([, value]) => value) };
}

/** The lowest ULID of an instant: ids carry their time, so a span of time is a range of ids. */
export function idFloor(at: Date, shiftMs = 0): string {
  let time = Math.max(0, at.getTime() + shiftMs);
  let text = '';
  for (let digit = 0; digit < 10; digit++) {
    text = CROCKFORD.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  return text;
}
