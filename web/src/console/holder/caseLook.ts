/** How far a case is, for those whose it is. */
import type { Shapes } from '../api.ts';
import { named } from '../components/names.ts';

type Case = Pick<Shapes['Case'], 'subCases' | 'bundle'>;

/** What a case is called: its bundle, or its matters. */
export function caseName({ bundle, subCases }: Case): string {
  return bundle === null
    ? subCases.map(({ matter }) => named(matter.name)).join(' · ')
    : named(bundle.name);
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

/** Materials that showing licences at a window waives, and what is to be shown for them; null: none. */
export function showingOf({
  materials,
  bundle,
  subCases,
}: Pick<Shapes['Case'], 'materials'> & Case): {
  readonly count: number;
  readonly query: Readonly<{ licence: string[]; matter?: string }>;
} | null {
  const waivable = materials.flatMap(({ state, by }) => (state === 'waivable' && by ? [by] : []));
  if (waivable.length === 0) return null;
  const licence = [...new Set(waivable.map(({ identifier }) => identifier))];
  const [only, ...others] = subCases;
  const matter = bundle?.code ?? (others.length === 0 ? only?.matter.code : undefined);
  return {
    count: waivable.length,
    query: { licence, ...(matter === undefined ? {} : { matter }) },
  };
}

/** Reasons that stand in one text, separated by commas. */
export function reasonsIn(text: string): readonly string[] {
  return text.split(',').filter((one) => one !== '');
}
