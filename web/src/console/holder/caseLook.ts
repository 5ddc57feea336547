/** How far a case is, for those whose it is. */
import type { Shapes } from '../api.ts';

type Case = Pick<Shapes['Case'], 'subCases' | 'bundle'>;

/** What a case is called: its bundle, or its matters. */
export function caseName({ bundle, subCases }: Case): string {
  return bundle?.name ?? subCases.map(({ matter }) => matter.name).join(' · ');
}

/** States in which the holder can still take it back. */
const OPEN: readonly Shapes['Case']['state'][] = [
  'opened',
  'materialsPending',
  'accepted',
  'inReview',
  'suspended',
];

export function canWithdraw({ state }: Pick<Shapes['Case'], 'state'>): boolean {
  return OPEN.includes(state);
}

/** Whether it can be rated: once, after the decision. */
export function canRate({ state, rating }: Pick<Shapes['Case'], 'state' | 'rating'>): boolean {
  return rating === null && (state === 'decided' || state === 'closed');
}

/** Required materials that nobody gave yet, and no licence has waived. */
export function lackingOf(materials: readonly Shapes['CaseMaterial'][]): number {
  return materials.filter(
    ({ required, state }) => required && (state === 'needed' || state === 'waivable'),
  ).length;
}

/** Reasons that stand in one text, separated by commas. */
export function reasonsIn(text: string): readonly string[] {
  return text.split(',').filter((one) => one !== '');
}
