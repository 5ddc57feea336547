/** Who may act: duties of authorities, second persons, times an act may claim. Pure. */
import type { Act, ActAuthor, AuthorityRole } from './act.js';
import { ContractError } from './errors.js';
import type { AuthorityRecord } from './records.js';

/** How far an act's `at` may be ahead of the transaction's timestamp. */
export const MAX_CLOCK_LEAD_MS = 300_000;

/** @throws ContractError `NOT_AUTHORISED` unless the authority holds one of the roles. */
export function requireRole(authority: AuthorityRecord, ...roles: readonly AuthorityRole[]): void {
  if (!roles.some((role) => authority.roles.includes(role)))
    throw new ContractError(
      'NOT_AUTHORISED',
      `authority ${authority.creditCode} does not hold the role ${roles.join(' or ')}`,
    );
}

/** @throws ContractError `APPROVER_MISSING` or `APPROVER_IS_MAKER` unless two persons took part. */
export function requireSecondPerson(by: ActAuthor): void {
  if (by.approver === undefined)
    throw new ContractError('APPROVER_MISSING', 'the act needs an approver');
  if (by.approver === by.maker)
    throw new ContractError('APPROVER_IS_MAKER', 'the approver is the maker');
}

/**
 * The time from which a life-cycle act is in force.
 *
 * @param earliest - when its subject came into being, RFC 3339.
 * @throws ContractError `ACT_BEFORE_SUBJECT`; `EFFECTIVE_TIME_INVALID` if it lies after the act or before `earliest`.
 */
export function effectiveTime(
  act: Pick<Act, 'at'> & { readonly body: { readonly effectiveFrom: string | null } },
  earliest: string,
): string {
  requireNotBefore(act.at, earliest);
  const since = act.body.effectiveFrom ?? act.at;
  if (since > act.at || since < earliest)
    throw new ContractError(
      'EFFECTIVE_TIME_INVALID',
      `effectiveFrom ${since} is not between ${earliest} and ${act.at}`,
    );
  return since;
}

/** @throws ContractError `ACT_BEFORE_SUBJECT` if an act is dated before its subject existed. */
export function requireNotBefore(at: string, earliest: string): void {
  if (at < earliest)
    throw new ContractError(
      'ACT_BEFORE_SUBJECT',
      `the act of ${at} is dated before its subject, ${earliest}`,
    );
}

/** @throws ContractError `ACT_FROM_FUTURE` if `at` is more than five minutes ahead of the transaction. */
export function requireNotFromFuture(at: string, transactionAt: Date): void {
  if (Date.parse(at) > transactionAt.getTime() + MAX_CLOCK_LEAD_MS)
    throw new ContractError(
      'ACT_FROM_FUTURE',
      `the act of ${at} is ahead of the transaction of ${transactionAt.toISOString()}`,
    );
}
