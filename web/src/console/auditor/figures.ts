/** Figures as charts draw them and as tables say them: one form for both. */
import type { Shapes } from '../api.ts';
import { addDays } from './beijingTime.ts';

export type Statistics = Shapes['Statistics'];

/** Which token a series is drawn with. */
export type Paint = 'accent' | 'passed' | 'failed' | 'unknown' | 'edge';

export interface Figure {
  /** Days, types, states: what stands below or beside the bars. */
  readonly categories: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly paint: Paint;
    readonly values: readonly number[];
  }[];
}

/** Every day from the first to the last, both inside. */
export function daysOf({ from, to }: Pick<Statistics, 'from' | 'to'>): readonly string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < 400; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Numbers by day, with naught for days that are left out. */
export function byDay<T extends { readonly day: string }>(
  days: readonly string[],
  counted: readonly T[],
  numberOf: (one: T) => number,
): readonly number[] {
  const sums = new Map<string, number>();
  for (const one of counted) sums.set(one.day, (sums.get(one.day) ?? 0) + numberOf(one));
  return days.map((day) => sums.get(day) ?? 0);
}

/** One bar a category, in the order given. */
export function bars(
  name: string,
  counted: readonly (readonly [category: string, count: number])[],
  paint: Paint = 'accent',
): Figure {
  return {
    categories: counted.map(([category]) => category),
    series: [{ name, paint, values: counted.map(([, count]) => count) }],
  };
}

const PAINTS: Readonly<Record<string, Paint>> = {
  issued: 'passed',
  suspended: 'unknown',
  revoked: 'failed',
  withdrawn: 'failed',
  cancelled: 'failed',
};

/** Licences of each type, a series for each state there is. */
export function licencesByType(
  licences: Statistics['licences'],
  words: Readonly<{ type: (code: string) => string; state: (state: string) => string }>,
): Figure {
  const types = [...new Set(licences.map(({ typeCode }) => typeCode))];
  const states = [...new Set(licences.map(({ state }) => state))];
  const countOf = (type: string, state: string): number =>
    licences.find((one) => one.typeCode === type && one.state === state)?.licences ?? 0;
  return {
    categories: types.map(words.type),
    series: states.map((state) => ({
      name: words.state(state),
      paint: PAINTS[state] ?? 'edge',
      values: types.map((type) => countOf(type, state)),
    })),
  };
}

export function isEmpty({ series }: Figure): boolean {
  return series.every(({ values }) => values.every((value) => value === 0));
}
