import type { SealBody, SignedAct } from '@yinxin/chaincode/model';
import type { CommittedOutcome } from '../ledger/ledger.ts';
import { placeOf } from '../ledger/outcome.ts';
import type { LedgerPlace, SealState, Store } from '../store/store.ts';

/** State that a life-cycle act leads to. */
const STATE_AFTER: Readonly<Record<string, SealState>> = {
  'seal.suspend': 'suspended',
  'seal.reinstate': 'valid',
  'seal.revoke': 'revoked',
};

/**
 * Brings the store level with the ledger's word on a staged act of a seal. Doing it again changes nothing.
 *
 * A seal signature's id is the id of its act.
 *
 * @param stateNow - the ledger's present state where the act may be an old one; absent: the act was recorded just now.
 */
export async function settleSealAct(
  store: Pick<Store, 'seals' | 'stages'>,
  signed: SignedAct,
  outcome: CommittedOutcome,
  stateNow?: SealState,
): Promise<void> {
  const place = placeOf(outcome);
  if (place === null) await discard(store, signed);
  else await release(store, signed, place, stateNow);
}

async function release(
  store: Pick<Store, 'seals'>,
  { act }: SignedAct,
  ledger: LedgerPlace,
  stateNow: SealState | undefined,
): Promise<void> {
  const { esId } = act.body as { readonly esId: string }; // every act of a seal names it
  if (makesSeal(act)) {
    await store.seals.release(esId, ledger);
  } else if (act.act === 'seal.signDocument') {
    await store.seals.releaseSignature(act.id, ledger);
  } else if (act.act === 'seal.setMandate') {
    const { mandate } = (act as SignedAct<'seal.setMandate'>['act']).body;
    await store.seals.change({ esId, actId: act.id, ledger, mandate });
  } else {
    const state = stateNow ?? STATE_AFTER[act.act];
    if (state === undefined) throw new Error(`no act of a seal: ${act.act}`);
    await store.seals.change({ esId, actId: act.id, ledger, state });
  }
}

async function discard(store: Pick<Store, 'seals' | 'stages'>, { act }: SignedAct): Promise<void> {
  if (makesSeal(act)) {
    await store.seals.discard((act.body as SealBody).esId);
  } else if (act.act === 'seal.signDocument') {
    await store.seals.discardSignature(act.id);
  } else {
    await store.stages.remove(act.id);
  }
}

function makesSeal({ act }: SignedAct['act']): boolean {
  return act === 'seal.make' || act === 'seal.renew';
}
