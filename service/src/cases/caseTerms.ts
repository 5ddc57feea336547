/** By when a matter of a case is promised and must be done: pure. */
import { shanghaiDayNumber } from '../civilTime.ts';
import type { SubCase } from '../store/store.ts';
import { isOpen } from './caseStates.ts';
import { dueBy, type WorkCalendar } from './workingDays.ts';

export type CaseClock = 'notStarted' | 'running' | 'suspended' | 'ended';
export const LATENESS = ['onTime', 'dueSoon', 'pastPromised', 'pastStatutory'] as const;
export type Lateness = (typeof LATENESS)[number];

export interface CaseTerms {
  readonly clock: CaseClock;
  /** Last moment; while the clock has not started: if it were accepted now. Null: no such term, or it never ran. */
  readonly promisedBy: Date | null;
  readonly statutoryBy: Date | null;
  /** `dueSoon`: by the end of the next working day. */
  readonly lateness: Lateness;
}

type Termed = Pick<
  SubCase,
  'state' | 'promisedDays' | 'statutoryDays' | 'acceptedAt' | 'endedAt' | 'suspensions'
>;

/** Counts the terms of one matter as of a moment. */
export function termsOf(one: Termed, calendar: WorkCalendar, now: Date): CaseTerms {
  const clock = clockOf(one);
  const start = one.acceptedAt ?? (clock === 'notStarted' ? now : null);
  const until = one.endedAt ?? now;
  const due = (days: number | null): Date | null =>
    start === null || days === null
      ? null
      : dueBy(start, days, one.suspensions, { calendar, now: until });
  const promisedBy = due(one.promisedDays);
  const statutoryBy = due(one.statutoryDays);
  const soon = dueBy(now, 1, [], { calendar, now });
  const isDueSoon =
    clock === 'running' &&
    [promisedBy, statutoryBy].some((by) => by !== null && by.getTime() <= soon.getTime());
  const late = latenessAt(until, promisedBy, statutoryBy);
  return { clock, promisedBy, statutoryBy, lateness: late ?? (isDueSoon ? 'dueSoon' : 'onTime') };
}

/** Terms of a whole case: the last of its matters' days, and the worst of their flags. */
export function wholeTerms(all: readonly CaseTerms[]): Omit<CaseTerms, 'clock'> {
  const latest = (days: readonly (Date | null)[]): Date | null =>
    days.reduce((last, day) => (last === null || (day !== null && day > last) ? day : last), null);
  const worst = LATENESS.findLast((flag) => all.some(({ lateness }) => lateness === flag));
  return {
    promisedBy: latest(all.map(({ promisedBy }) => promisedBy)),
    statutoryBy: latest(all.map(({ statutoryBy }) => statutoryBy)),
    lateness: worst ?? 'onTime',
  };
}

function clockOf(one: Termed): CaseClock {
  if (!isOpen(one)) return 'ended';
  if (one.state === 'suspended') return 'suspended';
  return one.acceptedAt === null ? 'notStarted' : 'running';
}

function latenessAt(at: Date, promisedBy: Date | null, statutoryBy: Date | null): Lateness | null {
  const day = shanghaiDayNumber(at);
  const isPast = (by: Date | null): boolean => by !== null && day > shanghaiDayNumber(by);
  if (isPast(statutoryBy)) return 'pastStatutory';
  return isPast(promisedBy) ? 'pastPromised' : null;
}
