import { contractOf } from '@yinxin/chaincode/model';
import type { ActRecorder } from './ledger/ledger.ts';
import { settleLicenceAct } from './licences/settle.ts';
import { settleSealAct } from './seals/settle.ts';
import type { Stage, Store } from './store/store.ts';

export interface RecoveryParts {
  readonly store: Store;
  readonly recorder: ActRecorder;
}

/**
 * Settles stages whose outcome nobody knows: submits the same acts again (their ids make that harmless), releases what
 * is recorded, removes what is refused, keeps the rest.
 *
 * @param onKept - told of each stage that stays, with the reason.
 * @returns how many were settled.
 */
export async function settleStages(
  parts: RecoveryParts,
  stages: readonly Stage[],
  onKept: (stage: Stage, error: unknown) => void,
): Promise<number> {
  const settled = await Promise.all(
    stages.map(async (stage) => {
      try {
        const outcome = await parts.recorder.record(stage.act);
        const settle = contractOf(stage.act.act.act) === 'seal' ? settleSealAct : settleLicenceAct;
        await settle(parts.store, stage.act, outcome);
        return true;
      } catch (error) {
        onKept(stage, error);
        return false;
      }
    }),
  );
  return settled.filter(Boolean).length;
}
