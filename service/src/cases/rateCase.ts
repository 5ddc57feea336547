import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { CaseRating } from '../store/store.ts';
import { findCase } from './caseAccess.ts';
import { isOpen } from './caseStates.ts';
import type { CaseParts } from './parts.ts';
import { caseNotFound } from './requireCase.ts';

/**
 * Lets the holder concerned rate, once, how a case was handled. Nobody does it for them.
 *
 * @throws ServiceError `CASE_NOT_FOUND` (also for whoever is not the holder), `CASE_STATE_CONFLICT` (something is still to be
 * decided, or all was withdrawn), `CASE_ALREADY_RATED`.
 */
export async function rateCase(
  parts: CaseParts,
  principal: Principal,
  caseId: string,
  rating: Pick<CaseRating, 'level' | 'reasons' | 'note'>,
): Promise<void> {
  const { found, standing } = await findCase(parts, principal, caseId);
  if (!standing.isOneself) throw caseNotFound(caseId);
  const { subCases } = found;
  if (subCases.some(isOpen) || subCases.every(({ outcome }) => outcome === null)) {
    throw new ServiceError('CASE_STATE_CONFLICT', `case ${caseId} is not decided`);
  }
  await parts.store.cases.rate(caseId, { ...rating, at: parts.clock.now() }, principal.id);
}
