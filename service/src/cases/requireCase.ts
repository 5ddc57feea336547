import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Case, Store } from '../store/store.ts';
import { isOpen } from './caseStates.ts';
import { counterOf } from './counter.ts';

/** What a clerk does something for. */
export interface CaseUse {
  readonly caseId: string;
  readonly principal: Principal;
  /** Code of a matter. */
  readonly matter: string;
}

/**
 * The case for which a clerk wants to see licences: open, at a counter of the clerk's own organisation, and with this
 * matter in it.
 *
 * @throws ServiceError `CASE_NOT_FOUND` (also another organisation's), `CASE_STATE_CONFLICT` (the matter is decided, closed
 * or withdrawn), `MATTER_NOT_IN_CASE`.
 */
export async function requireCase(
  parts: Readonly<{ store: Pick<Store, 'cases' | 'windows'> }>,
  { caseId, principal, matter }: CaseUse,
): Promise<Case> {
  const { organisation } = await counterOf(parts, principal);
  const found = await parts.store.cases.find(caseId);
  if (found?.organisation !== organisation) throw caseNotFound(caseId);
  const meant = found.subCases.filter(
    (one) => found.bundle?.code === matter || one.matter.code === matter,
  );
  if (meant.length === 0) {
    throw new ServiceError('MATTER_NOT_IN_CASE', `case ${caseId} is not about matter ${matter}`);
  }
  if (!meant.some(isOpen)) {
    throw new ServiceError('CASE_STATE_CONFLICT', `case ${caseId} is no longer open for ${matter}`);
  }
  return found;
}

export function caseNotFound(caseId: string): ServiceError {
  return new ServiceError('CASE_NOT_FOUND', `no case ${caseId}`);
}
