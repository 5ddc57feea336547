import {
  changeInForce,
  parseIdentifier,
  statePlaces,
  type LicenceIdentifier,
  type LicenceRecord,
  type LicenceVersionRecord,
  type SealedDocumentRecord,
  type SealRecord,
  type SealStatusRecord,
  type StatePlace,
} from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { VerificationTime } from './parts.ts';

/** What the ledger says of a licence at the moment asked for. */
export interface LicenceView {
  /** Null: the ledger knew no such licence. */
  readonly licence: LicenceRecord | null;
  /** True: known, but not yet issued at that moment. */
  readonly isBeforeIssue: boolean;
  readonly version: LicenceVersionRecord | null;
  readonly seal: SealView | null;
  /** Null: the ledger is out of reach, and nothing above says anything. */
  readonly ageSeconds: number | null;
}

export interface SealView {
  readonly seal: SealRecord;
  /** State at the moment of sealing, as known now (or at `knownAt`). */
  readonly atSealing: SealStatusRecord | null;
}

/** What the ledger says of a seal, with the age of that word; null: the ledger is out of reach. */
export interface SealAnswer {
  readonly seal: SealView | null;
  readonly ageSeconds: number | null;
}

/** What the ledger says of a document that was sealed outside of issuing. */
export interface SealingView extends SealAnswer {
  /** Null: no such act was known. */
  readonly record: SealedDocumentRecord | null;
}

type Reader = Pick<Ledger, 'readStates' | 'history'>;

const OUT_OF_REACH: LicenceView = {
  licence: null,
  isBeforeIssue: false,
  version: null,
  seal: null,
  ageSeconds: null,
};

/**
 * A ledger out of reach is an answer, not an error: the verdict is then `TRY_LATER`.
 *
 * @returns null if the ledger is out of reach.
 */
export async function ifInReach<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'LEDGER_UNAVAILABLE') return null;
    throw error;
  }
}

export async function viewLicence(
  ledger: Reader,
  asked: LicenceIdentifier,
  time: VerificationTime,
): Promise<LicenceView> {
  return (await ifInReach(readLicence(ledger, asked, time))) ?? OUT_OF_REACH;
}

/** What the ledger says of a seal when it sealed something. */
export async function viewSeal(
  ledger: Reader,
  esId: string,
  sealing: Readonly<{ sealedAt: Date; time: VerificationTime }>,
): Promise<SealAnswer> {
  return (await ifInReach(readSeal(ledger, esId, sealing))) ?? { seal: null, ageSeconds: null };
}

/**
 * What the ledger says of a sealed document and its seal.
 *
 * @param sealing - `esId` null: the document names no seal that is known; `sha256` null: nobody knows the document; the act's own time stands above `claimedAt`, which is what document or code say.
 */
export async function viewSealing(
  ledger: Reader,
  sealing: Readonly<{ esId: string | null; sha256: string | null; claimedAt: Date }>,
  time: VerificationTime,
): Promise<SealingView> {
  const view = await ifInReach(readSealing(ledger, sealing, time));
  return view ?? { record: null, seal: null, ageSeconds: null };
}

/** What a version's record was at any time: its documents may have been completed since. */
export async function earlierVersions(
  ledger: Pick<Ledger, 'history'>,
  { identifier }: Pick<LicenceVersionRecord, 'identifier'>,
): Promise<readonly LicenceVersionRecord[]> {
  const { base, version } = parseIdentifier(identifier);
  const history = await ledger.history(statePlaces.licenceVersion(base, version));
  return history.flatMap(({ value }) => (value === null ? [] : [value as LicenceVersionRecord])); // as the place says
}

async function readLicence(
  ledger: Reader,
  asked: LicenceIdentifier,
  time: VerificationTime,
): Promise<LicenceView> {
  const place = statePlaces.licence(asked.base);
  const snapshot = await ledger.readStates([
    place,
    statePlaces.licenceVersion(asked.base, asked.version),
  ]);
  const current = (snapshot.values[0] ?? null) as LicenceRecord | null; // as the place says
  const version = (snapshot.values[1] ?? null) as LicenceVersionRecord | null;
  const past = time.isNow || current === null ? null : await inForce(ledger, place, time);
  return {
    licence: past === null ? current : past.known ? past.value : null,
    isBeforeIssue: past !== null && past.known && past.value === null,
    version,
    seal: version === null ? null : await readSealOf(ledger, version, time),
    ageSeconds: snapshot.ageSeconds,
  };
}

async function readSeal(
  ledger: Reader,
  esId: string,
  sealing: Readonly<{ sealedAt: Date; time: VerificationTime }>,
): Promise<SealAnswer> {
  const statusPlace = statePlaces.sealStatus(esId);
  const { values, ageSeconds } = await ledger.readStates([statePlaces.seal(esId), statusPlace]);
  const seal = (values[0] ?? null) as SealRecord | null; // as the places say
  const status = (values[1] ?? null) as SealStatusRecord | null;
  if (seal === null || status === null) return { seal: null, ageSeconds };
  // the newest change answers for every moment since it took effect
  if (sealing.time.isNow && status.since <= sealing.sealedAt.toISOString()) {
    return { seal: { seal, atSealing: status }, ageSeconds };
  }
  const at = { ...sealing.time, at: sealing.sealedAt };
  const past = await inForce(ledger, statusPlace, at);
  return { seal: past.known ? { seal, atSealing: past.value } : null, ageSeconds };
}

async function readSealOf(
  ledger: Reader,
  version: LicenceVersionRecord,
  time: VerificationTime,
): Promise<SealView | null> {
  const sealedAt = new Date(version.issuedAt);
  return (await readSeal(ledger, version.sealSignature.esId, { sealedAt, time })).seal;
}

async function readSealing(
  ledger: Reader,
  sealing: Parameters<typeof viewSealing>[1],
  time: VerificationTime,
): Promise<SealingView> {
  const { esId, sha256, claimedAt } = sealing;
  if (esId === null)
    return { record: null, seal: null, ageSeconds: (await ledger.readStates([])).ageSeconds };
  const record = sha256 === null ? null : await readSealedDocument(ledger, { esId, sha256 }, time);
  const sealedAt = record === null ? claimedAt : new Date(record.at);
  return { record, ...(await readSeal(ledger, esId, { sealedAt, time })) };
}

async function readSealedDocument(
  ledger: Reader,
  { esId, sha256 }: Readonly<{ esId: string; sha256: string }>,
  time: VerificationTime,
): Promise<SealedDocumentRecord | null> {
  const place = statePlaces.sealedDocument(esId, sha256);
  if (time.isNow) {
    const { values } = await ledger.readStates([place]);
    return (values[0] ?? null) as SealedDocumentRecord | null; // as the place says
  }
  const knownAt = time.knownAt.toISOString();
  const known = (await ledger.history(place)).filter((change) => change.recordedAt <= knownAt);
  return (known.at(-1)?.value ?? null) as SealedDocumentRecord | null;
}

/** The value in force at `at` of the changes known at `knownAt`. */
async function inForce<V extends { readonly since: string }>(
  ledger: Reader,
  place: StatePlace<V>,
  time: VerificationTime,
): Promise<{ readonly known: boolean; readonly value: V | null }> {
  const knownAt = time.knownAt.toISOString();
  const history = await ledger.history(place);
  const known = history
    .filter((change) => change.recordedAt <= knownAt && change.value !== null)
    .map((change) => change.value as V); // as the place says
  return { known: known.length > 0, value: changeInForce(known, time.at.toISOString()) };
}
