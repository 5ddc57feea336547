import { ServiceError } from './errors.ts';
import type { Account, HeldRole, PersonRole } from './store/people.ts';

/** A signed-in person or system, as every use case sees them. */
export type Principal = Pick<
  Account,
  'id' | 'username' | 'displayName' | 'roles' | 'windowCode' | 'holderHash' | 'passwordUntil'
>;

/** The three administrators' duties: no person holds two of them. */
const ADMINISTRATORS: readonly PersonRole[] = ['operator', 'securityAdmin', 'auditor'];

export function hasRole(principal: Principal, ...roles: readonly PersonRole[]): boolean {
  return principal.roles.some((held) => roles.includes(held.role));
}

/** Whether someone holds one of the roles in that organisation. */
export function hasRoleIn(
  principal: Principal,
  organisation: string,
  ...roles: readonly PersonRole[]
): boolean {
  return principal.roles.some(
    (held) => roles.includes(held.role) && held.organisation === organisation,
  );
}

/**
 * The organisation in which someone holds a role.
 *
 * @returns its credit code.
 * @throws ServiceError `NOT_AUTHORISED` if they hold none of the roles.
 */
export function organisationOf(principal: Principal, ...roles: readonly PersonRole[]): string {
  const held = principal.roles.find((candidate) => roles.includes(candidate.role));
  if (held?.organisation == null) {
    throw notAuthorised(`one of the roles ${roles.join(', ')} is needed`);
  }
  return held.organisation;
}

/** @returns credit codes of every organisation in which someone holds one of the roles. */
export function organisationsOf(
  principal: Principal,
  ...roles: readonly PersonRole[]
): readonly string[] {
  return principal.roles
    .filter((held) => roles.includes(held.role))
    .flatMap((held) => held.organisation ?? []);
}

/** @throws ServiceError `NOT_AUTHORISED` if someone holds none of the roles in that organisation. */
export function requireRoleIn(
  principal: Principal,
  organisation: string,
  ...roles: readonly PersonRole[]
): void {
  if (!hasRoleIn(principal, organisation, ...roles)) {
    throw notAuthorised(`one of the roles ${roles.join(', ')} in ${organisation} is needed`);
  }
}

/** @throws ServiceError `NOT_AUTHORISED` if one person would hold two administrators' duties. */
export function assertSeparateAdministrators(roles: readonly HeldRole[]): void {
  const duties = new Set(
    roles.map((held) => held.role).filter((role) => ADMINISTRATORS.includes(role)),
  );
  if (duties.size > 1) throw notAuthorised(`one person cannot be ${[...duties].join(' and ')}`);
}

export function notAuthorised(message: string): ServiceError {
  return new ServiceError('NOT_AUTHORISED', message);
}
