/** Who stands how to a case. Whoever stands in no way to it is told that there is none. */
import { hasRole, hasRoleIn, type Principal } from '../access.ts';
import type { Grant } from '../store/grants.ts';
import type { Case, SubCase } from '../store/store.ts';
import type { CaseActor } from './caseStates.ts';
import type { CaseParts } from './parts.ts';
import { caseNotFound } from './requireCase.ts';

export interface Standing {
  /** Clerk of the organisation whose counter has the case. */
  readonly isCounter: boolean;
  /** Codes of the matters that somebody decides on. */
  readonly decides: ReadonlySet<string>;
  /** The holder concerned, or who acts for them by a grant that is in force. */
  readonly isHolder: boolean;
  /** The holder concerned, in person. */
  readonly isOneself: boolean;
  readonly isAuditor: boolean;
}

type AccessParts = Pick<CaseParts, 'clock'> & {
  readonly store: Pick<CaseParts['store'], 'cases' | 'grants'>;
};

/** @throws ServiceError `CASE_NOT_FOUND` also for a case that is none of theirs. */
export async function findCase(
  parts: AccessParts,
  principal: Principal,
  caseId: string,
): Promise<{ readonly found: Case; readonly standing: Standing }> {
  const found = await parts.store.cases.find(caseId);
  if (found === null) throw caseNotFound(caseId);
  const standing = await standingOf(parts, principal, found);
  const { isCounter, decides, isHolder, isAuditor } = standing;
  if (!isCounter && decides.size === 0 && !isHolder && !isAuditor) throw caseNotFound(caseId);
  return { found, standing };
}

/** Nobody handles a case of their own. */
export async function standingOf(
  parts: AccessParts,
  principal: Principal,
  found: Case,
): Promise<Standing> {
  const { holderHash, organisation, subCases } = found;
  const isOneself = holderHash !== null && principal.holderHash === holderHash;
  const isHolder = isOneself || (await findRepresentation(parts, principal, found)) !== null;
  const decided = isHolder ? [] : subCases.filter((one) => decidesOn(principal, found, one));
  return {
    isCounter: !isHolder && hasRoleIn(principal, organisation, 'clerk'),
    decides: new Set(decided.map(({ matter }) => matter.code)),
    ...{ isHolder, isOneself },
    isAuditor: hasRole(principal, 'auditor'),
  };
}

/** Whether somebody may do something about one matter of a case. */
export function mayAct(
  { isCounter, decides, isHolder }: Standing,
  matter: string,
  by: readonly CaseActor[],
): boolean {
  return (
    (isCounter && by.includes('counter')) ||
    (decides.has(matter) && by.includes('department')) ||
    (isHolder && by.includes('holder'))
  );
}

/** The staff of the department in charge; where none is, the counter's clerks. */
function decidesOn(principal: Principal, { organisation }: Case, { department }: SubCase): boolean {
  return department === null
    ? hasRoleIn(principal, organisation, 'clerk', 'issuer', 'approver')
    : hasRoleIn(principal, department, 'issuer', 'approver');
}

/** The grant by which the case is somebody's to follow, as long as it is in force. */
async function findRepresentation(
  parts: AccessParts,
  principal: Principal,
  { holderHash, grantId }: Case,
): Promise<Grant | null> {
  const agentHash = principal.holderHash;
  if (holderHash === null || grantId === null || agentHash === null) return null;
  const grants = await parts.store.grants.inForce({ holderHash, agentHash }, parts.clock.now());
  return grants.find(({ id }) => id === grantId) ?? null;
}

/**
 * By which grant somebody may have a case in the name of another one: it covers each of the matters by name or, without any
 * limit, all that the holder does.
 *
 * @returns null: there is none in force.
 */
export async function findCaseGrant(
  {
    clock,
    store,
  }: Omit<AccessParts, 'store'> & { readonly store: Pick<CaseParts['store'], 'grants'> },
  { holderHash: agentHash }: Pick<Principal, 'holderHash'>,
  { holderHash, matters }: Readonly<{ holderHash: string; matters: readonly string[] }>,
): Promise<Grant | null> {
  if (agentHash === null) return null;
  const grants = await store.grants.inForce({ holderHash, agentHash }, clock.now());
  const covering = grants.find(({ scope }) =>
    scope.matters === null
      ? scope.licences === null && scope.typeCodes === null
      : matters.every((one) => scope.matters?.includes(one)),
  );
  return covering ?? null;
}
