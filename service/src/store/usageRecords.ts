/** Port: usage records, durable first and anchored later. */
import type { Indication } from '../report.ts';
import type { Page, PageRequest } from './licences.ts';

export const USAGE_KINDS = [
  'verification',
  'presentation',
  'disclosure',
  'copy',
  'lookup',
] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];
export const USAGE_OUTCOMES = ['answered', 'refused'] as const;
export type UsageOutcome = (typeof USAGE_OUTCOMES)[number];

/** One use. `purpose`, salt and record bytes are encrypted at rest; people stand in it as account ids only. */
export interface UsageRecord {
  /** ULID of `at`: also the order of records. */
  readonly id: string;
  readonly at: Date;
  readonly kind: UsageKind;
  readonly outcome: UsageOutcome;
  readonly reason: string | null;
  readonly subject: { readonly kind: string; readonly identifier: string };
  readonly licence: string | null;
  readonly esId: string | null;
  readonly channel: string;
  readonly window: string | null;
  /** Account id. */
  readonly clerk: string | null;
  readonly matter: string | null;
  readonly purpose: string | null;
  readonly indication: string | null;
  /** Whose licence it was, so that the holder finds it. */
  readonly holderHash: string | null;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Canonical bytes of the record: leaf data without its salt. */
  readonly record: Uint8Array;
  /** SHA-256(0x00 ‖ salt ‖ record), lower-case hex. */
  readonly leafHash: string;
}

export interface UsageAnchor {
  /** Root of the anchored leaves. */
  readonly root: string;
  /** Index of this record's leaf under that root. */
  readonly position: number;
}

export interface StoredUsage extends UsageRecord {
  /** Null while pending. */
  readonly anchor: UsageAnchor | null;
}

export interface UsageFilter {
  readonly licence?: string;
  readonly esId?: string;
  readonly holderHash?: string;
  readonly clerk?: string;
  readonly matter?: string;
  readonly window?: string;
  readonly kind?: UsageKind;
  readonly outcome?: UsageOutcome;
  readonly indication?: Indication;
  /** From, inclusive. */
  readonly from?: Date;
  /** Until, exclusive. */
  readonly until?: Date;
}

export interface UsageStore {
  /** Resolves when the record is durable; concurrent callers share one write. */
  append(record: UsageRecord): Promise<void>;
  /** Oldest pending records, in the order in which they were stored. */
  pending(limit: number): Promise<readonly { readonly id: string; readonly leafHash: string }[]>;
  /** How many wait to be anchored. */
  countPending(): Promise<number>;
  /** Notes that the leaves of `ids`, in this order, stand under `root`. Doing it again changes nothing. */
  markAnchored(root: string, ids: readonly string[]): Promise<void>;
  find(id: string): Promise<StoredUsage | null>;
  list(filter: UsageFilter, page: PageRequest): Promise<Page<StoredUsage>>;
  /** How many there are, counted up to `most`. */
  count(filter: UsageFilter, most: number): Promise<number>;
  /** Leaf hashes under an anchored root, in order; empty for an unknown root. */
  leaves(root: string): Promise<readonly string[]>;
}
