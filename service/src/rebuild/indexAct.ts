import {
  statePlaces,
  type Act,
  type ActName,
  type AuthorityRecord,
  type LicenceRecord,
  type LicenceVersionRecord,
  type MandateRecord,
  type SealBody,
  type SealedDocumentRecord,
  type SealRecord,
  type SealStatusRecord,
} from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Ledger, RecordedAct } from '../ledger/ledger.ts';
import { beginsVersion } from '../ledger/versionActs.ts';
import type { LedgerPlace, LicenceFacts, Store } from '../store/store.ts';

/** What is read, and what is written from it. */
export interface RebuildParts {
  readonly ledger: Ledger;
  readonly store: Store;
}

/** What a row of the index is about. */
export type IndexedKind = 'organisations' | 'licences' | 'seals' | 'sealSignatures';

/**
 * Writes the index row of what a recorded act made, in its present state. A row that exists is corrected and keeps what
 * the ledger does not know.
 *
 * @returns what was written; null: the act makes nothing that has a row, or its organisation has one.
 * @throws ServiceError `LEDGER_UNAVAILABLE`, `LEDGER_CORRUPT`, `STORE_UNAVAILABLE`.
 */
export async function indexWhatActMade(
  parts: RebuildParts,
  recorded: RecordedAct,
): Promise<IndexedKind | null> {
  const { act } = recorded.act;
  if (isAct(act, 'authority.register')) {
    return (await putOrganisation(parts, act)) ? 'organisations' : null;
  }
  if (beginsVersion(act)) {
    await putLicence(parts, act.body.identifier);
    return 'licences';
  }
  if (isAct(act, 'seal.make') || isAct(act, 'seal.renew')) {
    await putSeal(parts, act.body);
    return 'seals';
  }
  if (isAct(act, 'seal.signDocument')) {
    await putSealSignature(parts, act, placeIn(recorded));
    return 'sealSignatures';
  }
  if (isAct(act, 'seal.putDocument')) {
    await putCompletedDocument(parts, act, placeIn(recorded));
    return 'sealSignatures';
  }
  return null;
}

/**
 * Brings rows level with a recorded act, whatever it did: what it made, what it changed, what it took the place of.
 *
 * @throws ServiceError as {@link indexWhatActMade}.
 */
export async function indexAct(parts: RebuildParts, recorded: RecordedAct): Promise<void> {
  const { act } = recorded.act;
  const { identifier, predecessor, esId } = act.body as Readonly<Record<string, unknown>>; // members differ from act to act
  if (recorded.contract === 'licence') {
    await putKnown(identifier, (known) => putLicence(parts, known));
    const isOurs = !isAct(act, 'licence.transferIn'); // there the predecessor may be another ledger's
    if (isOurs) await putKnown(predecessor, (known) => putLicence(parts, known));
  } else if (recorded.contract === 'seal' && !act.act.endsWith('Document')) {
    await putKnown(esId, (known) => putRecordedSeal(parts, known));
    await putKnown(predecessor, (known) => putRecordedSeal(parts, known));
  } else {
    await indexWhatActMade(parts, recorded);
  }
}

/** Number of the status list a recorded act took a place in; -1: none. */
export function statusListOf({ act: { act } }: RecordedAct): number {
  return beginsVersion(act) ? act.body.status.list : -1;
}

async function putKnown(name: unknown, put: (name: string) => Promise<void>): Promise<void> {
  if (typeof name === 'string') await put(name);
}

async function putRecordedSeal(parts: RebuildParts, esId: string): Promise<void> {
  const [seal] = (await parts.ledger.readStates([statePlaces.seal(esId)])).values;
  await putSeal(parts, seal as SealRecord); // an act on it was recorded
}

/** @returns whether it was missing. */
async function putOrganisation(
  { store, ledger }: RebuildParts,
  act: Act<'authority.register'>,
): Promise<boolean> {
  const { creditCode } = act.body;
  if ((await store.organisations.find(creditCode)) !== null) return false;
  const [record] = (await ledger.readStates([statePlaces.authority(creditCode)])).values;
  const { name, parent } = record as AuthorityRecord; // its registration was recorded
  const isParentKnown = parent !== null && (await store.organisations.find(parent)) !== null;
  await store.organisations.add({
    ...{ creditCode, name, kind: 'authority', createdAt: new Date(act.at) },
    parent: isParentKnown ? parent : null, // one that never acted on the ledger is not there
  });
  return true;
}

async function putLicence({ ledger, store }: RebuildParts, identifier: string): Promise<void> {
  const { base, version: number, typeCode } = readIdentifier(identifier);
  const { values } = await ledger.readStates([
    statePlaces.licence(base),
    statePlaces.licenceVersion(base, number),
  ]);
  const [current, version] = values as [LicenceRecord, LicenceVersionRecord]; // its issue was recorded
  const isCurrent = current.version === number;
  const issuedAt = new Date(version.issuedAt);
  const facts: LicenceFacts = {
    identifier: version.identifier,
    ...{ base, typeCode, typeVersion: 1, issuer: version.issuer, version: number },
    holderHash: null,
    state: isCurrent ? current.state : 'superseded',
    validFrom: new Date(version.validFrom),
    validUntil: version.validUntil === null ? null : new Date(version.validUntil),
    ...{ makerId: null, approverId: null, createdAt: issuedAt, issuedAt },
    documents: version.documents,
    contentDigest: version.contentDigest,
    status: version.status,
    ledger: await placeOfAct(ledger, isCurrent ? current.actId : version.actId),
    supersedes: version.predecessor,
    supersededBy: isCurrent ? null : current.identifier,
  };
  const { esId } = version.sealSignature;
  await store.rebuild.putLicence(facts, { esId, actId: version.actId });
}

async function putSeal(
  { ledger, store }: RebuildParts,
  made: Pick<SealBody, 'esId' | 'holder'>,
): Promise<void> {
  const { esId } = made;
  const { values } = await ledger.readStates([
    statePlaces.seal(esId),
    statePlaces.sealStatus(esId),
    statePlaces.mandate(esId),
    statePlaces.authority(made.holder),
  ]);
  const [seal, status, mandate, holder] = values as [
    SealRecord,
    SealStatusRecord,
    MandateRecord,
    AuthorityRecord | null,
  ]; // its making was recorded
  await store.rebuild.putSeal(
    {
      esId,
      holder: { creditCode: seal.holder, name: holder?.name ?? seal.holder },
      kind: seal.kind,
      name: seal.name,
      digests: seal.file,
      signerKeys: seal.signerCertificates,
      validFrom: new Date(seal.validFrom),
      validUntil: new Date(seal.validUntil),
      state: status.state,
      mandate: mandate.mandate,
      maker: seal.maker,
      createdAt: new Date(seal.madeAt),
      actId: status.actId,
      ledger: await placeOfAct(ledger, status.actId),
      supersedes: seal.predecessor,
    },
    null,
  );
}

async function putSealSignature(
  { store }: RebuildParts,
  act: Act<'seal.signDocument'>,
  ledger: LedgerPlace,
): Promise<void> {
  const { esId, document, signatureDigest } = act.body;
  await store.rebuild.putSealSignature({
    ...{ id: act.id, esId, document, signatureDigest, ledger },
    format: document.format,
    sealedAt: new Date(act.at),
  });
}

async function putCompletedDocument(
  { ledger, store }: RebuildParts,
  { body: { esId, earlier, document } }: Act<'seal.putDocument'>,
  place: LedgerPlace,
): Promise<void> {
  const [value] = (await ledger.readStates([statePlaces.sealedDocument(esId, document.sha256)]))
    .values;
  const { actId, at, signatureDigest } = value as SealedDocumentRecord; // the act was recorded
  await store.rebuild.putSealSignature({
    ...{ id: actId, esId, document, signatureDigest, ledger: place, earlierSha256: earlier },
    format: document.format,
    sealedAt: new Date(at),
  });
}

async function placeOfAct(ledger: Ledger, id: string): Promise<LedgerPlace> {
  const position = await ledger.actPosition(id);
  const batch = position === null ? null : await ledger.batch(position.root);
  if (position === null || batch === null) {
    throw new ServiceError('LEDGER_CORRUPT', `act ${id} has no place`);
  }
  return { root: position.root, position: position.index, block: batch.block };
}

function placeIn({ position, block }: RecordedAct): LedgerPlace {
  return { root: position.root, position: position.index, block };
}

function isAct<N extends ActName>(act: Act, name: N): act is Act<N> {
  return act.act === name;
}
