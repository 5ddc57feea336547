import { parseInstant } from '../civilTime.ts';
import type { Clock } from '../clock.ts';
import { workCalendar } from '../cases/calendar.ts';
import { termsOf } from '../cases/caseTerms.ts';
import type { WorkCalendar } from '../cases/workingDays.ts';
import type { CountedDecisions, CountedFigures, FigureDays } from '../store/figures.ts';
import type { Store } from '../store/store.ts';
import { figureDays, type AskedDays } from './figureDays.ts';

export interface StatisticsParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'figures' | 'meta'>;
}

/** How matters of cases that were decided stood to their terms. */
export interface DecidedInTime {
  readonly matters: number;
  /** Of those with such a term. */
  readonly promised: { readonly matters: number; readonly inTime: number };
  readonly statutory: { readonly matters: number; readonly inTime: number };
}

export interface Statistics {
  readonly days: FigureDays;
  readonly counted: CountedFigures;
  readonly decided: DecidedInTime;
}

const BOUNDS = { usual: 30, most: 366 };

/**
 * Counts what a city did on some days: numbers only.
 *
 * @throws ServiceError `REQUEST_MALFORMED`, `STORE_UNAVAILABLE`.
 */
export async function readStatistics(
  { clock, store }: StatisticsParts,
  asked: AskedDays,
): Promise<Statistics> {
  const days = figureDays(asked, clock.now(), BOUNDS);
  const [counted, calendar] = await Promise.all([
    store.figures.count(days),
    workCalendar({ store }),
  ]);
  return { days, counted, decided: judgeDecisions(counted.decisions, calendar) };
}

/** Asks of each group what the terms of a case are asked. */
export function judgeDecisions(
  groups: readonly CountedDecisions[],
  calendar: WorkCalendar,
): DecidedInTime {
  const sums = { matters: 0, promised: 0, promisedOk: 0, statutory: 0, statutoryOk: 0 };
  for (const group of groups) {
    const { matters, promisedDays, statutoryDays } = group;
    const { lateness } = termsOfGroup(group, calendar);
    const isStatutory = lateness !== 'pastStatutory';
    sums.matters += matters;
    if (promisedDays !== null) {
      sums.promised += matters;
      // What is past the statutory day is past an earlier promised one.
      if (isStatutory && lateness !== 'pastPromised') sums.promisedOk += matters;
    }
    if (statutoryDays !== null) {
      sums.statutory += matters;
      if (isStatutory) sums.statutoryOk += matters;
    }
  }
  return {
    matters: sums.matters,
    promised: { matters: sums.promised, inTime: sums.promisedOk },
    statutory: { matters: sums.statutory, inTime: sums.statutoryOk },
  };
}

function termsOfGroup(group: CountedDecisions, calendar: WorkCalendar): ReturnType<typeof termsOf> {
  const endedAt = startOf(group.decidedOn);
  const { promisedDays, statutoryDays, suspensions } = group;
  const one = {
    state: 'decided',
    ...{ promisedDays, statutoryDays, suspensions, endedAt },
    acceptedAt: startOf(group.acceptedOn),
  } as const;
  return termsOf(one, calendar, endedAt);
}

function startOf(day: string): Date {
  return parseInstant(day, 'start') ?? new Date(Number.NaN); // SQLite writes days so
}
