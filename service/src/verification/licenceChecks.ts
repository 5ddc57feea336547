import type {
  LicenceIdentifier,
  LicenceState,
  LicenceVersionRecord,
} from '@yinxin/chaincode/model';
import { failed, indeterminate, passed, type Check, type SubIndication } from '../report.ts';
import type { LicenceView, SealAnswer, SealingView, SealView } from './ledgerView.ts';
import type { VerificationTime } from './parts.ts';

/** A status older than this says nothing about now. */
export const MAX_STATUS_AGE_SECONDS = 10;

/** What each state of the ledger means for a verdict; null: in force. */
const STATE_VERDICT: Readonly<Record<LicenceState, SubIndication | null>> = {
  issued: null,
  suspended: 'LICENCE_SUSPENDED',
  withdrawn: 'LICENCE_WITHDRAWN',
  cancelled: 'LICENCE_CANCELLED',
  lapsed: 'LICENCE_LAPSED',
  transferred: 'LICENCE_TRANSFERRED',
  revoked: 'LICENCE_REVOKED',
};

/** The ledger's part of the verdict on a licence: known, current, in force, in its period, properly sealed. */
export function checkLicence(
  asked: LicenceIdentifier,
  view: LicenceView,
  time: VerificationTime,
): readonly Check[] {
  const { licence, version, ageSeconds } = view;
  if (ageSeconds === null) {
    return [indeterminate('licence.known', 'TRY_LATER', 'the ledger is out of reach')];
  }
  if (view.isBeforeIssue) {
    const detail = `not yet issued at ${time.at.toISOString()}`;
    return [failed('licence.known', 'LICENCE_NOT_YET_VALID', detail)];
  }
  if (licence === null || version === null) {
    return [
      indeterminate('licence.known', 'LICENCE_UNKNOWN', `${asked.base} is not on this ledger`),
    ];
  }
  return [
    passed('licence.known', `recorded by act ${version.actId}`),
    checkAge(ageSeconds),
    licence.version === asked.version
      ? passed('licence.version', `version ${asked.version} is the current one`)
      : failed('licence.version', 'LICENCE_SUPERSEDED', `the current one is ${licence.identifier}`),
    checkState(licence.state, licence.since),
    ...checkPeriod(version, time.aheadAt ?? time.at),
    checkSealState(view.seal, version.issuedAt),
  ];
}

/** The ledger's part of the verdict on a seal signature: recorded, by a seal that could seal then. */
export function checkSealing(
  view: SealingView,
  sealing: Readonly<{ claimedAt: Date; time: VerificationTime }>,
): readonly Check[] {
  const { record } = view;
  if (view.ageSeconds === null) return checkSeal(view, '');
  return [
    checkSealingRecorded(record, sealing.time),
    ...checkSeal(view, record?.at ?? sealing.claimedAt.toISOString()),
  ];
}

function checkSealingRecorded(record: SealingView['record'], time: VerificationTime): Check {
  const name = 'sealSignature.recorded';
  if (record === null) return indeterminate(name, 'NOT_RECORDED', 'not on this ledger');
  return record.at > time.at.toISOString()
    ? failed(name, 'NOT_YET_VALID', `sealed only at ${record.at}`)
    : passed(name, `recorded by act ${record.actId}`);
}

/** Whether the seal could seal at that moment, by a word of the ledger that is fresh enough. */
export function checkSeal({ seal, ageSeconds }: SealAnswer, sealedAt: string): readonly Check[] {
  return ageSeconds === null
    ? [indeterminate('seal.state', 'TRY_LATER', 'the ledger is out of reach')]
    : [checkSealState(seal, sealedAt), checkAge(ageSeconds)];
}

/** Whether the seal could seal when it did. */
function checkSealState(view: SealView | null, sealedAt: string): Check {
  const name = 'seal.state';
  if (view === null) return indeterminate(name, 'SEAL_UNKNOWN', 'the seal is not on this ledger');
  const { seal, atSealing } = view;
  if (sealedAt < seal.validFrom) {
    return failed(name, 'SEAL_NOT_YET_VALID_AT_SIGNING', `seal is valid from ${seal.validFrom}`);
  }
  if (sealedAt > seal.validUntil) {
    return failed(name, 'SEAL_EXPIRED_AT_SIGNING', `seal was valid until ${seal.validUntil}`);
  }
  switch (atSealing?.state) {
    case 'valid':
      return passed(name, `seal ${seal.esId} was valid at ${sealedAt}`);
    case 'suspended':
      return failed(name, 'SEAL_SUSPENDED_AT_SIGNING', `suspended since ${atSealing.since}`);
    case 'revoked':
      return failed(name, 'SEAL_REVOKED', `revoked since ${atSealing.since}`);
    case 'superseded':
      return failed(name, 'SEAL_EXPIRED_AT_SIGNING', `renewed at ${atSealing.since}`);
    case undefined:
      return failed(name, 'SEAL_NOT_YET_VALID_AT_SIGNING', `not yet made at ${sealedAt}`);
  }
}

function checkAge(ageSeconds: number): Check {
  return ageSeconds <= MAX_STATUS_AGE_SECONDS
    ? passed('status.age', `status is ${ageSeconds} s old`)
    : indeterminate('status.age', 'TRY_LATER', `status is ${ageSeconds} s old`);
}

function checkState(state: LicenceState, since: string): Check {
  const verdict = STATE_VERDICT[state];
  const detail = `${state} since ${since}`;
  return verdict === null
    ? passed('licence.state', detail)
    : failed('licence.state', verdict, detail);
}

function checkPeriod(version: LicenceVersionRecord, at: Date): readonly Check[] {
  const moment = at.toISOString();
  const { validFrom, validUntil } = version;
  return [
    moment < validFrom
      ? failed('licence.validFrom', 'LICENCE_NOT_YET_VALID', `valid from ${validFrom}`)
      : passed('licence.validFrom', `valid from ${validFrom}`),
    validUntil !== null && moment > validUntil
      ? failed('licence.validUntil', 'LICENCE_EXPIRED', `valid until ${validUntil}`)
      : passed('licence.validUntil', validUntil === null ? 'without end' : `until ${validUntil}`),
  ];
}
