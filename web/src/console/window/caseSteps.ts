/** What a clerk can do with a case as it stands, and what comes next. */
import type { Shapes } from '../api.ts';

export type Case = Shapes['Case'];
export type CaseMaterial = Case['materials'][number];
type SubCase = Case['subCases'][number];
type CaseState = SubCase['state'];

export const CASE_ACTIONS = [
  ...(['accept', 'request-materials', 'decline', 'suspend', 'resume'] as const),
  ...(['review', 'approve', 'refuse', 'close'] as const),
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

interface Rule {
  readonly from: readonly CaseState[];
  /** Only for who decides on the matter: its department; where none is in charge, the counter. */
  readonly isDecision?: true;
  readonly needsReason?: true;
  readonly needsMaterials?: true;
}

const RULES: Readonly<Record<CaseAction, Rule>> = {
  accept: { from: ['opened', 'materialsPending'], needsMaterials: true },
  'request-materials': { from: ['opened'], needsReason: true },
  decline: { from: ['opened', 'materialsPending'], needsReason: true },
  suspend: { from: ['accepted', 'inReview'], needsReason: true },
  resume: { from: ['suspended'] },
  review: { from: ['accepted'], isDecision: true },
  approve: { from: ['inReview'], isDecision: true },
  refuse: { from: ['inReview'], isDecision: true, needsReason: true },
  close: { from: ['decided'] },
};

/** A step that can be taken with at least one matter of the case now. */
export interface CaseStep {
  readonly action: CaseAction;
  readonly needsReason: boolean;
  /** It waits for materials that any of these matters still lacks: the step is taken with all of them. */
  readonly isHeldBack: boolean;
}

/** Required materials that are neither waived nor there. */
export function lacking(materials: readonly CaseMaterial[]): readonly CaseMaterial[] {
  return materials.filter(
    ({ required, state }) => required && (state === 'needed' || state === 'waivable'),
  );
}

/** @param departments - credit codes of the organisations for which whoever asks may decide. */
export function stepsOf(
  { subCases, materials }: Pick<Case, 'subCases' | 'materials'>,
  departments: readonly string[],
): readonly CaseStep[] {
  const missing = lacking(materials);
  return CASE_ACTIONS.flatMap((action) => {
    const rule = RULES[action];
    const open = subCases.filter(({ state, department }) => {
      const mayDecide = department === null || departments.includes(department);
      return rule.from.includes(state) && (rule.isDecision !== true || mayDecide);
    });
    if (open.length === 0) return [];
    const others = subCases.filter((one) => !open.includes(one)).map(({ matter }) => matter.code);
    const isHeldBack =
      rule.needsMaterials === true &&
      missing.some(({ askedBy }) => askedBy.some((code) => !others.includes(code)));
    return [{ action, needsReason: rule.needsReason === true, isHeldBack }];
  });
}

/** The material that is taken in next: what no licence can stand in for comes first. */
export function nextMaterial(materials: readonly CaseMaterial[]): CaseMaterial | null {
  const open = lacking(materials);
  return open.find(({ state }) => state === 'needed') ?? open[0] ?? null;
}

/** What a clerk does next: `present`: licences can still stand in, so the holder shows them; `handOver`: give the receipt, call the next. */
export type NextMove = 'present' | 'handIn' | CaseAction | 'handOver';

export function nextMove(
  found: Pick<Case, 'subCases' | 'materials'>,
  departments: readonly string[],
): NextMove {
  const steps = stepsOf(found, departments);
  if (steps.some(({ action }) => action === 'accept')) {
    const missing = lacking(found.materials);
    if (missing.some(({ state }) => state === 'waivable')) return 'present';
    if (missing.length > 0) return 'handIn';
    return 'accept';
  }
  return 'handOver';
}

/**
 * The case as it stands now, with what the clerk was told of licences that could stand in: an answer after an act does not
 * look for them again.
 */
export function keepReasons(before: Case | null, now: Case): Case {
  if (before?.id !== now.id) return now;
  const materials = now.materials.map((one) => {
    const known = before.materials.find(({ code }) => code === one.code);
    const isUntold = one.state === 'needed' && one.reason === null;
    const isKnown =
      known?.reason != null && (known.state === 'waivable' || known.state === 'needed');
    return isUntold && isKnown ? known : one;
  });
  return { ...now, materials };
}

export type MaterialCounts = Readonly<
  Record<'waived' | 'noSubmission' | 'submitted' | 'waivable' | 'needed', number>
>;

export function countMaterials(materials: readonly CaseMaterial[]): MaterialCounts {
  const counts = { waived: 0, noSubmission: 0, submitted: 0, waivable: 0, needed: 0 };
  for (const { state } of materials) counts[state] += 1;
  return counts;
}

const ORDER: readonly CaseMaterial['state'][] = [
  'needed',
  'waivable',
  'submitted',
  'waived',
  'noSubmission',
];

/** What is still lacking first. */
export function inOrder(materials: readonly CaseMaterial[]): readonly CaseMaterial[] {
  return [...materials].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}
