import { describe, expect, it } from '@jest/globals';
import { lockedUntil, refusalOf } from '../../../service/src/store/presentations.ts';
import { buildPlace, buildPresentation, TEST_LIMITS } from '../../support/presentations.ts';
import { STORE_NOW } from '../../support/testStore.ts';

const PLACE = buildPlace();
const SPOKEN = buildPlace({ isSpoken: true });

describe('refusalOf', () => {
  const state = { withdrawnAt: null, redeemed: null, hasSpokenCode: true };
  const made = { ...buildPresentation({ window: null }), ...state };

  it('takes a QR code at any window, digits at the named one only', () => {
    expect(refusalOf(made, PLACE, STORE_NOW)).toBeNull();
    expect(refusalOf(made, SPOKEN, STORE_NOW)).toBe('WINDOW_NOT_CONFIRMED');
    expect(refusalOf({ ...made, window: 'W01' }, SPOKEN, STORE_NOW)).toBeNull();
    expect(refusalOf({ ...made, window: 'W02' }, SPOKEN, STORE_NOW)).toBe('OTHER_WINDOW');
  });

  it('is late from the very instant of expiry', () => {
    const before = new Date(made.expiresAt.getTime() - 1);
    expect(refusalOf(made, PLACE, before)).toBeNull();
    expect(refusalOf(made, PLACE, made.expiresAt)).toBe('CODE_EXPIRED');
  });
});

describe('lockedUntil', () => {
  const minutes = (...times: readonly number[]): Date[] =>
    times.map((one) => new Date(one * 60_000));
  const lockOf = (failures: readonly Date[], at: number): number | null => {
    const until = lockedUntil(failures, TEST_LIMITS, new Date(at * 60_000));
    return until === null ? null : until.getTime() / 60_000;
  };

  it.each([
    ['four in a minute', minutes(0, 0, 0, 0), 1, null],
    ['five in ten minutes', minutes(0, 2, 4, 6, 9.99), 10, 24.99],
    ['five in more than ten minutes', minutes(0, 2, 4, 6, 10), 10, null],
    ['five, a quarter of an hour ago', minutes(0, 0, 0, 0, 0), 15, null],
    ['nineteen', minutes(...Array.from({ length: 19 }, (_, index) => index * 60)), 1100, null],
    ['twenty', minutes(...Array.from({ length: 20 }, (_, index) => index * 60)), 1150, 1440],
  ])('after %s', (_, failures, at, until) => {
    expect(lockOf(failures, at)).toBe(until);
  });
});
