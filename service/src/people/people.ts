import { assertSeparateAdministrators, hasRole, notAuthorised, type Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Account, HeldRole, HolderCode, PersonRole, Store } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { hashPassword, verifyPassword } from './password.ts';

export interface PeopleParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'accounts' | 'organisations' | 'windows' | 'holders'>;
}

/** Duties that only the security administrator may hand out. */
const ADMINISTRATORS: readonly PersonRole[] = ['operator', 'securityAdmin', 'auditor'];

export interface NewPerson {
  readonly username: string;
  readonly password: string;
  readonly displayName: string;
  readonly roles: readonly HeldRole[];
  readonly windowCode: string | null;
  /** The code by which this person holds licences; null: no holder. */
  readonly holder: HolderCode | null;
}

/**
 * Makes an account.
 *
 * @throws ServiceError `NOT_AUTHORISED` (one person with two administrators' duties; an administrator made by anybody but
 * the security administrator), `ACCOUNT_ALREADY_EXISTS`, `ORGANISATION_NOT_FOUND`, `WINDOW_NOT_FOUND`,
 * `REQUEST_MALFORMED` (a holder without a code, or a role without its organisation).
 */
export async function addPerson(
  parts: PeopleParts,
  principal: Principal,
  person: NewPerson,
): Promise<Account> {
  await checkRoles(parts, principal, person);
  if ((person.holder !== null) !== person.roles.some((held) => held.role === 'holder')) {
    throw new ServiceError('REQUEST_MALFORMED', 'a holder needs a code, nobody else has one', {
      faults: [{ pointer: '/holder', detail: 'goes with the role holder' }],
    });
  }
  const account: Account = {
    id: ulid(parts.clock.now()),
    username: person.username,
    passwordHash: await hashPassword(person.password),
    displayName: person.displayName,
    roles: person.roles,
    windowCode: person.windowCode,
    holderHash: person.holder === null ? null : parts.store.holders.holderHash(person.holder),
    createdAt: parts.clock.now(),
    disabledAt: null,
  };
  await parts.store.accounts.add(account);
  return account;
}

/**
 * Gives a person other roles; they count with the next request.
 *
 * @throws ServiceError as {@link addPerson}; `ACCOUNT_NOT_FOUND`; `NOT_AUTHORISED` for one's own roles.
 */
export async function setRoles(
  parts: PeopleParts,
  principal: Principal,
  id: string,
  change: Pick<NewPerson, 'roles' | 'windowCode'>,
): Promise<Account> {
  const account = await requireAccount(parts, id);
  refuseOneself(principal, id);
  requireSecurityAdmin(principal, account.roles);
  await checkRoles(parts, principal, change);
  await parts.store.accounts.setRoles(id, change.roles, change.windowCode);
  return await requireAccount(parts, id);
}

/** Disables an account and ends its sessions. @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`. */
export async function disablePerson(
  parts: PeopleParts,
  principal: Principal,
  id: string,
): Promise<Account> {
  const account = await requireAccount(parts, id);
  refuseOneself(principal, id);
  requireSecurityAdmin(principal, account.roles);
  if (account.disabledAt === null) await parts.store.accounts.disable(id, parts.clock.now());
  return await requireAccount(parts, id);
}

/** Changes one's own password. @throws ServiceError `CREDENTIALS_WRONG` if the current one is wrong. */
export async function changePassword(
  parts: PeopleParts,
  principal: Principal,
  passwords: Readonly<{ current: string; next: string }>,
): Promise<void> {
  const account = await requireAccount(parts, principal.id);
  if (!(await verifyPassword(passwords.current, account.passwordHash))) {
    throw new ServiceError('CREDENTIALS_WRONG', 'the current password is wrong');
  }
  await parts.store.accounts.setPassword(account.id, await hashPassword(passwords.next));
}

async function checkRoles(
  parts: PeopleParts,
  principal: Principal,
  { roles, windowCode }: Pick<NewPerson, 'roles' | 'windowCode'>,
): Promise<void> {
  assertSeparateAdministrators(roles);
  requireSecurityAdmin(principal, roles);
  for (const { role, organisation } of roles) await checkOrganisation(parts, role, organisation);
  if (windowCode !== null && (await parts.store.windows.find(windowCode)) === null) {
    throw new ServiceError('WINDOW_NOT_FOUND', `no window ${windowCode}`);
  }
}

async function checkOrganisation(
  parts: PeopleParts,
  role: PersonRole,
  organisation: string | null,
): Promise<void> {
  if ((organisation === null) !== (role === 'holder')) {
    throw new ServiceError('REQUEST_MALFORMED', `${role} goes with an organisation unless holder`, {
      faults: [{ pointer: '/roles', detail: 'every role but holder is held in an organisation' }],
    });
  }
  if (organisation === null) return;
  if ((await parts.store.organisations.find(organisation)) === null) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${organisation}`);
  }
}

function requireSecurityAdmin(principal: Principal, roles: readonly HeldRole[]): void {
  const isAdministrator = roles.some((held) => ADMINISTRATORS.includes(held.role));
  if (isAdministrator && !hasRole(principal, 'securityAdmin')) {
    throw notAuthorised('administrators are appointed by the security administrator');
  }
}

function refuseOneself(principal: Principal, id: string): void {
  if (principal.id === id) throw notAuthorised('nobody changes their own rights');
}

async function requireAccount(parts: PeopleParts, id: string): Promise<Account> {
  const account = await parts.store.accounts.find(id);
  if (account === null) throw new ServiceError('ACCOUNT_NOT_FOUND', `no account ${id}`);
  return account;
}
