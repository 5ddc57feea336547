import {
  NOTICE_KINDS,
  OFF_BY_DEFAULT,
  type DeliveryOutcome,
  type Notice,
  type NoticeEvent,
  type NoticeKind,
  type NoticePreferences,
  type NoticeStore,
} from '../notices.ts';
import type { SqliteParts } from './parts.ts';
import { fromStoredTimeOrNull, preparePages, toStoredTime } from './rows.ts';

interface NoticeRow {
  readonly id: string;
  readonly holderHash: string;
  readonly kind: NoticeKind;
  readonly event: NoticeEvent;
  readonly subject: string;
  readonly createdAt: string;
  readonly readAt: string | null;
}

const COLUMNS = [
  ...(['id', 'holderHash', 'kind', 'event', 'subject', 'createdAt', 'readAt'] as const),
];
/** A holder who never reads must not make a list slow. */
const COUNTED = 1000;

/** Notices to holders, by all processes of a store; ids are ULIDs, so they order the lists. */
export function sqliteNotices(parts: SqliteParts): NoticeStore {
  return { ...reading(parts), ...preferring(parts), ...delivering(parts) };
}

function reading({
  database,
  writer,
}: SqliteParts): Pick<NoticeStore, 'list' | 'countUnread' | 'markRead'> {
  const pages = preparePages(database, { table: 'Notice', columns: COLUMNS }, toNotice);
  const unread = database
    .prepare<[string, number], number>(
      `SELECT count(*) FROM (SELECT readAt FROM Notice WHERE holderHash = ? ORDER BY id DESC LIMIT ?)
       WHERE readAt IS NULL`,
    )
    .pluck();
  const read = database.prepare<[string, string, string], NoticeRow>(
    `UPDATE Notice SET readAt = coalesce(readAt, ?) WHERE id = ? AND holderHash = ?
     RETURNING ${COLUMNS.join(', ')}`,
  );
  return {
    list: async (holderHash, page) => await Promise.resolve(pages({ holderHash }, page)),
    countUnread: async (holderHash) => await Promise.resolve(unread.get(holderHash, COUNTED) ?? 0),
    markRead: (holderHash, id, at) =>
      writer.write(() => {
        const row = read.get(toStoredTime(at), id, holderHash);
        return row === undefined ? null : toNotice(row);
      }),
  };
}

function preferring({
  database,
  writer,
}: SqliteParts): Pick<NoticeStore, 'preferences' | 'setPreferences'> {
  const find = database.prepare<[string], { readonly kind: string; readonly isOn: number }>(
    'SELECT kind, isOn FROM NoticePreference WHERE holderHash = ?',
  );
  const put = database.prepare<[string, string, number]>(
    `INSERT INTO NoticePreference (holderHash, kind, isOn) VALUES (?, ?, ?)
     ON CONFLICT (holderHash, kind) DO UPDATE SET isOn = excluded.isOn`,
  );
  return {
    preferences: async (holderHash) => {
      const set = new Map(find.all(holderHash).map(({ kind, isOn }) => [kind, isOn === 1]));
      const entries = NOTICE_KINDS.map((kind) => [
        kind,
        set.get(kind) ?? !OFF_BY_DEFAULT.includes(kind),
      ]);
      // one entry a kind
      return await Promise.resolve(Object.fromEntries(entries) as NoticePreferences);
    },
    setPreferences: (holderHash, preferences) =>
      writer.write(() => {
        for (const kind of NOTICE_KINDS) put.run(holderHash, kind, preferences[kind] ? 1 : 0);
      }),
  };
}

function delivering({
  database,
  writer,
}: SqliteParts): Pick<NoticeStore, 'claim' | 'settle' | 'recipients' | 'counts'> {
  const due = database.prepare<[string, number], NoticeRow & { readonly attempts: number }>(
    `SELECT ${COLUMNS.join(', ')}, attempts FROM Notice WHERE state = 'waiting' AND dueAt <= ?
     ORDER BY dueAt LIMIT ?`,
  );
  const lease = database.prepare<[string, string]>(
    'UPDATE Notice SET dueAt = ?, attempts = attempts + 1 WHERE id = ?',
  );
  const settle = database.prepare<[string, string | null, string | null, string, number]>(
    `UPDATE Notice SET state = ?, dueAt = ?, deliveredAt = ?
     WHERE id = ? AND attempts = ? AND state = 'waiting'`,
  );
  const recipients = database.prepare<[string], { readonly id: string; readonly username: string }>(
    'SELECT id, username FROM Account WHERE holderHash = ? AND disabledAt IS NULL ORDER BY id',
  );
  const count = database
    .prepare<[string], number>('SELECT count(*) FROM Notice WHERE state = ?')
    .pluck();
  return {
    claim: async ({ at, leaseEnd, limit }) => {
      if (due.get(toStoredTime(at), 1) === undefined) return []; // most of the time: nothing to write
      return await writer.write(() =>
        due.all(toStoredTime(at), limit).map(({ attempts, ...row }) => {
          lease.run(toStoredTime(leaseEnd), row.id);
          return { ...toNotice(row), attempts: attempts + 1 };
        }),
      );
    },
    settle: ({ id, attempts }, outcome) =>
      writer.write(() => {
        const { dueAt, deliveredAt } = timesOf(outcome);
        settle.run(outcome.state, dueAt, deliveredAt, id, attempts);
      }),
    recipients: async (holderHash) => await Promise.resolve(recipients.all(holderHash)),
    counts: async () =>
      await Promise.resolve({ waiting: count.get('waiting') ?? 0, dead: count.get('dead') ?? 0 }),
  };
}

function timesOf(
  outcome: DeliveryOutcome,
): Readonly<{ dueAt: string | null; deliveredAt: string | null }> {
  return {
    dueAt: outcome.state === 'waiting' ? toStoredTime(outcome.dueAt) : null,
    deliveredAt: outcome.state === 'delivered' ? toStoredTime(outcome.at) : null,
  };
}

function toNotice({ createdAt, readAt, ...row }: NoticeRow): Notice {
  return { ...row, createdAt: new Date(createdAt), readAt: fromStoredTimeOrNull(readAt) };
}
