/** Port: recalls (召回) of licences that ended for a cause reaching back, and the notices to windows that relied on them. */
import type { ActReason } from '@yinxin/chaincode/model';
import type { Page, PageRequest } from './page.ts';

/** What a recall is about. */
export interface RecallCause {
  /** Identifier. */
  readonly licence: string;
  /** Since when it was void: earlier than the act that says so. */
  readonly effectiveFrom: Date;
  readonly reason: ActReason;
}

/** A recall that is not sent yet. It is staged together with the act that ends the licence. */
export interface PendingRecall extends RecallCause {
  /** Id of that act. */
  readonly id: string;
  /** What will be sent; null: not prepared yet. Prepared notices never change, so that the ledger records them once. */
  readonly notices: readonly PreparedNotice[] | null;
}

/** A notice to one window. */
export interface PreparedNotice {
  /** ULID. */
  readonly id: string;
  /** Code of the window. */
  readonly window: string;
  /** Ids of its uses of the licence since it was void, oldest first. */
  readonly uses: readonly string[];
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** RFC 6962 leaf hash of salt and notice, lower-case hex. */
  readonly leafHash: string;
}

/** A notice that its window sees. */
export interface RecallNotice extends RecallCause, Omit<PreparedNotice, 'salt'> {
  readonly recallId: string;
  /** Credit code of the licence's issuer. */
  readonly issuer: string;
  readonly sentAt: Date;
  /** Account id. */
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  /** What the window did about it. */
  readonly note: string | null;
}

export interface RecallFilter {
  readonly windows?: readonly string[];
  readonly issuers?: readonly string[];
  readonly licence?: string;
  /** True: only those that nobody acknowledged yet. */
  readonly isOpen?: boolean;
}

export interface RecallStore {
  /** Oldest first. */
  pending(limit: number): Promise<readonly PendingRecall[]>;
  /** Keeps what will be sent, unless something was kept before, by another process, too. @returns what is kept. */
  prepare(
    id: string,
    issuer: string,
    notices: readonly PreparedNotice[],
  ): Promise<readonly PreparedNotice[]>;
  /** Shows the notices to their windows. Doing it again changes nothing. */
  send(id: string, at: Date): Promise<void>;
  /** Removes a recall whose act was refused. */
  drop(id: string): Promise<void>;
  find(noticeId: string): Promise<RecallNotice | null>;
  list(filter: RecallFilter, page: PageRequest): Promise<Page<RecallNotice>>;
  /** @returns false, and nothing is changed, if somebody acknowledged it before. */
  acknowledge(
    noticeId: string,
    by: Readonly<{ accountId: string; at: Date; note: string }>,
  ): Promise<boolean>;
}
