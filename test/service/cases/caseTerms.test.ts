import { describe, expect, it } from '@jest/globals';
import { termsOf, wholeTerms } from '../../../service/src/cases/caseTerms.ts';
import type { WorkCalendar } from '../../../service/src/cases/workingDays.ts';
import type { SubCase } from '../../../service/src/store/store.ts';

const CALENDAR: WorkCalendar = { holidays: new Set(), workingDays: new Set() };
const at = (text: string): Date => new Date(`${text}T10:00:00+08:00`);

/** Accepted on Tuesday 2026-11-24; promised for Friday, by law for Tuesday the 1st. */
const RUNNING: Parameters<typeof termsOf>[0] = {
  ...{ state: 'accepted', promisedDays: 3, statutoryDays: 5 },
  ...{ acceptedAt: at('2026-11-24'), endedAt: null, suspensions: [] },
};
const flag = (one: Partial<SubCase>, now: string): string =>
  termsOf({ ...RUNNING, ...one }, CALENDAR, at(now)).lateness;

describe('termsOf', () => {
  it.each([
    ['2026-11-24', 'onTime'],
    ['2026-11-25', 'onTime'],
    ['2026-11-26', 'dueSoon'],
    ['2026-11-27', 'dueSoon'],
    ['2026-11-28', 'pastPromised'],
    ['2026-12-01', 'pastPromised'],
    ['2026-12-02', 'pastStatutory'],
  ])('flags on %s: %s', (now, expected) => {
    expect(flag({}, now)).toBe(expected);
  });

  it.each([
    ['in time', '2026-11-27', 'onTime'],
    ['after the promise', '2026-11-30', 'pastPromised'],
    ['after the law', '2026-12-02', 'pastStatutory'],
  ])('keeps for ever that it was decided %s', (_, endedAt, expected) => {
    expect(flag({ state: 'decided', endedAt: at(endedAt) }, '2027-06-01')).toBe(expected);
  });

  it('says nothing of being due soon while it is suspended', () => {
    const suspensions = [{ from: at('2026-11-25'), until: null }];

    expect(flag({ state: 'suspended', suspensions }, '2026-12-24')).toBe('onTime');
  });

  it.each([
    ['notStarted', { state: 'opened', acceptedAt: null }],
    ['running', {}],
    ['suspended', { state: 'suspended', suspensions: [{ from: at('2026-11-25'), until: null }] }],
    ['ended', { state: 'decided', endedAt: at('2026-11-25') }],
  ] as const)('says that the clock is %s', (clock, one) => {
    expect(termsOf({ ...RUNNING, ...one }, CALENDAR, at('2026-11-25')).clock).toBe(clock);
  });

  it('foretells the terms before acceptance, and has none after it was declined', () => {
    const opened = { ...RUNNING, state: 'opened', acceptedAt: null } as const;
    const declined = { ...opened, state: 'closed', endedAt: at('2026-11-24') } as const;

    const foretold = termsOf(opened, CALENDAR, at('2026-11-25')).promisedBy;

    expect(foretold?.toISOString()).toBe('2026-11-30T15:59:59.999Z');
    expect(termsOf(declined, CALENDAR, at('2026-11-25')).promisedBy).toBeNull();
  });

  it('counts only the terms that there are', () => {
    const one = { ...RUNNING, promisedDays: null, statutoryDays: null };

    const terms = termsOf(one, CALENDAR, at('2030-01-01'));

    expect(terms).toMatchObject({ promisedBy: null, statutoryBy: null, lateness: 'onTime' });
  });
});

describe('wholeTerms', () => {
  it('takes the last day and the worst flag', () => {
    const late = termsOf(RUNNING, CALENDAR, at('2026-11-30'));
    const longer = termsOf({ ...RUNNING, promisedDays: 9 }, CALENDAR, at('2026-11-24'));
    const none = termsOf({ ...RUNNING, promisedDays: null }, CALENDAR, at('2026-11-24'));

    const whole = wholeTerms([none, late, longer]);

    expect(whole.lateness).toBe('pastPromised');
    expect(whole.promisedBy).toEqual(longer.promisedBy);
  });
});
