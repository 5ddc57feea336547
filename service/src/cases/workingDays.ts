/** Counts working days in Asia/Shanghai: pure. */
import { shanghaiDate, shanghaiDayNumber, startOfShanghaiDay } from '../civilTime.ts';
import type { Suspension } from '../store/store.ts';

/** Where working days differ from Monday to Friday; days as `yyyy-mm-dd`. */
export interface WorkCalendar {
  /** Days off that would be working days. */
  readonly holidays: ReadonlySet<string>;
  /** Saturdays and Sundays on which work is made up (调休). */
  readonly workingDays: ReadonlySet<string>;
}

/** 1970-01-01 was a Thursday. */
const MONDAY_SHIFT = 3;
/** Bounds every count; more than a century. */
const MAX_DAYS = 40_000;

/** @param day - days since 1970-01-01 in Asia/Shanghai. */
export function isWorkingDay(day: number, calendar: WorkCalendar): boolean {
  const date = shanghaiDate(startOfShanghaiDay(day));
  if (calendar.holidays.has(date)) return false;
  return calendar.workingDays.has(date) || !isWeekend(day);
}

/** Whether a day is a Saturday or Sunday. */
export function isWeekend(day: number): boolean {
  return (day + MONDAY_SHIFT) % 7 >= 5;
}

/**
 * The last moment of a term. The day on which it begins does not count, nor do the days after that of a suspension up to
 * and with that of its end.
 *
 * @param days - working days; 0: the day on which it begins.
 * @param now - until when a suspension lasts that has not ended.
 */
export function dueBy(
  start: Date,
  days: number,
  suspensions: readonly Suspension[],
  { calendar, now }: Readonly<{ calendar: WorkCalendar; now: Date }>,
): Date {
  const still = suspensions.map(({ from, until }) => ({
    first: shanghaiDayNumber(from) + 1,
    last: shanghaiDayNumber(until ?? now),
  }));
  const begin = shanghaiDayNumber(start);
  let day = begin;
  for (let left = days; left > 0 && day < begin + MAX_DAYS;) {
    day += 1;
    const today = day;
    const isStill = still.some(({ first, last }) => first <= today && today <= last);
    if (!isStill && isWorkingDay(today, calendar)) left -= 1;
  }
  return new Date(startOfShanghaiDay(day + 1).getTime() - 1);
}
