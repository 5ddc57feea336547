import type { Act, LicenceSuccessionBody } from '../act.js';
import type { ActRule, ActRules, RecordingRules } from '../batch.js';
import { parseIdentifier } from '../codes.js';
import type { LicenceIdentifier } from '../codes.js';
import { ContractError } from '../errors.js';
import type { AuthorityRecord } from '../records.js';
import { sealPlaces, useSeal } from '../seal/sealUse.js';
import { statePlaces } from '../statePlaces.js';
import type { StatePlace } from '../statePlaces.js';
import type { LicenceLifecycleAct, LicenceSuccessionAct } from '../transitions.js';
import type { WorldState } from '../worldState.js';
import {
  changeLicenceState,
  issueLicence,
  putDocument,
  requireTransferable,
  succeedLicence,
} from './licence.js';
import type { NewVersion, VersionFacts } from './licence.js';

const issue: ActRule<'licence.issue' | 'licence.transferIn'> = async (act, author, state) => {
  await putVersion(
    act,
    state,
    issueLicence(act, await readFacts(act.body.identifier, author, state)),
  );
};

const succeed: ActRule<LicenceSuccessionAct> = async (act, author, state) => {
  await putVersion(
    act,
    state,
    succeedLicence(act, await readFacts(act.body.identifier, author, state)),
  );
};

const changeState: ActRule<LicenceLifecycleAct> = async (act, author, state) => {
  const { base } = parseIdentifier(act.body.identifier);
  const licence = await state.get(statePlaces.licence(base));
  const successor =
    licence?.state === 'transferred' ? await state.get(statePlaces.successor(base)) : null;
  state.put(statePlaces.licence(base), changeLicenceState(act, author, licence, successor));
};

const rules: ActRules<'licence'> = {
  'licence.issue': issue,
  'licence.change': succeed,
  'licence.renew': succeed,
  'licence.transferIn': async (act, author, state) => {
    const { base } = parseIdentifier(act.body.predecessor);
    const licence = await state.get(statePlaces.licence(base));
    const successor = await state.get(statePlaces.successor(base));
    requireTransferable(act, { licence, successor });
    await issue(act, author, state);
    const { identifier } = act.body;
    state.put(statePlaces.successor(base), { schemaVersion: 1, identifier, actId: act.id });
  },
  'licence.suspend': changeState,
  'licence.reinstate': changeState,
  'licence.cancel': changeState,
  'licence.revoke': changeState,
  'licence.withdraw': changeState,
  'licence.lapse': changeState,
  'licence.transferOut': changeState,
  'licence.putDocument': async (act, author, state) => {
    const facts = await readFacts(act.body.identifier, author, state);
    const { base, version } = parseIdentifier(act.body.identifier);
    const place = statePlaces.licenceVersion(base, version);
    state.put(place, putDocument(act, facts, await state.get(place)));
  },
};

export const licenceRecording: RecordingRules = { rules, readsOf };

function readsOf({ body }: Act): readonly StatePlace<object>[] {
  const { identifier, predecessor, sealSignature } = body as Partial<LicenceSuccessionBody>; // members that bodies of this contract may have
  const licences = [identifier, predecessor].flatMap((text) => parsedIdentifier(text));
  return [
    ...licences.map(({ base }) => statePlaces.licence(base)),
    ...(sealSignature === undefined
      ? []
      : [
          ...licences.map(({ typeCode }) => statePlaces.licenceType(typeCode)),
          ...sealPlaces(sealSignature.esId),
        ]),
  ];
}

/** None where the rules will refuse the identifier. */
function parsedIdentifier(identifier: string | undefined): readonly LicenceIdentifier[] {
  if (identifier === undefined) return [];
  try {
    return [parseIdentifier(identifier)];
  } catch (error) {
    if (error instanceof ContractError) return [];
    throw error;
  }
}

async function readFacts(
  identifier: string,
  author: AuthorityRecord,
  state: WorldState,
): Promise<VersionFacts> {
  const { base, typeCode } = parseIdentifier(identifier);
  const type = await state.get(statePlaces.licenceType(typeCode));
  const licence = await state.get(statePlaces.licence(base));
  return { author, type, licence };
}

/** Uses the seal that the act names and puts the version; its key is free because versions only grow by one. */
async function putVersion(
  act: Act<'licence.issue' | 'licence.transferIn' | LicenceSuccessionAct>,
  state: WorldState,
  { licence, version }: NewVersion,
): Promise<void> {
  const { esId } = act.body.sealSignature;
  await useSeal(state, { esId, at: act.at, by: act.by, licenceType: version.typeCode });
  const { base } = parseIdentifier(licence.identifier);
  state.put(statePlaces.licence(base), licence);
  state.put(statePlaces.licenceVersion(base, licence.version), version);
}
