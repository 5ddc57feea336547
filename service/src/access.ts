import { ServiceError } from './errors.ts';

export const ROLES = [
  'sealMaker',
  'issuer',
  'approver',
  'clerk',
  'holder',
  'auditor',
  'system',
  'operator',
  'securityAdmin',
] as const;
export type Role = (typeof ROLES)[number];

/** A role is held in an organisation (its credit code). */
export interface HeldRole {
  readonly role: Role;
  readonly organisation: string;
}

/** A signed-in person, as every use case sees them. */
export interface Principal {
  readonly personId: string;
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly HeldRole[];
  /** The window a clerk serves. */
  readonly windowCode: string | null;
  /** Keyed hash of the holder the account belongs to. */
  readonly holderHash: string | null;
}

/** The three administrators' duties: no person holds two of them. */
const ADMINISTRATORS: readonly Role[] = ['operator', 'securityAdmin', 'auditor'];

export function hasRole(principal: Principal, ...roles: readonly Role[]): boolean {
  return principal.roles.some((held) => roles.includes(held.role));
}

/** Whether someone holds one of the roles in that organisation. */
export function hasRoleIn(
  principal: Principal,
  organisation: string,
  ...roles: readonly Role[]
): boolean {
  return principal.roles.some(
    (held) => roles.includes(held.role) && held.organisation === organisation,
  );
}

/**
 * The organisation in which someone holds a role.
 *
 * @throws ServiceError `NOT_AUTHORISED` if they hold none of the roles.
 */
export function organisationOf(principal: Principal, ...roles: readonly Role[]): string {
  const held = principal.roles.find((candidate) => roles.includes(candidate.role));
  if (held === undefined) throw notAuthorised(`one of the roles ${roles.join(', ')} is needed`);
  return held.organisation;
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
