import type { Act } from '../act.js';
import { fingerprintOf } from '../actSignature.js';
import { refuseStranger } from '../batch.js';
import type { ActRules, RecordingRules } from '../batch.js';
import { ContractError } from '../errors.js';
import type { AuthorityRecord } from '../records.js';
import { statePlaces } from '../statePlaces.js';
import type { WorldState } from '../worldState.js';
import {
  registerAuthority,
  replaceKey,
  requireGenesis,
  requireRegistrar,
  setRoles,
} from './authority.js';
import { putTrustAnchor, withdrawTrustAnchor } from './trustAnchor.js';

const rules: ActRules<'authority'> = {
  'authority.register': async (act, author, state) => {
    const { creditCode, parent } = act.body;
    if ((await state.get(statePlaces.authority(creditCode))) !== null)
      throw new ContractError('AUTHORITY_ALREADY_EXISTS', `authority ${creditCode} is registered`);
    const authority = registerAuthority(act);
    if (author.creditCode === creditCode) {
      // only genesis lets an authority speak that is not on the ledger
      requireGenesis(authority);
      state.put(statePlaces.genesis(), { schemaVersion: 1, creditCode, actId: act.id });
    } else {
      requireRegistrar(author);
    }
    if (parent !== null) await requireAuthority(state, parent);
    state.put(statePlaces.authority(creditCode), authority);
  },
  'authority.setRoles': async (act, author, state) => {
    const authority = await requireAuthority(state, act.body.creditCode);
    state.put(statePlaces.authority(authority.creditCode), setRoles(act, author, authority));
  },
  'authority.replaceKey': async (act, author, state) => {
    const authority = await requireAuthority(state, act.body.creditCode);
    state.put(statePlaces.authority(authority.creditCode), replaceKey(act, author, authority));
  },
  'authority.putTrustAnchor': async (act, author, state) => {
    const place = statePlaces.trustAnchor(fingerprintOf(act.body.certificate));
    const list = await state.get(statePlaces.trustList());
    const anchor = putTrustAnchor(act, author, { list, anchor: await state.get(place) });
    const { fingerprint, number } = anchor;
    state.put(place, anchor);
    state.put(statePlaces.trustEntry(number), { schemaVersion: 1, fingerprint });
    const size = Math.max(list?.size ?? 0, number);
    state.put(statePlaces.trustList(), { schemaVersion: 1, size, actId: act.id });
  },
  'authority.withdrawTrustAnchor': async (act, author, state) => {
    const place = statePlaces.trustAnchor(act.body.fingerprint);
    const anchor = withdrawTrustAnchor(act, author, await state.get(place));
    const size = (await state.get(statePlaces.trustList()))?.size ?? anchor.number;
    state.put(place, anchor);
    state.put(statePlaces.trustList(), { schemaVersion: 1, size, actId: act.id });
  },
};

export const authorityRecording: RecordingRules = { rules, admitStranger: admitGenesis };

/** The very first authority registers itself: its signature is checked by the key it brings. */
async function admitGenesis(act: Act, state: WorldState): Promise<AuthorityRecord> {
  const isOwn = isRegistration(act) && act.body.creditCode === act.by.authority;
  if (!isOwn || (await state.get(statePlaces.genesis())) !== null) return refuseStranger(act);
  return registerAuthority(act);
}

function isRegistration(act: Act): act is Act<'authority.register'> {
  return act.act === 'authority.register';
}

async function requireAuthority(state: WorldState, creditCode: string): Promise<AuthorityRecord> {
  const authority = await state.get(statePlaces.authority(creditCode));
  if (authority === null)
    throw new ContractError('AUTHORITY_NOT_FOUND', `authority ${creditCode} is not on the ledger`);
  return authority;
}
