import type { ActRecorder } from '../ledger/ledger.ts';
import { INSTALLATION_ACTOR, signAct } from '../ledger/signAct.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import type { UsageStore } from '../store/store.ts';

export interface AnchorParts {
  readonly clock: Clock;
  /** Where what waits is: uses, or entries of the administrative trail. */
  readonly usage: Pick<UsageStore, 'pending' | 'markAnchored'>;
  readonly recorder: ActRecorder;
  /** Act key of the operator. */
  readonly signer: Signer;
  /** Credit code of the operator. */
  readonly operator: string;
}

/** Leaves an anchor takes: the contract accepts up to 4096. */
const MAX_LEAVES = 500;

/**
 * Puts the leaf hashes of pending uses on the ledger, oldest first.
 *
 * Safe to repeat: the same leaves in the same order have the same root, which the ledger records once.
 *
 * @returns how many uses were anchored; 0 when none was pending.
 * @throws ServiceError `ACT_REFUSED` if the ledger refuses the anchor; ledger errors as they come.
 */
export async function anchorPendingUses(parts: AnchorParts): Promise<number> {
  const pending = await parts.usage.pending(MAX_LEAVES);
  if (pending.length === 0) return 0;
  const act = await signAct(
    parts,
    'usage.anchor',
    { leaves: pending.map((use) => use.leafHash) },
    { authority: parts.operator, maker: INSTALLATION_ACTOR },
  );
  const outcome = await parts.recorder.record(act);
  if (outcome.outcome === 'refused') {
    throw new ServiceError('ACT_REFUSED', `usage.anchor: ${outcome.code}: ${outcome.message}`);
  }
  await parts.usage.markAnchored(
    outcome.position.root,
    pending.map((use) => use.id),
  );
  return pending.length;
}

/**
 * Anchors pending uses at most every `intervalMs`, or as soon as a full anchor waits.
 *
 * @param onFailure - told of each failed round; the next one tries again.
 * @param onSuccess - told of each other round.
 * @returns stops the job and waits for the round under way.
 */
export function startAnchoring(
  parts: AnchorParts,
  intervalMs: number,
  onFailure: (error: unknown) => void,
  onSuccess: () => void = () => undefined,
): () => Promise<void> {
  let isStopped = false;
  let wake: () => void = () => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const anchored = await anchorPendingUses(parts).then(
        (count) => {
          onSuccess();
          return count;
        },
        (error: unknown) => {
          onFailure(error);
          return 0;
        },
      );
      if (anchored < MAX_LEAVES) await pause(intervalMs, (stop) => (wake = stop));
    }
  };
  const running = run();
  return async () => {
    isStopped = true;
    wake();
    await running;
  };
}

async function pause(ms: number, giveWake: (wake: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    giveWake(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
