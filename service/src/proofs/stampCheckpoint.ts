import type { Clock } from '../clock.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { Store } from '../store/store.ts';

export interface CheckpointStampingParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'stampedCheckpoints'>;
  readonly timeStamper: TimeStamper;
}

/**
 * Has the log's checkpoint stamped with time if the log grew since the last one, and keeps it for proofs: whoever reads
 * one need not believe the operator's clock.
 *
 * @returns size of the checkpoint stamped; null: the log did not grow.
 * @throws ServiceError `TSA_UNAVAILABLE`, `LEDGER_UNAVAILABLE`, `STORE_UNAVAILABLE`.
 */
export async function stampCheckpoint({
  clock,
  ledger,
  store,
  timeStamper,
}: CheckpointStampingParts): Promise<number | null> {
  const note = await ledger.checkpoint();
  const { size } = parseCheckpoint(note);
  if (size <= (await store.stampedCheckpoints.largestSize())) return null;
  const token = await timeStamper.stamp(Buffer.from(note, 'utf8'), 'ES256');
  const { nodeCertificationPath } = ledger;
  const stampedAt = clock.now();
  await store.stampedCheckpoints.add({ size, note, nodeCertificationPath, token, stampedAt });
  return size;
}
