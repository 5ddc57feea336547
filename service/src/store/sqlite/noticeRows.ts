import type { Database, Statement } from 'better-sqlite3';
import type { Clock } from '../../clock.ts';
import { ulid } from '../../ulid.ts';
import { OFF_BY_DEFAULT, type NoticeCause, type NoticeKind } from '../notices.ts';
import type { UsageRecord } from '../usageRecords.ts';
import { prepareInsert, toStoredTime } from './rows.ts';

/** Columns of a notice that is written. */
const COLUMNS = [
  ...['id', 'holderHash', 'kind', 'event', 'subject', 'createdAt', 'readAt'],
  ...['state', 'attempts', 'dueAt', 'deliveredAt'],
];

/** Writes notices to holders inside the writes of what they tell of. */
export class NoticeRows {
  readonly #clock: Clock;
  readonly #isDelivered: boolean;
  readonly #insert: ReturnType<typeof prepareInsert>;
  readonly #preference: Statement<[string, string], number>;
  readonly #hashOfAccount: Statement<[string], string | null>;

  /** @param isDelivered - false: notices are for the holder's inbox only. */
  constructor(database: Database, clock: Clock, isDelivered: boolean) {
    this.#clock = clock;
    this.#isDelivered = isDelivered;
    this.#insert = prepareInsert(database, 'Notice', COLUMNS);
    this.#preference = database
      .prepare<[string, string], number>(
        'SELECT isOn FROM NoticePreference WHERE holderHash = ? AND kind = ?',
      )
      .pluck();
    this.#hashOfAccount = database
      .prepare<[string], string | null>('SELECT holderHash FROM Account WHERE id = ?')
      .pluck();
  }

  /** @returns what writes the notice of a use; null: the holder wants none, or used it themselves. */
  ofUse({ id, at, kind, channel, clerk, holderHash }: UsageRecord): (() => void) | null {
    if (holderHash === null) return null;
    const noticeKind =
      kind === 'verification' && channel === 'public' ? 'publicVerification' : kind;
    if (!this.#isWanted(holderHash, noticeKind)) return null;
    if (clerk !== null && this.#hashOfAccount.get(clerk) === holderHash) return null;
    return () => {
      this.#write(holderHash, { kind: noticeKind, event: 'use', subject: id }, at);
    };
  }

  /** Call within a write. @param holderHash - null: nobody is there to be told. */
  add(holderHash: string | null, cause: NoticeCause): void {
    if (holderHash === null || !this.#isWanted(holderHash, cause.kind)) return;
    this.#write(holderHash, cause, this.#clock.now());
  }

  #isWanted(holderHash: string, kind: NoticeKind): boolean {
    const isOn = this.#preference.get(holderHash, kind);
    return isOn === undefined ? !OFF_BY_DEFAULT.includes(kind) : isOn === 1;
  }

  #write(holderHash: string, cause: NoticeCause, at: Date): void {
    const createdAt = toStoredTime(at);
    this.#insert.run({
      id: ulid(at),
      ...{ holderHash, kind: cause.kind, event: cause.event, subject: cause.subject },
      ...{ createdAt, readAt: null, attempts: 0, deliveredAt: null },
      ...(this.#isDelivered
        ? { state: 'waiting', dueAt: createdAt }
        : { state: 'inbox', dueAt: null }),
    });
  }
}
