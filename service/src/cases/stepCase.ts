import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Case, CaseEvent, CaseState, CaseStep, SubCase, Suspension } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { findCase, mayAct, type Standing } from './caseAccess.ts';
import { CASE_TRANSITIONS, isOpen, type CaseAction, type CaseTransition } from './caseStates.ts';
import { materialsOf, missingFor } from './materialStates.ts';
import type { CaseParts } from './parts.ts';

export interface CaseStepRequest {
  readonly caseId: string;
  readonly action: CaseAction;
  /** Code; null: every matter of the case with which one may do it now. */
  readonly matter: string | null;
  readonly reason: string | null;
}

/**
 * Takes a step with one matter of a case, or with all of them, as {@link CASE_TRANSITIONS} say. Of concurrent steps with a
 * matter one is taken.
 *
 * @throws ServiceError `CASE_NOT_FOUND`, `MATTER_NOT_IN_CASE`, `NOT_AUTHORISED`, `CASE_STATE_CONFLICT`,
 * `REQUEST_MALFORMED` (a reason is needed), `CASE_MATERIALS_MISSING` (naming them as faults).
 */
export async function stepCase(
  parts: CaseParts,
  principal: Principal,
  request: CaseStepRequest,
): Promise<Case> {
  const transition = transitionOf(request.action);
  const { found, standing } = await findCase(parts, principal, request.caseId);
  if (transition.needsReason && request.reason === null) {
    throw new ServiceError('REQUEST_MALFORMED', 'a reason is needed', {
      faults: [{ pointer: '/reason', detail: 'is needed' }],
    });
  }
  const meant = mattersMeant(found, standing, { ...request, transition });
  if (transition.needsMaterials === true) await requireMaterials(parts, found, meant);
  const at = parts.clock.now();
  const steps = meant.map((one) =>
    toStep(one, transition, {
      ...{ id: ulid(at), at, actorId: principal.id, reason: request.reason },
    }),
  );
  await parts.store.cases.step(found.id, steps);
  return (await parts.store.cases.find(found.id)) ?? found;
}

function transitionOf(action: CaseAction): CaseTransition {
  const transition = CASE_TRANSITIONS.find((one) => one.action === action);
  if (transition === undefined) throw new ServiceError('INTERNAL', `no step ${action}`);
  return transition;
}

interface Meant {
  readonly transition: CaseTransition;
  readonly matter: string | null;
  readonly caseId: string;
}

function mattersMeant(
  { subCases }: Case,
  standing: Standing,
  { transition, matter, caseId }: Meant,
): readonly SubCase[] {
  const named = subCases.filter((one) => matter === null || one.matter.code === matter);
  if (named.length === 0) {
    throw new ServiceError('MATTER_NOT_IN_CASE', `case ${caseId} is not about matter ${matter}`);
  }
  const own = named.filter((one) => mayAct(standing, one.matter.code, transition.by));
  if (own.length === 0) throw notAuthorised(`${transition.action} is for others to do`);
  const ready = own.filter(({ state }) => transition.from.includes(state));
  if (ready.length === 0) {
    const states = own.map(({ state }) => state).join(', ');
    throw new ServiceError('CASE_STATE_CONFLICT', `${transition.action} does not follow ${states}`);
  }
  return ready;
}

async function requireMaterials(
  parts: CaseParts,
  found: Case,
  meant: readonly SubCase[],
): Promise<void> {
  const codes = [...meant.map(({ matter }) => matter.code), ...bundleCode(found)];
  const missing = missingFor(await materialsOf(parts, found, false), codes);
  if (missing.length === 0) return;
  throw new ServiceError('CASE_MATERIALS_MISSING', 'required materials are missing', {
    faults: missing.map(({ code, name }) => ({ pointer: `/materials/${code}`, detail: name })),
  });
}

function bundleCode({ bundle }: Case): readonly string[] {
  return bundle === null ? [] : [bundle.code];
}

function toStep(
  one: SubCase,
  transition: CaseTransition,
  event: Pick<CaseEvent, 'id' | 'at' | 'actorId' | 'reason'>,
): CaseStep {
  const { at } = event;
  const to = transition.to === 'earlier' ? (one.resumesAs ?? 'accepted') : transition.to;
  const outcome = transition.outcome ?? one.outcome;
  return {
    event: {
      ...event,
      ...{ matter: one.matter.code, action: transition.action, from: one.state, to, outcome },
    },
    resumesAs: to === 'suspended' ? one.state : null,
    acceptedAt: transition.action === 'accept' ? at : one.acceptedAt,
    endedAt: one.endedAt ?? (isOpen({ state: to }) ? null : at),
    suspensions: suspensionsAfter(one, to, at),
  };
}

function suspensionsAfter(
  { state, suspensions }: SubCase,
  to: CaseState,
  at: Date,
): readonly Suspension[] {
  if (to === 'suspended') return [...suspensions, { from: at, until: null }];
  if (state !== 'suspended') return suspensions;
  return suspensions.map((one) => (one.until === null ? { ...one, until: at } : one));
}
