/** Who may give which roles to whom. Pure: everything is looked at in the transaction of the change. */
import { assertSeparateAdministrators, hasRole, notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Account, HeldRole, PersonRole } from '../store/store.ts';
import type { Scene } from './administer.ts';
import { requireOpen, requireReach, type Reach } from './reach.ts';
import { requireOpenWindow } from './windows.ts';

/** Duties that only the security administrator may hand out. */
const ADMINISTRATORS: readonly PersonRole[] = ['operator', 'securityAdmin', 'auditor'];

/** What somebody shall hold. */
export interface GivenRoles {
  readonly roles: readonly HeldRole[];
  readonly windowCode: string | null;
}

/**
 * Checks what somebody shall hold against what they hold. What they hold already in a closed organisation, or at a closed
 * window, they may keep.
 *
 * @param before - null: somebody new.
 * @throws ServiceError `NOT_AUTHORISED`, `REQUEST_MALFORMED`, `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED`,
 * `WINDOW_NOT_FOUND`, `WINDOW_CLOSED`.
 */
export function checkGivenRoles(
  scene: Scene,
  principal: Principal,
  { roles, windowCode }: GivenRoles,
  before: Account | null,
): void {
  assertSeparateAdministrators(roles);
  requireSecurityAdmin(principal, roles);
  for (const held of roles) {
    const isKept = before?.roles.some((one) => isSame(one, held)) === true;
    if (!isKept) checkNewRole(scene, held);
  }
  if (windowCode === null || windowCode === before?.windowCode) return;
  requireReach(scene.reach, requireOpenWindow(scene.state, windowCode).organisation);
}

/**
 * One person may sign in by several accounts. Where that is known, by the code by which they hold licences, their duties
 * count together.
 *
 * @throws ServiceError `NOT_AUTHORISED`.
 */
export function checkOtherAccounts(
  scene: Scene,
  account: Pick<Account, 'id' | 'roles' | 'holderHash'>,
): void {
  if (account.holderHash === null) return;
  const others = scene.state
    .accountsOf(account.holderHash)
    .filter((other) => other.id !== account.id && other.disabledAt === null);
  assertSeparateAdministrators([...account.roles, ...others.flatMap((other) => other.roles)]);
}

/** @throws ServiceError `NOT_AUTHORISED` unless an account stands wholly inside of what one administers. */
export function requireAccountReach(reach: Reach, { roles }: Pick<Account, 'roles'>): void {
  for (const { organisation } of roles) requireReach(reach, organisation);
}

/** @throws ServiceError `NOT_AUTHORISED` if administrators are meant and somebody else asks. */
export function requireSecurityAdmin(principal: Principal, roles: readonly HeldRole[]): void {
  const isAdministrator = roles.some((held) => ADMINISTRATORS.includes(held.role));
  if (isAdministrator && !hasRole(principal, 'securityAdmin')) {
    throw notAuthorised('administrators are appointed by the security administrator');
  }
}

function checkNewRole({ organisations, reach }: Scene, { role, organisation }: HeldRole): void {
  if ((organisation === null) !== (role === 'holder')) {
    throw new ServiceError('REQUEST_MALFORMED', `${role} goes with an organisation unless holder`, {
      faults: [{ pointer: '/roles', detail: 'every role but holder is held in an organisation' }],
    });
  }
  if (organisation !== null) requireOpen(organisations, organisation);
  requireReach(reach, organisation);
}

function isSame(a: HeldRole, b: HeldRole): boolean {
  return a.role === b.role && a.organisation === b.organisation;
}
