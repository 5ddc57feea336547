/** Days off and made-up working days, as a form has them. Days are `YYYY-MM-DD`. */

export type DayKind = 'holidays' | 'workingDays';
export type CalendarDays = Readonly<Record<DayKind, readonly string[]>>;

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

/** @returns every day of a range; null: it is none, or too long. */
export function daysBetween(from: string, to: string): readonly string[] | null {
  const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  const count = (last - first) / DAY_MS + 1;
  if (!Number.isInteger(count) || count < 1 || count > MAX_DAYS) return null;
  return Array.from({ length: count }, (_, at) =>
    new Date(first + at * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Days that say something: a weekend is off anyway, any other day works anyway. */
export function tellingDays(kind: DayKind, days: readonly string[]): readonly string[] {
  return days.filter((day) => isWeekend(day) === (kind === 'workingDays'));
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}

/** A day is off or made up, never both. */
export function withDays(
  calendar: CalendarDays,
  kind: DayKind,
  days: readonly string[],
): CalendarDays {
  const other: DayKind = kind === 'holidays' ? 'workingDays' : 'holidays';
  const kept = calendar[other].filter((day) => !days.includes(day));
  const added = [...new Set([...calendar[kind], ...days])].toSorted();
  return kind === 'holidays'
    ? { holidays: added, workingDays: kept }
    : { holidays: kept, workingDays: added };
}

export function withoutDay(calendar: CalendarDays, kind: DayKind, day: string): CalendarDays {
  return { ...calendar, [kind]: calendar[kind].filter((one) => one !== day) };
}

/** Years to choose from: those with days in them, this one and the next. */
export function yearsOf({ holidays, workingDays }: CalendarDays, year: number): readonly string[] {
  const known = [...holidays, ...workingDays].map((day) => day.slice(0, 4));
  return [...new Set([...known, String(year), String(year + 1)])].toSorted();
}
