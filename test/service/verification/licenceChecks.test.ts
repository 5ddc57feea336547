import { describe, expect, it } from '@jest/globals';
import {
  formatIdentifier,
  LICENCE_STATES,
  parseIdentifier,
  type LicenceRecord,
  type LicenceState,
  type LicenceVersionRecord,
  type SealRecord,
} from '@yinxin/chaincode/model';
import { conclude } from '../../../service/src/report.ts';
import {
  checkLicence,
  checkSeal,
  MAX_STATUS_AGE_SECONDS,
} from '../../../service/src/verification/licenceChecks.ts';
import type { LicenceView, SealView } from '../../../service/src/verification/ledgerView.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { TEST_ORGANISATIONS, TEST_TYPES } from '../../support/testService.ts';

const AT = new Date('2026-06-01T00:00:00.000Z');
const TIME = { at: AT, knownAt: AT, isNow: true };
const NAMED = {
  typeCode: TEST_TYPES.single,
  issuer: TEST_ORGANISATIONS.market.creditCode,
  serial: 'A1',
};
const IDENTIFIER = formatIdentifier({ ...NAMED, version: 1 });

const SEAL = {
  esId: '1',
  validFrom: '2026-01-01T00:00:00.000Z',
  validUntil: '2026-12-31T00:00:00.000Z',
} as SealRecord; // what the checks read of it
const sealIn = (state: 'valid' | 'suspended' | 'revoked' | 'superseded'): SealView => ({
  seal: SEAL,
  atSealing: {
    ...{ schemaVersion: 1, esId: '1', state, since: SEAL.validFrom, reason: null, actId: 'A' },
  },
});

function buildView(
  overrides: Partial<LicenceView> = {},
  state: LicenceState = 'issued',
): LicenceView {
  return {
    licence: {
      ...{ identifier: IDENTIFIER, version: 1, state, since: '2026-05-01T00:00:00.000Z' },
    } as LicenceRecord,
    version: {
      ...{ actId: 'A', issuedAt: '2026-05-01T00:00:00.000Z' },
      ...{ validFrom: '2026-05-01T00:00:00.000Z', validUntil: '2026-07-01T00:00:00.000Z' },
    } as LicenceVersionRecord,
    ...{ isBeforeIssue: false, seal: sealIn('valid'), ageSeconds: 0 },
    ...overrides,
  };
}

const verdictOf = (view: LicenceView, at = AT): string => {
  const checks = checkLicence(parseIdentifier(IDENTIFIER), view, { ...TIME, at });
  const { indication, subIndication } = conclude(checks);
  return subIndication ?? indication;
};

describe('checkLicence', () => {
  it('passes with every check passed', () => {
    expect(verdictOf(buildView())).toBe('TOTAL-PASSED');
  });

  it.each(Object.keys(LICENCE_STATES) as LicenceState[])('knows a licence that is %s', (state) => {
    expect(verdictOf(buildView({}, state))).toBe(
      state === 'issued' ? 'TOTAL-PASSED' : `LICENCE_${state.toUpperCase()}`,
    );
  });

  it.each<[string, Partial<LicenceView>]>([
    ['TRY_LATER', { ageSeconds: null }],
    ['TRY_LATER', { ageSeconds: MAX_STATUS_AGE_SECONDS + 1 }],
    ['LICENCE_UNKNOWN', { licence: null }],
    ['LICENCE_UNKNOWN', { version: null }],
    ['LICENCE_NOT_YET_VALID', { licence: null, isBeforeIssue: true }],
    ['SEAL_UNKNOWN', { seal: null }],
    ['SEAL_REVOKED', { seal: sealIn('revoked') }],
  ])('says %s for %j', (verdict, overrides) => {
    expect(verdictOf(buildView(overrides))).toBe(verdict);
  });

  it('calls an older version superseded', () => {
    const current = formatIdentifier({ ...NAMED, version: 2 });
    const licence = { ...buildView().licence, identifier: current, version: 2 } as LicenceRecord;

    expect(verdictOf(buildView({ licence }))).toBe('LICENCE_SUPERSEDED');
  });

  it.each([
    ['2026-04-30T23:59:59.999Z', 'LICENCE_NOT_YET_VALID'],
    ['2026-05-01T00:00:00.000Z', 'TOTAL-PASSED'],
    ['2026-07-01T00:00:00.000Z', 'TOTAL-PASSED'],
    ['2026-07-01T00:00:00.001Z', 'LICENCE_EXPIRED'],
  ])('has both ends of the period inside: %s', (at, verdict) => {
    expect(verdictOf(buildView(), new Date(at))).toBe(verdict);
  });
});

describe('checkSeal', () => {
  it.each<[string, SealView | null, string]>([
    ['TOTAL-PASSED', sealIn('valid'), '2026-06-01T00:00:00.000Z'],
    ['SEAL_NOT_YET_VALID_AT_SIGNING', sealIn('valid'), '2025-12-31T23:59:59.999Z'],
    ['SEAL_EXPIRED_AT_SIGNING', sealIn('valid'), '2026-12-31T00:00:00.001Z'],
    ['SEAL_SUSPENDED_AT_SIGNING', sealIn('suspended'), '2026-06-01T00:00:00.000Z'],
    ['SEAL_REVOKED', sealIn('revoked'), '2026-06-01T00:00:00.000Z'],
    ['SEAL_EXPIRED_AT_SIGNING', sealIn('superseded'), '2026-06-01T00:00:00.000Z'],
    ['SEAL_NOT_YET_VALID_AT_SIGNING', { seal: SEAL, atSealing: null }, '2026-06-01T00:00:00.000Z'],
    ['SEAL_UNKNOWN', null, '2026-06-01T00:00:00.000Z'],
  ])('says %s', (verdict, seal, sealedAt) => {
    const { indication, subIndication } = conclude(checkSeal({ seal, ageSeconds: 0 }, sealedAt));

    expect(subIndication ?? indication).toBe(verdict);
  });

  it.each([null, MAX_STATUS_AGE_SECONDS + 1])('does not trust a word %s s old', (ageSeconds) => {
    expect(conclude(checkSeal({ seal: sealIn('valid'), ageSeconds }, SEAL.validFrom))).toEqual({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
    });
  });
});

describe('a moment ahead', () => {
  it.each([
    ['2026-06-30T00:00:00.000Z', null],
    ['2026-07-02T00:00:00.000Z', 'LICENCE_EXPIRED'],
  ])('is judged by the period: %s', (ahead, subIndication) => {
    const time = { ...TIME, aheadAt: new Date(ahead) };

    const checks = checkLicence(parseIdentifier(IDENTIFIER), buildView(), time);

    expect(conclude(checks).subIndication).toBe(subIndication);
  });
});

describe('verificationTime', () => {
  const clock = { now: () => AT };

  it('is now unless asked', () => {
    expect(verificationTime(clock, {})).toEqual(TIME);
  });

  it('does not look into the future', () => {
    const later = new Date(AT.getTime() + 1);

    expect(verificationTime(clock, { at: later, knownAt: later })).toEqual({
      ...TIME,
      aheadAt: later,
    });
  });

  it('is another time where one was asked for', () => {
    const at = new Date(AT.getTime() - 1);

    expect(verificationTime(clock, { at })).toEqual({ at, knownAt: AT, isNow: false });
    expect(verificationTime(clock, { knownAt: at })).toEqual({ at: AT, knownAt: at, isNow: false });
  });
});
