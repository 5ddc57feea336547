import { LICENCE_TRANSITIONS, nextState, SEAL_TRANSITIONS } from '@yinxin/chaincode/model';
import type { Act, LicenceState, SealState } from '@yinxin/chaincode/model';

import type { LedgerProof } from './proofFormat.ts';

/** The state that a row of acts leads to. */
export interface ProvenState {
  readonly state: LicenceState | SealState;
  /** When it took effect in law, RFC 3339. */
  readonly since: string;
  /** When the ledger recorded the act that led to it, RFC 3339. */
  readonly recordedAt: string;
  /** Whole identifier of the version the state is of; for a seal its esId. */
  readonly identifier: string;
}

type Step = (before: ProvenState | null, act: Act, recordedAt: string) => ProvenState | null;

/**
 * Follows the acts of a proof through the life cycle of its subject.
 *
 * @returns null for a use, and where the row does not begin with the subject's making or breaks its life cycle.
 */
export function stateAfter(proof: LedgerProof): ProvenState | null {
  if (proof.subject.kind === 'usage') return null;
  const step = proof.subject.kind === 'seal' ? sealStep(proof.subject.identifier) : licenceStep;
  let state: ProvenState | null = null;
  for (const { act, batch } of proof.acts) {
    state = step(state, act.act, batch.at);
    if (state === null) return null; // nothing can be said after a gap
  }
  return state;
}

const licenceStep: Step = (before, act, recordedAt) => {
  const identifier = memberOf(act, 'identifier') ?? '';
  if (act.act === 'licence.issue' || act.act === 'licence.transferIn') {
    return before === null ? { state: 'issued', since: act.at, recordedAt, identifier } : null;
  }
  if (before === null || act.act === 'licence.putDocument') return before;
  const transition = Object.entries(LICENCE_TRANSITIONS).find(([name]) => name === act.act)?.[1];
  const state =
    transition === undefined ? null : nextState(transition, before.state as LicenceState);
  return state === null ? null : { state, since: sinceOf(act), recordedAt, identifier };
};

function sealStep(esId: string): Step {
  return (before, act, recordedAt) => {
    const isMaking =
      (act.act === 'seal.make' || act.act === 'seal.renew') && memberOf(act, 'esId') === esId;
    if (isMaking)
      return before === null
        ? { state: 'valid', since: act.at, recordedAt, identifier: esId }
        : null;
    if (before === null || act.act === 'seal.setMandate') return before;
    const transition = Object.entries(SEAL_TRANSITIONS).find(([name]) => name === act.act)?.[1];
    const state =
      transition === undefined ? null : nextState(transition, before.state as SealState);
    return state === null ? null : { state, since: sinceOf(act), recordedAt, identifier: esId };
  };
}

function sinceOf(act: Act): string {
  return memberOf(act, 'effectiveFrom') ?? act.at;
}

function memberOf(act: Act, member: string): string | null {
  const value = (act.body as unknown as Readonly<Record<string, unknown>>)[member]; // members differ from act to act
  return typeof value === 'string' ? value : null;
}
