/** Rules of the tree: who administers which part of it, and what the tree must look like. */
import { hasRoleIn, notAuthorised, organisationsOf, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { ORGANISATION_LEVELS, type Organisation } from '../store/people.ts';

/** The part of the tree that somebody administers. */
export interface Reach {
  /** Everything, also what stands beside the tree, and holders. */
  readonly isWhole: boolean;
  /** Credit codes. */
  readonly organisations: ReadonlySet<string>;
}

/**
 * Administrators of the operator reach everything; others the organisations at and below those in which they are
 * `securityAdmin` or `operator`.
 *
 * @param operator - credit code of who runs the service.
 */
export function reachOf(
  principal: Principal,
  organisations: readonly Organisation[],
  operator: string,
): Reach {
  const isWhole = hasRoleIn(principal, operator, 'securityAdmin', 'operator');
  const reached = new Set(organisationsOf(principal, 'securityAdmin', 'operator'));
  for (const { creditCode, parent } of organisations) {
    // parents come before children
    if (isWhole || (parent !== null && reached.has(parent))) reached.add(creditCode);
  }
  return { isWhole, organisations: reached };
}

/** @throws ServiceError `NOT_AUTHORISED` if the organisation (null: none, the top) is outside. */
export function requireReach(reach: Reach, creditCode: string | null): void {
  if (reach.isWhole) return;
  if (creditCode === null) throw notAuthorised('this is for the administrators of the operator');
  if (!reach.organisations.has(creditCode)) {
    throw notAuthorised(`${creditCode} is outside of your part of the tree`);
  }
}

/** @throws ServiceError `ORGANISATION_NOT_FOUND`. */
export function requireKnown(
  organisations: readonly Organisation[],
  creditCode: string,
): Organisation {
  const found = organisations.find((one) => one.creditCode === creditCode);
  if (found === undefined) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${creditCode}`);
  }
  return found;
}

/** @throws ServiceError `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED`. */
export function requireOpen(
  organisations: readonly Organisation[],
  creditCode: string,
): Organisation {
  const found = requireKnown(organisations, creditCode);
  if (found.closedAt !== undefined) {
    throw new ServiceError('ORGANISATION_CLOSED', `${creditCode} is closed: nothing begins in it`);
  }
  return found;
}

/**
 * Checks one organisation as it shall stand, with all that stands below it.
 *
 * @param organisations - the others as they stand, and it as it shall stand.
 * @throws ServiceError `ORGANISATION_TREE_CONFLICT` if it would stand below itself, or something below what is of a lower
 * level (a county below a village).
 */
export function requireTree(organisations: readonly Organisation[]): void {
  const byCode = new Map(organisations.map((one) => [one.creditCode, one]));
  const rankOf = ({ level }: Organisation): number =>
    level === undefined ? -1 : ORGANISATION_LEVELS.indexOf(level);
  for (const organisation of organisations) {
    const lowest = Math.max(...chainAbove(byCode, organisation).map(rankOf), -1);
    if (organisation.level !== undefined && rankOf(organisation) < lowest) {
      const { creditCode, level } = organisation;
      throw conflict(`${creditCode} (${level}) would stand below something of a lower level`);
    }
  }
}

/** Everything above an organisation, the nearest first. @throws ServiceError `ORGANISATION_TREE_CONFLICT`. */
function chainAbove(
  byCode: ReadonlyMap<string, Organisation>,
  organisation: Organisation,
): readonly Organisation[] {
  const chain: Organisation[] = [];
  const seen = new Set([organisation.creditCode]);
  let above = byCode.get(organisation.parent ?? '');
  while (above !== undefined) {
    if (seen.has(above.creditCode)) {
      throw conflict(`${above.creditCode} would stand below itself`);
    }
    seen.add(above.creditCode);
    chain.push(above);
    above = byCode.get(above.parent ?? '');
  }
  return chain;
}

export function conflict(message: string): ServiceError {
  return new ServiceError('ORGANISATION_TREE_CONFLICT', message);
}
