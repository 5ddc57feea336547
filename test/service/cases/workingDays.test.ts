import { describe, expect, it } from '@jest/globals';
import { dueBy, type WorkCalendar } from '../../../service/src/cases/workingDays.ts';
import { shanghaiTime } from '../../../service/src/civilTime.ts';
import type { Suspension } from '../../../service/src/store/store.ts';

const WEEKENDS: WorkCalendar = { holidays: new Set(), workingDays: new Set() };
/** New Year 2027: Friday off, Sunday the 3rd made up. */
const NEW_YEAR: WorkCalendar = {
  holidays: new Set(['2027-01-01']),
  workingDays: new Set(['2027-01-03']),
};
const at = (text: string): Date => new Date(`${text}+08:00`);
const still = (from: string, until: string | null): Suspension => ({
  from: at(from),
  until: until === null ? null : at(until),
});

function due(
  start: string,
  days: number,
  { calendar = WEEKENDS, suspensions = [] as readonly Suspension[], now = start } = {},
): string {
  return shanghaiTime(dueBy(at(start), days, suspensions, { calendar, now: at(now) }));
}

describe('dueBy', () => {
  it.each([
    ['the day itself', '2026-11-24T10:00:00', 0, '2026-11-24 23:59:59'],
    ['the day itself, though a Saturday', '2026-11-28T10:00:00', 0, '2026-11-28 23:59:59'],
    ['the next day', '2026-11-24T00:00:00', 1, '2026-11-25 23:59:59'],
    ['the next day, from its last second', '2026-11-24T23:59:59', 1, '2026-11-25 23:59:59'],
    ['over a weekend', '2026-11-27T10:00:00', 1, '2026-11-30 23:59:59'],
    ['from a Saturday', '2026-11-28T10:00:00', 1, '2026-11-30 23:59:59'],
    ['over two weekends', '2026-11-24T10:00:00', 10, '2026-12-08 23:59:59'],
    ['twenty days', '2026-11-24T10:00:00', 20, '2026-12-22 23:59:59'],
  ])('counts %s', (_, start, days, expected) => {
    expect(due(start, days)).toBe(expected);
  });

  it.each([
    ['skips a holiday', '2026-12-31T10:00:00', 1, '2027-01-03 23:59:59'],
    ['counts a made-up Sunday', '2026-12-31T10:00:00', 2, '2027-01-04 23:59:59'],
    ['starts on a holiday', '2027-01-01T10:00:00', 1, '2027-01-03 23:59:59'],
  ])('%s', (_, start, days, expected) => {
    expect(due(start, days, { calendar: NEW_YEAR })).toBe(expected);
  });

  it.each([
    ['a whole day', still('2026-11-25T10:00:00', '2026-11-26T09:00:00'), '2026-11-30'],
    ['nothing within a day', still('2026-11-25T10:00:00', '2026-11-25T17:00:00'), '2026-11-27'],
    ['no days off', still('2026-11-27T10:00:00', '2026-11-29T10:00:00'), '2026-11-27'],
  ])('leaves out of a suspension %s', (_, suspension, day) => {
    expect(due('2026-11-24T10:00:00', 3, { suspensions: [suspension] })).toBe(`${day} 23:59:59`);
  });

  it('adds what several suspensions leave out', () => {
    const suspensions = [
      still('2026-11-25T10:00:00', '2026-11-26T10:00:00'), // the 26th
      still('2026-11-30T10:00:00', '2026-12-02T10:00:00'), // the 1st and the 2nd
    ];

    expect(due('2026-11-24T10:00:00', 5, { suspensions })).toBe('2026-12-04 23:59:59');
  });

  it('moves on day by day while it is suspended', () => {
    const suspensions = [still('2026-11-25T10:00:00', null)];

    const [sooner, later] = ['2026-11-26T12:00:00', '2026-12-10T12:00:00'].map((now) =>
      due('2026-11-24T10:00:00', 3, { suspensions, now }),
    );

    expect(sooner).toBe('2026-11-30 23:59:59');
    expect(later).toBe('2026-12-14 23:59:59');
  });

  it('ends though nobody ever works', () => {
    const suspensions = [still('2026-11-24T10:00:00', '2999-01-01T00:00:00')];

    expect(due('2026-11-24T10:00:00', 1000, { suspensions })).toMatch(/^21\d\d-/);
  });
});
