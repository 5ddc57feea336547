import { describe, expect, it } from '@jest/globals';
import {
  byUrgency,
  mostUrgent,
  stepsOf,
  termWords,
  workingDaysLeft,
} from '../../../../web/src/console/department/cases.ts';

const NONE = { holidays: [], workingDays: [] };
/** Monday, noon in Beijing. */
const NOW = Date.parse('2026-11-23T12:00:00+08:00');
const endOf = (day: string): string => new Date(`${day}T23:59:59.999+08:00`).toISOString();

type Termed = Parameters<typeof termWords>[0];
const RUNNING: Termed = {
  ...{ state: 'accepted', clock: 'running', lateness: 'onTime', endedAt: null },
  ...{ promisedBy: endOf('2026-11-30'), statutoryBy: endOf('2026-12-07') },
};

describe('working days left', () => {
  it.each([
    ['2026-11-23', 0],
    ['2026-11-24', 1],
    ['2026-11-30', 5], // over a weekend
    ['2026-11-20', -1], // since Friday: Monday
    ['2026-11-19', -2],
  ])('to %s: %i', (day, days) => {
    expect(workingDaysLeft(endOf(day), NOW, NONE)).toBe(days);
  });

  it('follow holidays and made-up working days', () => {
    const calendar = { holidays: ['2026-11-25', '2026-11-26'], workingDays: ['2026-11-28'] };

    expect(workingDaysLeft(endOf('2026-11-30'), NOW, calendar)).toBe(4);
  });
});

describe('the words of a term', () => {
  const words = (one: Partial<Termed>): string => termWords({ ...RUNNING, ...one }, NOW, NONE);

  it('say what is left, and what is over', () => {
    expect(words({})).toMatch(/5/);
    expect(words({ promisedBy: endOf('2026-11-23') })).toMatch(/今天|today/);
    expect(words({ promisedBy: endOf('2026-11-24') })).toMatch(/明天|tomorrow/);
    expect(words({ promisedBy: endOf('2026-11-20'), lateness: 'pastPromised' })).toMatch(/1/);
  });

  it('say the statutory day once that is past, too', () => {
    const past = { lateness: 'pastStatutory', statutoryBy: endOf('2026-11-18') } as const;

    expect(words(past)).toMatch(/法定|statutory/);
  });

  it('say that the time stands still, or does not run', () => {
    expect(words({ clock: 'suspended' })).toMatch(/暂停|still/);
    expect(words({ clock: 'notStarted' })).toMatch(/尚未|Not accepted/);
    expect(words({ promisedBy: null, statutoryBy: null })).toMatch(/没有|No term/);
    expect(words({ clock: 'ended', endedAt: endOf('2026-11-20') })).toMatch(/20/);
    expect(words({ clock: 'ended' })).toMatch(/已结束|Ended/);
  });
});

describe('steps of a department', () => {
  const own = new Set(['D']);

  it('are those of the matter’s state, of its own matters alone', () => {
    expect(stepsOf({ state: 'inReview', department: 'D' }, 'C', own)).toContain('approve');
    expect(stepsOf({ state: 'inReview', department: 'E' }, 'D', own)).toEqual([]);
    expect(stepsOf({ state: 'closed', department: 'D' }, 'C', own)).toEqual([]);
  });

  it('are the counter’s where no department is in charge', () => {
    expect(stepsOf({ state: 'decided', department: null }, 'D', own)).toEqual(['close']);
  });
});

describe('the order of cases', () => {
  type One = Parameters<typeof byUrgency>[0][number];
  const build = (id: string, one: Partial<One>): One =>
    ({ id, lateness: 'onTime', promisedBy: null, openedAt: '2026', ...one }) as One; // what the order asks for

  it('is late first, then soon due, then by the promised day', () => {
    const groups = byUrgency([
      build('later', { promisedBy: '2026-12-09' }),
      build('none', {}),
      build('late', { lateness: 'pastPromised' }),
      build('soon', { lateness: 'dueSoon' }),
      build('earlier', { promisedBy: '2026-12-01' }),
    ]);

    expect([...groups].map(([name, some]) => [name, some.map(({ id }) => id)])).toEqual([
      ['late', ['late']],
      ['soon', ['soon']],
      ['rest', ['earlier', 'later', 'none']],
    ]);
  });

  it('shows the matter that presses most, not one that has ended', () => {
    const part = (lateness: string, clock: string): object => ({ lateness, clock });
    const subCases = [
      part('pastStatutory', 'ended'),
      part('onTime', 'running'),
      part('dueSoon', 'running'),
    ];

    expect(mostUrgent({ subCases } as unknown as One)).toBe(subCases[2]);
  });
});
