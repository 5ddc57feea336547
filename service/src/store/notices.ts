/** Port: notices to holders, written in the same commit as what they tell of, and delivered at least once. */
import type { Page, PageRequest } from './page.ts';

/** What a holder can switch on and off. `publicVerification`: by somebody who had not signed in. */
export const NOTICE_KINDS = [
  'publicVerification',
  'verification',
  'presentation',
  'disclosure',
  'copy',
  'lookup',
  'licence',
  'objection',
  'erasure',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Whoever shows a code around knows that it is scanned: a message a scan would be noise, and a load. */
export const OFF_BY_DEFAULT: readonly NoticeKind[] = ['publicVerification'];

/** How a licence came to be or changed, an objection or a wish to be erased was answered; `use`: somebody used something. */
export const NOTICE_EVENTS = [
  ...['use', 'upheld', 'rejected', 'refused'],
  ...['issue', 'change', 'renew', 'transferIn'],
  ...['suspended', 'reinstated', 'withdrawn', 'cancelled', 'lapsed', 'transferred', 'revoked'],
] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** What happened to whom; nothing personal stands in it. */
export interface NoticeCause {
  readonly kind: NoticeKind;
  readonly event: NoticeEvent;
  /** Id of the usage record, objection or erasure; identifier of the licence. */
  readonly subject: string;
}

export interface Notice extends NoticeCause {
  /** ULID. */
  readonly id: string;
  readonly holderHash: string;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

/** A notice that one process may send now, and nobody else until its lease ends. */
export interface DueNotice extends Notice {
  /** This one included; also what proves that the lease is still ours. */
  readonly attempts: number;
}

/** How an attempt ended. `inbox`: there is nobody to send it to. */
export type DeliveryOutcome =
  | { readonly state: 'delivered'; readonly at: Date }
  | { readonly state: 'waiting'; readonly dueAt: Date }
  | { readonly state: 'dead' | 'inbox' };

export interface NoticeCounts {
  /** To be sent, now or later. */
  readonly waiting: number;
  /** Given up. */
  readonly dead: number;
}

export type NoticePreferences = Readonly<Record<NoticeKind, boolean>>;

export interface NoticeStore {
  /** Newest first. */
  list(holderHash: string, page: PageRequest): Promise<Page<Notice>>;
  /** Among the holder's newest thousand. */
  countUnread(holderHash: string): Promise<number>;
  /** Once read, always read. @returns the notice; null if the holder has no such. */
  markRead(holderHash: string, id: string, at: Date): Promise<Notice | null>;
  preferences(holderHash: string): Promise<NoticePreferences>;
  setPreferences(holderHash: string, preferences: NoticePreferences): Promise<void>;
  /** Those due at `at`, for the caller alone until `leaseEnd`: who dies before it settles them leaves them to others. */
  claim(
    lease: Readonly<{ at: Date; leaseEnd: Date; limit: number }>,
  ): Promise<readonly DueNotice[]>;
  /** Does nothing if the lease is no longer the caller's, or the holder was erased. */
  settle(notice: Pick<DueNotice, 'id' | 'attempts'>, outcome: DeliveryOutcome): Promise<void>;
  /** Accounts of the holder that are not disabled. */
  recipients(
    holderHash: string,
  ): Promise<readonly { readonly id: string; readonly username: string }[]>;
  counts(): Promise<NoticeCounts>;
}
