import type { SignedAct } from '@yinxin/chaincode/model';
import type { CommittedOutcome } from '../ledger/ledger.ts';
import { placeOf } from '../ledger/outcome.ts';
import { LICENCE_OPERATIONS } from '../store/licences.ts';
import type { LedgerPlace, LicenceOperation, LicenceState, Store } from '../store/store.ts';

/** State that a life-cycle act leads to. */
const STATE_AFTER: Readonly<Record<string, LicenceState>> = {
  'licence.suspend': 'suspended',
  'licence.reinstate': 'issued',
  'licence.cancel': 'cancelled',
  'licence.revoke': 'revoked',
  'licence.withdraw': 'withdrawn',
  'licence.lapse': 'lapsed',
  'licence.transferOut': 'transferred',
};

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
  if (makesVersion(signed)) {
    const issuedAt = new Date(act.at);
    await store.licences.releaseIssue(signed.act.body.identifier, { ledger, issuedAt });
  } else if (isAct(signed, 'licence.putDocument')) {
    const { identifier, document } = signed.act.body;
    await store.licences.releaseDocument(identifier, document, { ledger, stageId: act.id });
  } else {
    const state = stateNow ?? STATE_AFTER[act.act];
    if (state === undefined) throw new Error(`no licence act: ${act.act}`);
    const { identifier } = act.body as { readonly identifier: string }; // life-cycle bodies all name it
    await store.licences.changeState({ identifier, state, ledger, stageId: act.id });
  }
}

async function discard(
  store: Pick<Store, 'licences' | 'stages'>,
  signed: SignedAct,
): Promise<void> {
  if (makesVersion(signed)) {
    await store.licences.discardIssue(signed.act.body.identifier);
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

function makesVersion(signed: SignedAct): signed is SignedAct<`licence.${LicenceOperation}`> {
  return LICENCE_OPERATIONS.some((operation) => `licence.${operation}` === signed.act.act);
}
