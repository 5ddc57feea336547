import type { Act, ActOutcome } from '../act.js';
import { announce, authenticate, batchRecord, recordedOutcome, refusedOutcome } from '../batch.js';
import type { BatchEvent, Transaction } from '../batch.js';
import { parseIdentifier } from '../codes.js';
import type { ParsedAct } from '../parseBatch.js';
import type { BatchRecord } from '../records.js';
import { statePlaces } from '../statePlaces.js';
import { leavesRoot, requireAnchorer, requireRecallable } from './usage.js';

type UsageAct = Act<'usage.anchor' | 'usage.recall'>;

/**
 * Anchors leaf hashes, one `batch~root` an act. An anchor is its root: sent again, by whatever act, it is answered with
 * its position and nothing is written. The position is that of the first leaf.
 *
 * @returns one outcome an act, in order.
 */
export async function recordAnchors(
  transaction: Transaction,
  acts: readonly ParsedAct[],
): Promise<readonly ActOutcome[]> {
  const { state } = transaction;
  const outcomes: ActOutcome[] = [];
  const anchored: BatchEvent['batches'][number][] = [];
  for (const parsed of acts) {
    const { id } = parsed.act;
    try {
      const batch = await anchor(transaction, parsed);
      if (batch.isNew) anchored.push({ root: batch.root, size: batch.size });
      outcomes.push(recordedOutcome(id, { root: batch.root, index: 0 }));
      state.keep();
    } catch (error) {
      outcomes.push(refusedOutcome(transaction, id, error));
    }
  }
  if (anchored.length > 0) {
    await state.flush();
    announce(transaction, anchored);
  }
  return outcomes;
}

async function anchor(
  transaction: Transaction,
  parsed: ParsedAct,
): Promise<{ readonly root: string; readonly size: number; readonly isNew: boolean }> {
  const { state } = transaction;
  requireAnchorer(await authenticate(transaction, parsed));
  const act = parsed.act as UsageAct; // the batch was parsed for this contract
  const root = leavesRoot(act);
  const size = act.body.leaves.length;
  const place = statePlaces.batch(root);
  if ((await state.get(place)) !== null) return { root, size, isNew: false };
  state.put(place, await describe(transaction, act, batchRecord(transaction, root, size)));
  return { root, size, isNew: true };
}

async function describe(
  { state }: Transaction,
  act: UsageAct,
  batch: BatchRecord,
): Promise<BatchRecord> {
  if (!isRecall(act)) return { ...batch, kind: 'usage' };
  const { identifier } = act.body;
  requireRecallable(
    identifier,
    await state.get(statePlaces.licence(parseIdentifier(identifier).base)),
  );
  return { ...batch, kind: 'recall', licence: identifier };
}

function isRecall(act: UsageAct): act is Act<'usage.recall'> {
  return act.act === 'usage.recall';
}
