/** Life cycles as data: which operation leads from which states to which. Everything else reads these tables. */
import type { ActNameOf } from './act.js';

/** States of a licence that stands on the ledger; codes as in the national code list. */
export const LICENCE_STATES = {
  issued: { code: '01', isFinal: false, statusListValue: 0 },
  suspended: { code: '02', isFinal: false, statusListValue: 2 },
  withdrawn: { code: '03', isFinal: true, statusListValue: 1 },
  cancelled: { code: '04', isFinal: true, statusListValue: 1 },
  lapsed: { code: '05', isFinal: true, statusListValue: 1 },
  transferred: { code: '06', isFinal: false, statusListValue: 1 },
  revoked: { code: '07', isFinal: true, statusListValue: 1 },
} as const satisfies Record<string, StateFacts>;
export type LicenceState = keyof typeof LICENCE_STATES;

interface StateFacts {
  readonly code: string;
  /** Never valid again, whatever happens. */
  readonly isFinal: boolean;
  /** Token Status List: 0 valid, 1 invalid, 2 suspended. */
  readonly statusListValue: 0 | 1 | 2;
}

export interface Transition<S extends string> {
  readonly from: readonly S[];
  readonly to: S;
}

/** Operations on a licence that keep its version. */
export type LicenceLifecycleAct = Exclude<
  ActNameOf<'licence'>,
  | 'licence.issue'
  | 'licence.transferIn'
  | 'licence.change'
  | 'licence.renew'
  | 'licence.putDocument'
>;
/** Operations that put a new version in the place of the current one. */
export type LicenceSuccessionAct = 'licence.change' | 'licence.renew';

export const LICENCE_TRANSITIONS: Readonly<
  Record<LicenceLifecycleAct | LicenceSuccessionAct, Transition<LicenceState>>
> = {
  'licence.suspend': { from: ['issued'], to: 'suspended' },
  // lifts a suspension (operation 06) or undoes a transfer out (operation 10)
  'licence.reinstate': { from: ['suspended', 'transferred'], to: 'issued' },
  'licence.cancel': { from: ['issued', 'suspended', 'lapsed'], to: 'cancelled' },
  'licence.revoke': { from: ['issued', 'suspended', 'lapsed'], to: 'revoked' },
  // what was void from the start can be withdrawn also after it lapsed or moved away
  'licence.withdraw': { from: ['issued', 'suspended', 'lapsed', 'transferred'], to: 'withdrawn' },
  'licence.lapse': { from: ['issued', 'suspended'], to: 'lapsed' },
  'licence.transferOut': { from: ['issued'], to: 'transferred' },
  'licence.change': { from: ['issued'], to: 'issued' },
  'licence.renew': { from: ['issued'], to: 'issued' },
};

/** States of a seal; `superseded`: renewed by another seal. */
export const SEAL_STATES = {
  valid: { isFinal: false },
  suspended: { isFinal: false },
  superseded: { isFinal: true },
  revoked: { isFinal: true },
} as const satisfies Record<string, { readonly isFinal: boolean }>;
export type SealState = keyof typeof SEAL_STATES;

export type SealLifecycleAct = 'seal.suspend' | 'seal.reinstate' | 'seal.revoke' | 'seal.renew';

/** `seal.renew` is applied to the predecessor. */
export const SEAL_TRANSITIONS: Readonly<Record<SealLifecycleAct, Transition<SealState>>> = {
  'seal.suspend': { from: ['valid'], to: 'suspended' },
  'seal.reinstate': { from: ['suspended'], to: 'valid' },
  // a renewed seal can still be revoked, back to when its key was lost
  'seal.revoke': { from: ['valid', 'suspended', 'superseded'], to: 'revoked' },
  'seal.renew': { from: ['valid'], to: 'superseded' },
};

/** The state an operation leads to, or `null` if it is not allowed from there. */
export function nextState<S extends string>(transition: Transition<S>, from: S): S | null {
  return transition.from.includes(from) ? transition.to : null;
}

/**
 * The state that held at a moment: of the changes known, the last recorded whose time in law is not after it.
 *
 * @param changes - oldest first, in ledger order; leave out what was not yet known.
 * @param at - RFC 3339 UTC with milliseconds.
 * @returns `null` if the subject did not exist yet.
 */
export function changeInForce<C extends { readonly since: string }>(
  changes: readonly C[],
  at: string,
): C | null {
  return changes.findLast((change) => change.since <= at) ?? null;
}
