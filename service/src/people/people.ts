import { randomBytes } from 'node:crypto';
import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Account, HeldRole, HolderCode, Store } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { administer, type AdministrationParts, type Scene } from './administer.ts';
import { hashPassword, verifyPassword } from './password.ts';
import {
  checkGivenRoles,
  checkOtherAccounts,
  requireAccountReach,
  requireSecurityAdmin,
} from './roleRules.ts';
import { hashOfToken } from './sessions.ts';

export interface PeopleParts extends AdministrationParts {
  readonly store: Pick<Store, 'administration' | 'accounts' | 'holders'>;
}

export interface NewPerson {
  readonly username: string;
  readonly password: string;
  readonly displayName: string;
  readonly roles: readonly HeldRole[];
  readonly windowCode: string | null;
  /** The code by which this person holds licences; null: no holder. */
  readonly holder: HolderCode | null;
  /** Whether the password must be changed first, within {@link PASSWORD_HOURS}. */
  readonly mustChangePassword?: boolean;
}

/** How long a password that somebody else set is good, unless it is changed. */
export const PASSWORD_HOURS = 24;
const HOUR_MS = 3_600_000;
const GENERATED_BYTES = 15;

/**
 * Makes an account.
 *
 * @throws ServiceError `NOT_AUTHORISED` (one person with two administrators' duties; an administrator made by anybody but
 * the security administrator; outside the part of the tree that one administers), `ACCOUNT_ALREADY_EXISTS`,
 * `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED`, `WINDOW_NOT_FOUND`, `WINDOW_CLOSED`, `REQUEST_MALFORMED` (a holder
 * without a code, or a role without its organisation).
 */
export async function addPerson(
  parts: PeopleParts,
  principal: Principal,
  person: NewPerson,
): Promise<Account> {
  if ((person.holder !== null) !== person.roles.some((held) => held.role === 'holder')) {
    throw new ServiceError('REQUEST_MALFORMED', 'a holder needs a code, nobody else has one', {
      faults: [{ pointer: '/holder', detail: 'goes with the role holder' }],
    });
  }
  const now = parts.clock.now();
  const account: Account = {
    id: ulid(now),
    username: person.username,
    passwordHash: await hashPassword(person.password),
    displayName: person.displayName,
    roles: person.roles,
    windowCode: person.windowCode,
    holderHash: person.holder === null ? null : parts.store.holders.holderHash(person.holder),
    createdAt: now,
    disabledAt: null,
    ...(person.mustChangePassword === true ? { passwordUntil: endOfPassword(now) } : {}),
  };
  await administer(parts, principal, { action: 'person.add', account }, (scene) => {
    checkGivenRoles(scene, principal, person, null);
    checkOtherAccounts(scene, account);
  });
  return account;
}

/**
 * Gives a person other roles; they count with the next request, also in sessions under way.
 *
 * @throws ServiceError as {@link addPerson}; `ACCOUNT_NOT_FOUND`; `NOT_AUTHORISED` for one's own roles.
 */
export async function setRoles(
  parts: PeopleParts,
  principal: Principal,
  id: string,
  change: Pick<NewPerson, 'roles' | 'windowCode'>,
): Promise<Account> {
  refuseOneself(principal, id);
  const { roles, windowCode } = change;
  const order = { action: 'person.setRoles', id, roles, windowCode } as const;
  await administer(parts, principal, order, (scene) => {
    const account = accountIn(scene, principal, id);
    if ((account.holderHash !== null) !== roles.some((held) => held.role === 'holder')) {
      throw new ServiceError('REQUEST_MALFORMED', 'who has a holder’s code is a holder', {
        faults: [{ pointer: '/roles', detail: 'holder goes with a code, which stays' }],
      });
    }
    checkGivenRoles(scene, principal, change, account);
    checkOtherAccounts(scene, { ...account, roles });
  });
  return await requireAccount(parts, id);
}

/**
 * Disables an account and ends its sessions.
 *
 * @param reason - for the administrative trail; undefined: none was given.
 * @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`.
 */
export async function disablePerson(
  parts: PeopleParts,
  principal: Principal,
  id: string,
  reason?: string,
): Promise<Account> {
  refuseOneself(principal, id);
  const at = parts.clock.now();
  const told = reason === undefined ? {} : { reason };
  const change = { action: 'person.disable', id, at, ...told } as const;
  await administer(parts, principal, change, (scene) => {
    accountIn(scene, principal, id);
  });
  return await requireAccount(parts, id);
}

/** Lets a disabled account sign in again. @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`. */
export async function enablePerson(
  parts: PeopleParts,
  principal: Principal,
  id: string,
): Promise<Account> {
  refuseOneself(principal, id);
  await administer(parts, principal, { action: 'person.enable', id }, (scene) => {
    checkOtherAccounts(scene, accountIn(scene, principal, id));
  });
  return await requireAccount(parts, id);
}

/** A password to be told to its person, who must change it before anything else. */
export interface IssuedPassword {
  /** Shown once; only its hash is kept. */
  readonly password: string;
  readonly until: Date;
}

/**
 * Gives an account a fresh password and ends its sessions.
 *
 * @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED` (one's own: it is changed, not reset).
 */
export async function resetPassword(
  parts: PeopleParts,
  principal: Principal,
  id: string,
): Promise<IssuedPassword> {
  refuseOneself(principal, id);
  const password = randomBytes(GENERATED_BYTES).toString('base64url');
  const until = endOfPassword(parts.clock.now());
  const passwordHash = await hashPassword(password);
  const change = { action: 'person.resetPassword', id, passwordHash, until } as const;
  await administer(parts, principal, change, (scene) => {
    accountIn(scene, principal, id);
  });
  return { password, until };
}

/**
 * Changes one's own password and ends one's other sessions.
 *
 * @param token - of the session that goes on; null: none.
 * @throws ServiceError `CREDENTIALS_WRONG` if the current one is wrong; `REQUEST_MALFORMED` if it is the same again.
 */
export async function changePassword(
  parts: PeopleParts,
  principal: Principal,
  passwords: Readonly<{ current: string; next: string }>,
  token: string | null = null,
): Promise<void> {
  const account = await requireAccount(parts, principal.id);
  if (!(await verifyPassword(passwords.current, account.passwordHash))) {
    throw new ServiceError('CREDENTIALS_WRONG', 'the current password is wrong');
  }
  if (passwords.next === passwords.current) {
    throw new ServiceError('REQUEST_MALFORMED', 'the new password is the current one', {
      faults: [{ pointer: '/next', detail: 'must be another one' }],
    });
  }
  const { id } = account;
  const passwordHash = await hashPassword(passwords.next);
  const keep = token === null ? null : hashOfToken(token);
  await parts.store.administration.change(
    { action: 'person.changePassword', id, passwordHash, keep },
    { actor: id, at: parts.clock.now() },
  );
}

/** Somebody in what one administers. @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`. */
export function accountIn(scene: Scene, principal: Principal, id: string): Account {
  const account = scene.state.account(id);
  if (account === null) throw new ServiceError('ACCOUNT_NOT_FOUND', `no account ${id}`);
  requireSecurityAdmin(principal, account.roles);
  requireAccountReach(scene.reach, account);
  return account;
}

/** @throws ServiceError `ACCOUNT_NOT_FOUND`. */
export async function requireAccount(
  parts: { readonly store: Pick<Store, 'accounts'> },
  id: string,
): Promise<Account> {
  const account = await parts.store.accounts.find(id);
  if (account === null) throw new ServiceError('ACCOUNT_NOT_FOUND', `no account ${id}`);
  return account;
}

function endOfPassword(from: Date): Date {
  return new Date(from.getTime() + PASSWORD_HOURS * HOUR_MS);
}

function refuseOneself(principal: Principal, id: string): void {
  if (principal.id === id) throw notAuthorised('nobody changes their own rights');
}
