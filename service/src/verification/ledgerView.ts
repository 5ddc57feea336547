import {
  changeInForce,
  statePlaces,
  type LicenceIdentifier,
  type LicenceRecord,
  type LicenceVersionRecord,
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

type Reader = Pick<Ledger, 'readStates' | 'history'>;

const OUT_OF_REACH: LicenceView = {
  licence: null,
  isBeforeIssue: false,
  version: null,
  seal: null,
  ageSeconds: null,
};

/** A ledger out of reach is an answer, not an error: the verdict is then `TRY_LATER`. */
export async function viewLicence(
  ledger: Reader,
  asked: LicenceIdentifier,
  time: VerificationTime,
): Promise<LicenceView> {
  try {
    return await readLicence(ledger, asked, time);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'LEDGER_UNAVAILABLE') return OUT_OF_REACH;
    throw error;
  }
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
    seal: version === null ? null : await viewSealOf(ledger, version, time),
    ageSeconds: snapshot.ageSeconds,
  };
}

/** What the ledger says of a seal when it sealed something. */
export async function viewSeal(
  ledger: Reader,
  esId: string,
  sealing: Readonly<{ sealedAt: Date; time: VerificationTime }>,
): Promise<SealView | null> {
  const statusPlace = statePlaces.sealStatus(esId);
  const { values } = await ledger.readStates([statePlaces.seal(esId), statusPlace]);
  const seal = (values[0] ?? null) as SealRecord | null;
  const status = (values[1] ?? null) as SealStatusRecord | null;
  if (seal === null || status === null) return null;
  if (sealing.time.isNow && status.state === 'valid') return { seal, atSealing: status };
  const at = { ...sealing.time, at: sealing.sealedAt };
  return { seal, atSealing: (await inForce(ledger, statusPlace, at)).value };
}

async function viewSealOf(
  ledger: Reader,
  version: LicenceVersionRecord,
  time: VerificationTime,
): Promise<SealView | null> {
  const sealedAt = new Date(version.issuedAt);
  return await viewSeal(ledger, version.sealSignature.esId, { sealedAt, time });
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
