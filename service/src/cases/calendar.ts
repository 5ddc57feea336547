import { organisationOf, type Principal } from '../access.ts';
import { parseInstant, shanghaiDayNumber } from '../civilTime.ts';
import type { Clock } from '../clock.ts';
import { ServiceError, type Fault } from '../errors.ts';
import type { MetaStore } from '../store/store.ts';
import { isWeekend, type WorkCalendar } from './workingDays.ts';

/** Public holidays and made-up working days, `yyyy-mm-dd`, in order. */
export interface CalendarDays {
  readonly holidays: readonly string[];
  readonly workingDays: readonly string[];
}

export interface Calendar extends CalendarDays {
  /** `weekends`: nobody has put a calendar, so that only Saturdays and Sundays are off. */
  readonly rule: 'weekends' | 'calendar';
  readonly updatedAt: Date | null;
  /** Account id. */
  readonly updatedBy: string | null;
}

export interface CalendarParts {
  readonly clock: Clock;
  readonly store: { readonly meta: MetaStore };
}

const NAME = 'calendar';
const WEEKENDS: Calendar = {
  ...{ rule: 'weekends', holidays: [], workingDays: [] },
  ...{ updatedAt: null, updatedBy: null },
};

/** The calendar in force; every process reads it anew. */
export async function readCalendar({ store }: Pick<CalendarParts, 'store'>): Promise<Calendar> {
  const text = await store.meta.get(NAME);
  if (text === null) return WEEKENDS;
  const kept = JSON.parse(text) as CalendarDays & { updatedAt: string; updatedBy: string }; // as put below
  return { ...kept, rule: 'calendar', updatedAt: new Date(kept.updatedAt) };
}

/** The calendar in force, to count by. */
export async function workCalendar(parts: Pick<CalendarParts, 'store'>): Promise<WorkCalendar> {
  const { holidays, workingDays } = await readCalendar(parts);
  return { holidays: new Set(holidays), workingDays: new Set(workingDays) };
}

/**
 * Puts the whole calendar in the place of the one before. Terms that run are counted by it at once.
 *
 * @throws ServiceError `NOT_AUTHORISED`; `CALENDAR_INVALID` for what is no day, for a holiday at a weekend, and for a
 * made-up working day that is none: a slip there would move every term.
 */
export async function putCalendar(
  { clock, store }: CalendarParts,
  principal: Principal,
  days: CalendarDays,
): Promise<Calendar> {
  organisationOf(principal, 'operator');
  const faults = [
    ...faultsOf(days.holidays, 'holidays', false),
    ...faultsOf(days.workingDays, 'workingDays', true),
  ];
  if (faults.length > 0) {
    throw new ServiceError('CALENDAR_INVALID', 'the calendar is not as it must be', { faults });
  }
  const inOrder = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
  const calendar = {
    holidays: inOrder(days.holidays),
    workingDays: inOrder(days.workingDays),
    updatedBy: principal.id,
  };
  const updatedAt = clock.now();
  await store.meta.set(NAME, JSON.stringify({ ...calendar, updatedAt: updatedAt.toISOString() }));
  return { ...calendar, rule: 'calendar', updatedAt };
}

function faultsOf(
  days: readonly string[],
  member: keyof CalendarDays,
  isAtWeekends: boolean,
): readonly Fault[] {
  return days.flatMap((day, index) => {
    const noon = parseInstant(day, 'start');
    const pointer = `/${member}/${index}`;
    if (noon === null || day.length !== 10) return [{ pointer, detail: 'is no day' }];
    if (isWeekend(shanghaiDayNumber(noon)) === isAtWeekends) return [];
    const detail = isAtWeekends ? 'is a working day anyway' : 'is no working day anyway';
    return [{ pointer, detail }];
  });
}
