import type { KeyObject } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { openText, sealText } from '../fieldEncryption.ts';
import type { Objection, ObjectionState, ObjectionStore } from '../objections.ts';
import type { NoticeRows } from './noticeRows.ts';
import type { SqliteParts } from './parts.ts';
import {
  fromStoredTimeOrNull,
  isUniqueViolation,
  prepareInsert,
  preparePages,
  toStoredTime,
} from './rows.ts';

interface ObjectionRow {
  readonly id: string;
  readonly useId: string;
  readonly holderHash: string | null;
  readonly personId: string;
  readonly state: ObjectionState;
  readonly groundsSealed: Uint8Array;
  readonly createdAt: string;
  readonly dueAt: string;
  readonly answeredBy: string | null;
  readonly answeredAt: string | null;
  readonly answerSealed: Uint8Array | null;
}

const COLUMNS: readonly (keyof ObjectionRow)[] = [
  ...(['id', 'useId', 'holderHash', 'personId', 'state', 'groundsSealed'] as const),
  ...(['createdAt', 'dueAt', 'answeredBy', 'answeredAt', 'answerSealed'] as const),
];

/** Objections; ids are ULIDs, so they order the list. */
export function sqliteObjections(
  { database, writer, dataKeys }: SqliteParts,
  notices: NoticeRows,
): ObjectionStore {
  const insert = prepareInsert(database, 'Objection', COLUMNS);
  const find = database.prepare<[string], ObjectionRow>('SELECT * FROM Objection WHERE id = ?');
  const answer = database.prepare<[string, string, string, Uint8Array, string]>(
    `UPDATE Objection SET state = ?, answeredBy = ?, answeredAt = ?, answerSealed = ?
     WHERE id = ? AND state = 'open'`,
  );
  const withdraw = database.prepare<[string]>(
    `UPDATE Objection SET state = 'withdrawn' WHERE id = ? AND state = 'open'`,
  );
  const toObjection = (row: ObjectionRow): Objection => {
    const key = dataKeys.find(row.personId);
    return {
      ...{ id: row.id, useId: row.useId, holderHash: row.holderHash, state: row.state },
      grounds: openWith(key, 'groundsSealed', row.id, row.groundsSealed),
      createdAt: new Date(row.createdAt),
      dueAt: new Date(row.dueAt),
      answeredBy: row.answeredBy,
      answeredAt: fromStoredTimeOrNull(row.answeredAt),
      answer: openWith(key, 'answerSealed', row.id, row.answerSealed),
    };
  };
  const pages = preparePages(database, { table: 'Objection', columns: COLUMNS }, toObjection);
  return {
    add: ({ id, useId, holderHash, state, grounds, createdAt, dueAt }) =>
      writer.write(() => {
        const person = dataKeys.findByHash(holderHash);
        if (person === null) throw new ServiceError('USAGE_RECORD_NOT_FOUND', 'the holder is gone');
        try {
          insert.run({
            ...{ id, useId, holderHash, state },
            personId: person.personId,
            groundsSealed: sealText(person.key, placeOf('groundsSealed', id), grounds),
            createdAt: toStoredTime(createdAt),
            dueAt: toStoredTime(dueAt),
            ...{ answeredBy: null, answeredAt: null, answerSealed: null },
          });
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
          throw new ServiceError('OBJECTION_ALREADY_EXISTS', `use ${useId} was objected to before`);
        }
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toObjection(row));
    },
    list: async (filter, page) => await Promise.resolve(pages({ ...filter }, page)),
    answer: (id, { state, answer: text, answeredBy, answeredAt }) =>
      writer.write(() => {
        const row = find.get(id);
        const key = row === undefined ? null : dataKeys.find(row.personId);
        if (row === undefined || key === null) return false;
        const sealed = sealText(key, placeOf('answerSealed', id), text);
        const at = toStoredTime(answeredAt);
        if (answer.run(state, answeredBy, at, sealed, id).changes === 0) return false;
        notices.add(row.holderHash, { kind: 'objection', event: state, subject: id });
        return true;
      }),
    withdraw: (id) => writer.write(() => withdraw.run(id).changes === 1),
  };
}

type SealedColumn = 'groundsSealed' | 'answerSealed';

function openWith(
  key: KeyObject | null,
  column: SealedColumn,
  id: string,
  sealed: Uint8Array | null,
): string | null {
  return key === null || sealed === null ? null : openText(key, placeOf(column, id), sealed);
}

function placeOf(column: SealedColumn, id: string): { table: string; column: string; id: string } {
  return { table: 'Objection', column, id };
}
