import {
  contractOf,
  parseIdentifier,
  statePlaces,
  type LicenceRecord,
  type SealStatusRecord,
  type SignedAct,
} from '@yinxin/chaincode/model';
import type { ActRecorder, CommittedOutcome, Ledger } from '../ledger/ledger.ts';
import { settleLicenceAct } from '../licences/settle.ts';
import { settleSealAct } from '../seals/settle.ts';
import type { Stage, Store } from '../store/store.ts';

export interface RecoveryParts {
  readonly store: Store;
  readonly ledger: Pick<Ledger, 'readStates'>;
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
        await settle(parts, stage.act, outcome);
        return true;
      } catch (error) {
        onKept(stage, error);
        return false;
      }
    }),
  );
  return settled.filter(Boolean).length;
}

/** Later acts may have been recorded since: the state is the one the ledger has now, not the one this act led to. */
async function settle(
  { store, ledger }: RecoveryParts,
  signed: SignedAct,
  outcome: CommittedOutcome,
): Promise<void> {
  if (contractOf(signed.act.act) === 'seal') {
    const { esId } = signed.act.body as { readonly esId: string }; // every act of a seal names it
    const { values } = await ledger.readStates([statePlaces.sealStatus(esId)]);
    const status = values[0] as SealStatusRecord | null | undefined; // as the place says
    await settleSealAct(store, signed, outcome, status?.state);
  } else {
    const { identifier } = signed.act.body as { readonly identifier: string }; // every staged act of a licence names it
    const { base } = parseIdentifier(identifier);
    const { values } = await ledger.readStates([statePlaces.licence(base)]);
    const licence = values[0] as LicenceRecord | null | undefined; // as the place says
    const isCurrent = licence?.identifier === identifier;
    await settleLicenceAct(store, signed, outcome, isCurrent ? licence.state : 'superseded');
  }
}
