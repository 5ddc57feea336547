import type { Database, Statement } from 'better-sqlite3';
import type { ActReason } from '@yinxin/chaincode/model';
import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type { PreparedNotice, RecallCause, RecallNotice, RecallStore } from '../recalls.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  fromStoredTimeOrNull,
  prepareInsert,
  statementCache,
  toPage,
  toStoredTime,
  type ColumnValue,
} from './rows.ts';

interface RecallRow {
  readonly id: string;
  readonly licence: string;
  readonly effectiveFrom: string;
  readonly reason: ActReason;
  readonly state: 'due' | 'prepared' | 'sent';
}

interface NoticeRow extends Omit<RecallRow, 'state'> {
  readonly recallId: string;
  readonly issuer: string;
  readonly window: string;
  /** JSON. */
  readonly uses: string;
  readonly leafHash: string;
  readonly sentAt: string;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: string | null;
  readonly noteSealed: Uint8Array | null;
}

const NOTICE_COLUMNS = [
  ...['id', 'recallId', 'licence', 'issuer', 'window', 'uses', 'salt', 'leafHash', 'isSent'],
  ...['acknowledgedBy', 'acknowledgedAt', 'noteSealed'],
];
const SELECT_NOTICE = `SELECT n.id, n.recallId, n.licence, n.issuer, n.window, n.uses, n.leafHash, n.acknowledgedBy,
  n.acknowledgedAt, n.noteSealed, r.effectiveFrom, r.reason, r.sentAt
  FROM RecallNotice n JOIN Recall r ON r.id = n.recallId WHERE n.isSent = 1`;

/** Writes recalls inside the writes of stages. */
export class RecallRows {
  readonly #insert: Statement<[string, string, string, string]>;
  readonly #drop: Statement<[string]>;

  constructor(database: Database) {
    this.#drop = database.prepare(`DELETE FROM Recall WHERE id = ? AND state = 'due'`);
    this.#insert = database.prepare(
      `INSERT INTO Recall (id, licence, effectiveFrom, reason, state) VALUES (?, ?, ?, ?, 'due')`,
    );
  }

  add(id: string, { licence, effectiveFrom, reason }: RecallCause): void {
    this.#insert.run(id, licence, toStoredTime(effectiveFrom), reason);
  }

  /** Its act was refused. */
  drop(id: string): void {
    this.#drop.run(id);
  }
}

/** Recalls and their notices; ids are ULIDs, so they order the lists. */
export function sqliteRecalls({ database, writer, keys }: SqliteParts): RecallStore {
  const statements = statementCache(database);
  const pending = database.prepare<[number], RecallRow>(
    `SELECT id, licence, effectiveFrom, reason, state FROM Recall WHERE state IN ('due', 'prepared') ORDER BY id LIMIT ?`,
  );
  const prepared = database.prepare<[string], PreparedRow>(
    'SELECT id, "window", uses, salt, leafHash FROM RecallNotice WHERE recallId = ? ORDER BY id',
  );
  const move = database.prepare<[string, string | null, string, string]>(
    'UPDATE Recall SET state = ?, sentAt = ? WHERE id = ? AND state = ?',
  );
  const show = database.prepare<[string]>('UPDATE RecallNotice SET isSent = 1 WHERE recallId = ?');
  const drop = database.prepare<[string]>(`DELETE FROM Recall WHERE id = ? AND state <> 'sent'`);
  const licenceOf = database.prepare<[string], string>('SELECT licence FROM Recall WHERE id = ?');
  const insert = prepareInsert(database, 'RecallNotice', NOTICE_COLUMNS);
  const find = database.prepare<[string], NoticeRow>(`${SELECT_NOTICE} AND n.id = ?`);
  const acknowledge = database.prepare<[string, string, Uint8Array, string]>(
    `UPDATE RecallNotice SET acknowledgedBy = ?, acknowledgedAt = ?, noteSealed = ?
     WHERE id = ? AND isSent = 1 AND acknowledgedAt IS NULL`,
  );
  const key = keys.serviceKey('recallNotice');
  const toNotice = ({ noteSealed, ...row }: NoticeRow): RecallNotice => ({
    ...row,
    uses: JSON.parse(row.uses) as readonly string[], // as `prepare` wrote them
    effectiveFrom: new Date(row.effectiveFrom),
    sentAt: new Date(row.sentAt),
    acknowledgedAt: fromStoredTimeOrNull(row.acknowledgedAt),
    note: noteSealed === null ? null : openText(key, placeOf(row.id), noteSealed),
  });
  return {
    pending: async (limit) =>
      await Promise.resolve(
        pending.all(limit).map(({ state, effectiveFrom, ...row }) => ({
          ...row,
          effectiveFrom: new Date(effectiveFrom),
          notices: state === 'due' ? null : prepared.all(row.id).map(toPrepared),
        })),
      ),
    prepare: (id, issuer, notices) =>
      writer.write(() => {
        const licence = licenceOf.pluck().get(id) ?? '';
        if (move.run('prepared', null, id, 'due').changes === 0) {
          return prepared.all(id).map(toPrepared);
        }
        for (const { uses, ...notice } of notices) {
          insert.run({
            ...notice,
            ...{ recallId: id, licence, issuer, uses: JSON.stringify(uses), isSent: 0 },
            ...{ acknowledgedBy: null, acknowledgedAt: null, noteSealed: null },
          });
        }
        return notices;
      }),
    send: (id, at) =>
      writer.write(() => {
        if (move.run('sent', toStoredTime(at), id, 'prepared').changes === 1) show.run(id);
      }),
    drop: (id) =>
      writer.write(() => {
        drop.run(id);
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toNotice(row));
    },
    list: async ({ windows, issuers, licence, isOpen }, page) => {
      checkPage(page);
      const asked = [anyOf('n.window', windows), anyOf('n.issuer', issuers)];
      if (licence !== undefined) asked.push({ sql: 'n.licence = ?', values: [licence] });
      if (isOpen === true) asked.push({ sql: 'n.acknowledgedAt IS NULL', values: [] });
      const where = ['n.id < ?', ...asked.map(({ sql }) => sql)].join(' AND ');
      const values = [page.cursor ?? '~', ...asked.flatMap((one) => one.values)]; // ~ sorts after every id
      const rows = statements(`${SELECT_NOTICE} AND ${where} ORDER BY n.id DESC LIMIT ?`).all(
        ...values,
        page.limit + 1,
      ) as NoticeRow[]; // the columns selected
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, toNotice));
    },
    acknowledge: (id, { accountId, at, note }) =>
      writer.write(() => {
        const sealed = sealText(key, placeOf(id), note);
        return acknowledge.run(accountId, toStoredTime(at), sealed, id).changes === 1;
      }),
  };
}

interface PreparedRow extends Omit<PreparedNotice, 'uses'> {
  readonly uses: string;
}

function toPrepared({ uses, ...row }: PreparedRow): PreparedNotice {
  return { ...row, uses: JSON.parse(uses) as readonly string[] }; // as `prepare` wrote them
}

interface Condition {
  readonly sql: string;
  readonly values: readonly ColumnValue[];
}

function anyOf(column: string, values: readonly string[] | undefined): Condition {
  if (values === undefined) return { sql: '1', values: [] };
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

function placeOf(id: string): SealedPlace {
  return { table: 'RecallNotice', column: 'noteSealed', id };
}
