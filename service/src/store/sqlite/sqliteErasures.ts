import type { Erasure, ErasureState, ErasureStore, RetentionReason } from '../erasures.ts';
import type { NoticeRows } from './noticeRows.ts';
import type { SqliteParts } from './parts.ts';
import {
  fromStoredTimeOrNull,
  prepareInsert,
  preparePages,
  toStoredTime,
  toStoredTimeOrNull,
} from './rows.ts';

interface ErasureRow {
  readonly id: string;
  readonly accountId: string;
  readonly holderHash: string | null;
  readonly state: ErasureState;
  readonly requestedAt: string;
  /** JSON. */
  readonly reasons: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

const COLUMNS: readonly (keyof ErasureRow)[] = [
  ...(['id', 'accountId', 'holderHash', 'state', 'requestedAt', 'reasons'] as const),
  ...(['decidedBy', 'decidedAt'] as const),
];

/** Wishes to be erased; ids are ULIDs, so they order the list. */
export function sqliteErasures(
  { database, writer }: SqliteParts,
  notices: NoticeRows,
): ErasureStore {
  const insert = prepareInsert(database, 'Erasure', COLUMNS);
  const find = database.prepare<[string], ErasureRow>('SELECT * FROM Erasure WHERE id = ?');
  const decide = database.prepare<[string, string, string | null, string | null, string]>(
    `UPDATE Erasure SET state = ?, reasons = ?, decidedBy = ?, decidedAt = ?
     WHERE id = ? AND state = 'requested'`,
  );
  const pages = preparePages(database, { table: 'Erasure', columns: COLUMNS }, toErasure);
  return {
    add: ({ requestedAt, decidedAt, reasons, ...columns }) =>
      writer.write(() => {
        insert.run({
          ...columns,
          requestedAt: toStoredTime(requestedAt),
          decidedAt: toStoredTimeOrNull(decidedAt),
          reasons: JSON.stringify(reasons),
        });
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toErasure(row));
    },
    list: async (filter, page) => await Promise.resolve(pages({ ...filter }, page)),
    decide: (id, { state, reasons, decidedBy, decidedAt }) =>
      writer.write(() => {
        const at = toStoredTimeOrNull(decidedAt);
        const { changes } = decide.run(state, JSON.stringify(reasons), decidedBy, at, id);
        if (changes === 1 && state === 'refused')
          notices.add(find.get(id)?.holderHash ?? null, {
            ...{ kind: 'erasure', event: 'refused', subject: id },
          });
        return changes === 1;
      }),
  };
}

function toErasure({ requestedAt, decidedAt, reasons, ...columns }: ErasureRow): Erasure {
  return {
    ...columns,
    requestedAt: new Date(requestedAt),
    decidedAt: fromStoredTimeOrNull(decidedAt),
    reasons: JSON.parse(reasons) as readonly RetentionReason[], // as it was written
  };
}
