import { canonicalise } from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import { verifyTimeStamp } from '../pki/timeStamp/verifyTimeStamp.ts';
import { proveUse } from '../proofs/proofs.ts';
import { stampCheckpoint } from '../proofs/stampCheckpoint.ts';
import type { StoredReceipt, StoredUsage } from '../store/store.ts';
import type { ReceiptParts } from './receipt.ts';

const BATCH = 100;

type CompletionParts = Pick<ReceiptParts, 'clock' | 'store' | 'ledger' | 'trust' | 'timeStamper'>;

interface ReadyReceipt {
  readonly receipt: StoredReceipt;
  /** In the order of its licences, all anchored. */
  readonly uses: readonly StoredUsage[];
}

/**
 * Completes every receipt whose uses are anchored: proofs of them, under a time-stamped checkpoint, and a time-stamp over the
 * receipt itself, so that both outlive their certificates. Safe to run in several processes: the first one's evidence stays.
 *
 * @returns how many it completed.
 * @throws ServiceError `TSA_UNAVAILABLE`, `LEDGER_UNAVAILABLE`, `STORE_UNAVAILABLE`: the others wait for the next round.
 */
export async function completeReceipts(parts: CompletionParts): Promise<number> {
  let completed = 0;
  let isStamped = false;
  for (let after = ''; ;) {
    const pending = await parts.store.receipts.pending(after, BATCH);
    for (const receipt of pending) {
      const ready = await readyReceipt(parts, receipt);
      if (ready === null) continue;
      if (!isStamped) await stampLog(parts);
      isStamped = true;
      if (await complete(parts, ready)) completed += 1;
    }
    const last = pending.at(-1);
    if (last === undefined || pending.length < BATCH) return completed;
    after = last.id;
  }
}

/** @returns null while a use is not anchored. */
async function readyReceipt(
  { store }: CompletionParts,
  receipt: StoredReceipt,
): Promise<ReadyReceipt | null> {
  const uses: StoredUsage[] = [];
  for (const { use } of receipt.licences) {
    const usage = await store.usage.find(use.record);
    if (usage === null || usage.anchor === null) return null;
    uses.push(usage);
  }
  return { receipt, uses };
}

async function stampLog({ timeStamper, ...parts }: CompletionParts): Promise<void> {
  if (timeStamper !== null) await stampCheckpoint({ ...parts, timeStamper });
}

async function complete(parts: CompletionParts, { receipt, uses }: ReadyReceipt): Promise<boolean> {
  const proofs: LedgerProof[] = [];
  for (const use of uses) {
    const proof = await proveIfReady(parts, use);
    if (proof === null) return false;
    proofs.push(withTightToken(parts, proof));
  }
  const signed = Buffer.from(receipt.jws, 'latin1');
  const given = (await parts.timeStamper?.stamp(signed, 'ES256')) ?? null;
  const token = given !== null && isTight(parts, given, signed) ? given : null;
  return await parts.store.receipts.complete(receipt.id, {
    proofs: canonicalise(proofs),
    timeStamp: token === null ? null : Buffer.from(token).toString('base64'),
  });
}

/** An organisation that keeps the ledger may be behind with a batch: the next round asks again. */
async function proveIfReady(parts: CompletionParts, use: StoredUsage): Promise<LedgerProof | null> {
  try {
    return await proveUse(parts, use);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'PROOF_NOT_READY') return null;
    throw error;
  }
}

/** A token of an authority elsewhere may have bytes that nothing binds; a receipt, in which no byte is free, goes without. */
function isTight(
  { trust, clock }: CompletionParts,
  token: Uint8Array,
  stamped: Uint8Array,
): boolean {
  const name = 'receipt.timeStamp';
  return verifyTimeStamp({ name, token, stamped: [stamped], trust, at: clock.now() }).isSealedUp;
}

function withTightToken(parts: CompletionParts, proof: LedgerProof): LedgerProof {
  const { timeStamp, ...rest } = proof;
  if (timeStamp === undefined) return proof;
  const checkpoint = Buffer.from(proof.checkpoint, 'utf8');
  return isTight(parts, Buffer.from(timeStamp, 'base64'), checkpoint) ? proof : rest;
}
