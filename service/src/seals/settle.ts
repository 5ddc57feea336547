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
  store: Pick<Store, 'seals' | 'stages'>,
  { act }: SignedAct,
  ledger: LedgerPlace,
  stateNow: SealState | undefined,
): Promise<void> {
  const { esId } = act.body as { readonly esId: string }; // every act of a seal names it
  if (makesSeal(act)) {
    await store.seals.release(esId, ledger);
    await store.stages.remove(act.id); // where the store was rebuilt meanwhile
  } else if (act.act === 'seal.signDocument') {
    await store.seals.releaseSignature(act.id, ledger);
  } else if (act.act === 'seal.putDocument') {
    await releaseDocument(store, act as PutDocument, ledger);
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
  } else if (act.act === 'seal.putDocument') {
    const id = await signatureOf(store, act as PutDocument);
    if (id === null) await store.stages.remove(act.id);
    else await store.seals.discardDocument(id, act.id);
  } else {
    await store.stages.remove(act.id);
  }
}

type PutDocument = SignedAct<'seal.putDocument'>['act'];

async function releaseDocument(
  store: Pick<Store, 'seals'>,
  act: PutDocument,
  ledger: LedgerPlace,
): Promise<void> {
  const id = await signatureOf(store, act);
  if (id === null) throw new Error(`no seal signature of ${act.body.earlier}`);
  await store.seals.releaseDocument(id, act.body.document, { ledger, stageId: act.id });
}

/** @returns the id of the seal signature whose file an act completes; null: it is not here. */
async function signatureOf(
  store: Pick<Store, 'seals'>,
  { body }: PutDocument,
): Promise<string | null> {
  return (await store.seals.findSignatureByDigest(body.earlier))?.id ?? null;
}

function makesSeal({ act }: SignedAct['act']): boolean {
  return act === 'seal.make' || act === 'seal.renew';
}
