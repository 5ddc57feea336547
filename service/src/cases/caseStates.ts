/** The life of one matter in a case, as data: what leads where, who may, and what has to be said. */
import type { CaseOutcome, CaseState, SubCase } from '../store/store.ts';

/**
 * Who may take a step: `counter`: a clerk of the organisation whose counter has the case; `department`: issuer or approver
 * of the department in charge; `holder`: the holder concerned, or who acts for them by a grant.
 */
export type CaseActor = 'counter' | 'department' | 'holder';

export interface CaseTransition {
  readonly action: string;
  readonly from: readonly CaseState[];
  /** `earlier`: the state before it was suspended. */
  readonly to: CaseState | 'earlier';
  readonly outcome?: CaseOutcome;
  readonly by: readonly CaseActor[];
  /** Whether a reason must be given. */
  readonly needsReason: boolean;
  /** Whether it waits for every required material. */
  readonly needsMaterials?: true;
  readonly summary: string;
}

export const CASE_TRANSITIONS = [
  {
    action: 'request-materials',
    from: ['opened'],
    to: 'materialsPending',
    by: ['counter', 'department'],
    needsReason: true,
    summary: 'Tell the applicant that materials are still to come',
  },
  {
    action: 'accept',
    from: ['opened', 'materialsPending'],
    to: 'accepted',
    by: ['counter', 'department'],
    needsReason: false,
    needsMaterials: true,
    summary: 'Accept it (受理): promised and statutory time begin to run',
  },
  {
    action: 'decline',
    from: ['opened', 'materialsPending'],
    to: 'closed',
    outcome: 'declined',
    by: ['counter', 'department'],
    needsReason: true,
    summary: 'Not accept it (不予受理)',
  },
  {
    action: 'review',
    from: ['accepted'],
    to: 'inReview',
    by: ['department'],
    needsReason: false,
    summary: 'Begin the review',
  },
  {
    action: 'suspend',
    from: ['accepted', 'inReview'],
    to: 'suspended',
    by: ['counter', 'department'],
    needsReason: true,
    summary: 'Suspend it for a supplement (补正): the time stands still',
  },
  {
    action: 'resume',
    from: ['suspended'],
    to: 'earlier',
    by: ['counter', 'department'],
    needsReason: false,
    summary: 'Go on after a supplement',
  },
  {
    action: 'approve',
    from: ['inReview'],
    to: 'decided',
    outcome: 'approved',
    by: ['department'],
    needsReason: false,
    summary: 'Decide: approved',
  },
  {
    action: 'refuse',
    from: ['inReview'],
    to: 'decided',
    outcome: 'refused',
    by: ['department'],
    needsReason: true,
    summary: 'Decide: refused',
  },
  {
    action: 'close',
    from: ['decided'],
    to: 'closed',
    by: ['counter', 'department'],
    needsReason: false,
    summary: 'Close it after the result was handed over',
  },
  {
    action: 'withdraw',
    from: ['opened', 'materialsPending', 'accepted', 'inReview', 'suspended'],
    to: 'withdrawn',
    by: ['holder'],
    needsReason: false,
    summary: 'Withdraw the application',
  },
] as const satisfies readonly CaseTransition[];

export type CaseAction = (typeof CASE_TRANSITIONS)[number]['action'];

/** From least to most advanced. */
const PROGRESS: readonly CaseState[] = [
  'materialsPending',
  'opened',
  'suspended',
  'accepted',
  'inReview',
  'decided',
  'closed',
  'withdrawn',
];

const ENDED: readonly CaseState[] = ['decided', 'closed', 'withdrawn'];

/** Whether something is still to be decided. */
export function isOpen({ state }: Pick<SubCase, 'state'>): boolean {
  return !ENDED.includes(state);
}

/** The state of a whole case: that of its least advanced matter. */
export function stateOf(subCases: readonly Pick<SubCase, 'state'>[]): CaseState {
  const states = new Set(subCases.map(({ state }) => state));
  return PROGRESS.find((state) => states.has(state)) ?? 'opened';
}
