import { LICENCE_TRANSITIONS, type ActName, type SignedAct } from '@yinxin/chaincode/model';
import type { CommittedOutcome } from '../ledger/ledger.ts';
import { placeOf } from '../ledger/outcome.ts';
import { beginsVersion } from '../ledger/versionActs.ts';
import type { LedgerPlace, LicenceState, Store } from '../store/store.ts';

/**
 * Brings the store level with the ledger's word on a staged act: releases what was recorded, removes what was
 * refused. Doing it again changes nothing, so a request, a retry and recovery may all call it.
 *
 * @param stateNow - the ledger's present state where the act may be an old one; absent: the act was recorded just now.
 */
export async function settleLicenceAct(
  store: Pick<Store, 'licences' | 'stages'>,
  signed: SignedAct,
  outcome: CommittedOutcome,
  stateNow?: LicenceState,
): Promise<void> {
  const place = placeOf(outcome);
  if (place === null) await discard(store, signed);
  else await release(store, signed, place, stateNow);
}

async function release(
  store: Pick<Store, 'licences' | 'stages'>,
  signed: SignedAct,
  ledger: LedgerPlace,
  stateNow: LicenceState | undefined,
): Promise<void> {
  const { act } = signed;
  if (beginsVersion(act)) {
    const issuedAt = new Date(act.at);
    await store.licences.releaseIssue(act.body.identifier, { ledger, issuedAt });
  } else if (isAct(signed, 'licence.putDocument')) {
    const { identifier, document } = signed.act.body;
    await store.licences.releaseDocument(identifier, document, { ledger, stageId: act.id });
  } else {
    const state = stateNow ?? stateAfter(act.act);
    const { identifier } = act.body as { readonly identifier: string }; // life-cycle bodies all name it
    await store.licences.changeState({ identifier, state, ledger, stageId: act.id });
  }
}

function stateAfter(act: ActName): LicenceState {
  if (!(act in LICENCE_TRANSITIONS)) throw new Error(`no licence act: ${act}`);
  return LICENCE_TRANSITIONS[act as keyof typeof LICENCE_TRANSITIONS].to;
}

async function discard(
  store: Pick<Store, 'licences' | 'stages'>,
  signed: SignedAct,
): Promise<void> {
  const { act } = signed;
  if (beginsVersion(act)) {
    await store.licences.discardIssue(act.body.identifier);
  } else if (isAct(signed, 'licence.putDocument')) {
    const { identifier, document } = signed.act.body;
    await store.licences.discardDocument(identifier, document.format, signed.act.id);
  } else {
    await store.stages.remove(signed.act.id);
  }
}

function isAct<N extends 'licence.putDocument'>(
  signed: SignedAct,
  name: N,
): signed is SignedAct<N> {
  return signed.act.act === name;
}
