import { canonicalBytes, leafHash } from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import { freshBytes } from '../freshBytes.ts';
import type { UsageKind, UsageOutcome, UsageRecord, UsageStore } from '../store/store.ts';
import { ulid } from '../ulid.ts';

/** Who asked, from where, for what. */
export interface UseContext {
  /** `public`, `window`, `api`, … */
  readonly channel: string;
  readonly window: string | null;
  /** Account id. */
  readonly clerk: string | null;
  readonly matter: string | null;
  readonly purpose: string | null;
}

/** The context of a request that nobody signed in for. */
export const PUBLIC_USE: UseContext = {
  channel: 'public',
  window: null,
  clerk: null,
  matter: null,
  purpose: null,
};

/** What was used and how it ended. */
export interface Use {
  readonly kind: UsageKind;
  readonly outcome: UsageOutcome;
  readonly reason: string | null;
  readonly subject: { readonly kind: string; readonly identifier: string };
  readonly licence: string | null;
  readonly esId: string | null;
  readonly indication: string | null;
  /** Keyed hash of the holder, so that they find it. */
  readonly holderHash: string | null;
  /** What was shown and on what ground; absent: nothing but a verdict or the fact was told. */
  readonly details?: UseDetails;
}

/** What the record of a use says beside its columns. A member left out does not apply. */
export interface UseDetails {
  /** Names of the fields that were disclosed. */
  readonly fields?: readonly string[];
  /** Legal basis of a use by function (依职能). */
  readonly legalBasis?: string;
  readonly caseId?: string;
  /** Ids of the presentation, the grant, the receipt that it rests on or led to. */
  readonly presentation?: string;
  readonly grant?: string;
  readonly receipt?: string;
  /** Id of the client that asked. */
  readonly client?: string;
  /** Id of the annotated copy that was made. */
  readonly copy?: string;
}

/**
 * Records a use durably, with a fresh salt; the ledger gets its salted leaf hash later.
 *
 * @returns the record's id once it is durable.
 */
export async function recordUse(
  parts: Readonly<{ clock: Clock; usage: UsageStore }>,
  use: Use,
  context: UseContext,
): Promise<string> {
  const record = toUsageRecord(use, context, parts.clock.now());
  await parts.usage.append(record);
  return record.id;
}

/** Makes the record of a use, with a fresh salt, for who writes it together with something else. */
export function toUsageRecord(use: Use, context: UseContext, at: Date): UsageRecord {
  const id = ulid(at);
  const { holderHash, details, ...facts } = use;
  const record = canonicalBytes({
    ...{ id, at: at.toISOString(), ...facts, ...context },
    ...(details === undefined ? {} : { details: { ...details } }),
  });
  const salt = freshBytes(16);
  return {
    ...{ id, at, ...facts, ...context },
    ...{ holderHash, salt, record },
    leafHash: Buffer.from(leafHash(Buffer.concat([salt, record]))).toString('hex'),
  };
}

/** Reads what a record says beside its columns. @param record - canonical bytes of a record of ours. */
export function useDetailsOf(record: Uint8Array): UseDetails {
  const { details } = JSON.parse(Buffer.from(record).toString('utf8')) as { details?: UseDetails }; // our own bytes
  return details ?? {};
}
