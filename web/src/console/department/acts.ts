/** What can be done with a licence that was issued: pure. */
import type { Shapes } from '../api.ts';

export type State = Shapes['Licence']['state'];

export const ACTS = [
  'suspend',
  'reinstate',
  'cancel',
  'revoke',
  'withdraw',
  'lapse',
  'transfer-out',
] as const;
export type ActName = (typeof ACTS)[number];

/** The closed list of the API. */
export const REASONS = [
  'holderRequest',
  'conditionsLost',
  'penalty',
  'error',
  'fraud',
  'courtOrder',
  'superseded',
  'keyCompromise',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];

export interface ActFacts {
  readonly from: readonly State[];
  /** Nothing leads back. */
  readonly isFinal: boolean;
  /** Whether it may say that it holds since an earlier day. */
  readonly canReachBack: boolean;
  /** The reasons that come first, the likeliest of all first. */
  readonly likely: readonly Reason[];
}

export const ACT_FACTS: Readonly<Record<ActName, ActFacts>> = {
  suspend: {
    ...{ from: ['issued'], isFinal: false, canReachBack: false },
    likely: ['penalty', 'conditionsLost', 'courtOrder'],
  },
  reinstate: {
    ...{ from: ['suspended', 'transferred'], isFinal: false, canReachBack: false },
    likely: ['holderRequest', 'error', 'other'],
  },
  cancel: {
    ...{ from: ['issued', 'suspended', 'lapsed'], isFinal: true, canReachBack: false },
    likely: ['holderRequest', 'conditionsLost'],
  },
  revoke: {
    ...{ from: ['issued', 'suspended', 'lapsed'], isFinal: true, canReachBack: true },
    likely: ['penalty', 'courtOrder'],
  },
  withdraw: {
    ...{ from: ['issued', 'suspended', 'lapsed', 'transferred'], isFinal: true },
    ...{ canReachBack: true, likely: ['fraud', 'error'] },
  },
  lapse: {
    ...{ from: ['issued', 'suspended'], isFinal: true, canReachBack: false },
    likely: ['conditionsLost', 'other'],
  },
  'transfer-out': {
    ...{ from: ['issued'], isFinal: false, canReachBack: false },
    likely: ['holderRequest', 'other'],
  },
};

/** Acts that are possible from a state, in the order in which they are offered. */
export function actsFrom(state: State): readonly ActName[] {
  return ACTS.filter((act) => ACT_FACTS[act].from.includes(state));
}

/** Every reason, the likely ones first. */
export function reasonsOf(act: ActName): readonly Reason[] {
  const { likely } = ACT_FACTS[act];
  return [...likely, ...REASONS.filter((reason) => !likely.includes(reason))];
}
