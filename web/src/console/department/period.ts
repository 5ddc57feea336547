/** The period of a licence, in whole days of Asia/Shanghai as forms and people count them. */

const DAY_MS = 86_400_000;

/** Years that are offered. */
export const PERIODS = [1, 3, 5, 10] as const;

/** The last day of a period of whole years: 1 March 2026 and one year give 28 February 2027. */
export function lastDayAfter(from: string, years: number): string {
  const [year = 0, month = 1, day = 1] = from.split('-').map(Number);
  return new Date(Date.UTC(year + years, month - 1, day) - DAY_MS).toISOString().slice(0, 10);
}

/** The day after a day. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** Years of a period of whole years; null: of another length. */
export function wholeYears(from: string, until: string): number | null {
  const years = Number(until.slice(0, 4)) - Number(from.slice(0, 4));
  return [years, years + 1].find((one) => one > 0 && lastDayAfter(from, one) === until) ?? null;
}

export type PeriodFault = 'fromMissing' | 'untilMissing' | 'untilBeforeFrom' | 'notProlonged';

/** @param until - null: without end. @param before - the end of what is renewed. */
export function findPeriodFault(
  from: string,
  until: string | null,
  before: string | null = null,
): PeriodFault | null {
  if (from === '') return 'fromMissing';
  if (until === '') return 'untilMissing';
  if (until !== null && until < from) return 'untilBeforeFrom';
  return before !== null && until !== null && until <= before ? 'notProlonged' : null;
}
