import { dayOf } from '../../i18n/instant.ts';

/** Entries by the day in Beijing on which they were made. */
export interface Day<T> {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly entries: readonly T[];
}

/** Keeps the order: entries that follow each other on one day share it. */
export function byDay<T extends { readonly at: string }>(entries: readonly T[]): readonly Day<T>[] {
  const days: { day: string; entries: T[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** Whether a day is this one or the one before. */
export function nearness(day: string, now: Date): 'today' | 'yesterday' | null {
  if (day === dayOf(now)) return 'today';
  return day === dayOf(new Date(now.getTime() - 86_400_000)) ? 'yesterday' : null;
}
