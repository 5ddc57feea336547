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
  const at = parts.clock.now();
  const id = ulid(at);
  const { holderHash, ...facts } = use;
  const record = canonicalBytes({ id, at: at.toISOString(), ...facts, ...context });
  const salt = freshBytes(16);
  const row: UsageRecord = {
    id,
    at,
    ...use,
    ...context,
    holderHash,
    salt,
    record,
    leafHash: Buffer.from(leafHash(Buffer.concat([salt, record]))).toString('hex'),
  };
  await parts.usage.append(row);
  return id;
}
