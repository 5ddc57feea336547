import type { Act, ActBodies } from '../act.js';
import type { ActRule, ActRules, RecordingRules } from '../batch.js';
import { ContractError } from '../errors.js';
import type { SealedDocumentRecord } from '../records.js';
import { statePlaces } from '../statePlaces.js';
import type { StatePlace } from '../statePlaces.js';
import type { WorldState } from '../worldState.js';
import {
  changeSealState,
  completeDocument,
  makeSeal,
  sealDocument,
  setMandate,
  supersedeSeal,
} from './seal.js';
import type { SealFacts } from './seal.js';
import { readSeal, sealPlaces, useSeal } from './sealUse.js';

const changeState: ActRule<'seal.suspend' | 'seal.reinstate' | 'seal.revoke'> = async (
  act,
  author,
  state,
) => {
  const facts = await readSeal(state, act.body.esId);
  state.put(statePlaces.sealStatus(act.body.esId), changeSealState(act, author, facts));
};

const rules: ActRules<'seal'> = {
  'seal.make': async (act, author, state) => {
    await putNewSeal(state, makeSeal(act, author));
  },
  'seal.renew': async (act, author, state) => {
    const renewed = makeSeal(act, author);
    const { predecessor } = act.body;
    const status = supersedeSeal(act, author, await readSeal(state, predecessor));
    state.put(statePlaces.sealStatus(predecessor), status);
    await putNewSeal(state, renewed);
  },
  'seal.setMandate': async (act, author, state) => {
    const { esId } = act.body;
    state.put(statePlaces.mandate(esId), setMandate(act, author, await readSeal(state, esId)));
  },
  'seal.suspend': changeState,
  'seal.reinstate': changeState,
  'seal.revoke': changeState,
  'seal.signDocument': async (act, _author, state) => {
    const record = sealDocument(act);
    await useSeal(state, { esId: record.esId, at: act.at, by: act.by, licenceType: null });
    await putNewDocument(state, record);
  },
  'seal.putDocument': async (act, _author, state) => {
    const { esId, earlier } = act.body;
    const facts = await readSeal(state, esId);
    const known = await state.get(statePlaces.sealedDocument(esId, earlier));
    await putNewDocument(state, completeDocument(act, facts, known));
  },
};

export const sealRecording: RecordingRules = { rules, readsOf };

function readsOf({ body }: Act): readonly StatePlace<object>[] {
  const { esId, predecessor, document, earlier } = body as Partial<
    ActBodies['seal.renew'] & ActBodies['seal.signDocument'] & ActBodies['seal.putDocument']
  >; // members that bodies of this contract may have
  return [
    ...[esId, predecessor].flatMap((id) => (id === undefined ? [] : sealPlaces(id))),
    ...[document?.sha256, earlier].flatMap((sha256) =>
      esId === undefined || sha256 === undefined ? [] : [statePlaces.sealedDocument(esId, sha256)],
    ),
  ];
}

async function putNewDocument(state: WorldState, record: SealedDocumentRecord): Promise<void> {
  const { sha256 } = record.document;
  const place = statePlaces.sealedDocument(record.esId, sha256);
  if ((await state.get(place)) !== null)
    throw new ContractError('DOCUMENT_ALREADY_RECORDED', `document ${sha256} is recorded`);
  state.put(place, record);
}

async function putNewSeal(state: WorldState, { seal, status, mandate }: SealFacts): Promise<void> {
  if ((await state.get(statePlaces.seal(seal.esId))) !== null)
    throw new ContractError('SEAL_ALREADY_EXISTS', `seal ${seal.esId} is on the ledger`);
  state.put(statePlaces.seal(seal.esId), seal);
  state.put(statePlaces.sealStatus(seal.esId), status);
  state.put(statePlaces.mandate(seal.esId), mandate);
}
