import {
  statePlaces,
  type Act,
  type ActName,
  type AuthorityRecord,
  type LicenceRecord,
  type LicenceVersionRecord,
  type MandateRecord,
  type SealBody,
  type SealRecord,
  type SealStatusRecord,
} from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Ledger, RecordedAct } from '../ledger/ledger.ts';
import type { LedgerPlace, LicenceState, Store } from '../store/store.ts';

export interface RebuildParts {
  readonly ledger: Ledger;
  readonly store: Store;
}

/** How many of each kind were written. */
export interface RebuildSummary {
  readonly organisations: number;
  readonly licences: number;
  readonly seals: number;
  readonly sealSignatures: number;
}

/**
 * Writes the store's index anew from the ledger: organisations, seals, licences and seal signatures, each in its present
 * state. Rows that exist are corrected and keep what the ledger does not know.
 *
 * What is on no ledger cannot come back: personal data, documents, credentials, accounts, windows, definitions of licence
 * types and matters, contents of usage records, imports. Those are in backups.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE`, `LEDGER_CORRUPT`, `STORE_UNAVAILABLE`. It may be run again.
 */
export async function rebuildStore(parts: RebuildParts): Promise<RebuildSummary> {
  const counts = { organisations: 0, licences: 0, seals: 0, sealSignatures: 0 };
  let lastList = -1;
  for await (const recorded of parts.ledger.replay(0)) {
    const { act } = recorded.act;
    if (isAct(act, 'authority.register')) {
      counts.organisations += await putOrganisation(parts, act);
    } else if (makesLicence(act)) {
      lastList = Math.max(lastList, act.body.status.list);
      await putLicence(parts, act.body.identifier);
      counts.licences += 1;
    } else if (isAct(act, 'seal.make') || isAct(act, 'seal.renew')) {
      await putSeal(parts, act.body);
      counts.seals += 1;
    } else if (isAct(act, 'seal.signDocument')) {
      await putSealSignature(parts, act, placeIn(recorded));
      counts.sealSignatures += 1;
    }
  }
  await parts.store.rebuild.continueStatusListsAfter(lastList);
  return counts;
}

/** @returns 1 if it was missing. */
async function putOrganisation(
  { store, ledger }: RebuildParts,
  act: Act<'authority.register'>,
): Promise<number> {
  const { creditCode } = act.body;
  if ((await store.organisations.find(creditCode)) !== null) return 0;
  const [record] = (await ledger.readStates([statePlaces.authority(creditCode)])).values;
  const { name, parent } = record as AuthorityRecord; // its registration was recorded
  const isParentKnown = parent !== null && (await store.organisations.find(parent)) !== null;
  await store.organisations.add({
    ...{ creditCode, name, kind: 'authority', createdAt: new Date(act.at) },
    parent: isParentKnown ? parent : null, // one that never acted on the ledger is not there
  });
  return 1;
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
  await store.rebuild.putLicence({
    identifier: version.identifier,
    ...{ base, typeCode, typeVersion: 1, issuer: version.issuer, version: number },
    holderHash: null,
    state: isCurrent ? (current.state satisfies LicenceState) : 'superseded',
    validFrom: new Date(version.validFrom),
    validUntil: version.validUntil === null ? null : new Date(version.validUntil),
    ...{ makerId: null, approverId: null, createdAt: issuedAt, issuedAt },
    documents: version.documents,
    contentDigest: version.contentDigest,
    status: version.status,
    ledger: await placeOfAct(ledger, isCurrent ? current.actId : version.actId),
    supersedes: version.predecessor,
    supersededBy: isCurrent ? null : current.identifier,
  });
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

const LICENCE_MAKERS = [
  'licence.issue',
  'licence.change',
  'licence.renew',
  'licence.transferIn',
] as const;

/** Acts that begin a version. */
function makesLicence(act: Act): act is Act<(typeof LICENCE_MAKERS)[number]> {
  return LICENCE_MAKERS.some((name) => name === act.act);
}

function isAct<N extends ActName>(act: Act, name: N): act is Act<N> {
  return act.act === name;
}
