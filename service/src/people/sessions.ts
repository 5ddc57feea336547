import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Account, Store } from '../store/store.ts';
import { hashPassword, verifyPassword } from './password.ts';

export interface SessionParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'accounts' | 'sessions'>;
}

/** How long a session lasts, seconds. */
export const SESSION_SECONDS = 12 * 3600;
const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

export interface SignedIn {
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly principal: Principal;
}

/**
 * Signs a person or system in. Unknown names cost as much time as known ones.
 *
 * @throws ServiceError `CREDENTIALS_WRONG`: unknown, disabled or wrong password, without saying which.
 */
export async function signIn(
  parts: SessionParts,
  credentials: Readonly<{ username: string; password: string }>,
): Promise<SignedIn> {
  const account = await parts.store.accounts.findByUsername(credentials.username);
  const hash = account?.passwordHash ?? (await hashOfNobody());
  const isRight = await verifyPassword(credentials.password, hash);
  if (account === null || !isRight || account.disabledAt !== null) {
    throw new ServiceError('CREDENTIALS_WRONG', 'user name or password is wrong');
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const createdAt = parts.clock.now();
  await parts.store.sessions.add({
    tokenHash: hashOf(token),
    accountId: account.id,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + SESSION_SECONDS * 1000),
  });
  return { token, principal: principalOf(account) };
}

/**
 * Who a token stands for, as of now: roles and disabling count at once.
 *
 * @param token - attacker-controlled.
 * @returns null if it is unknown or expired, or the account is disabled.
 */
export async function findSession(parts: SessionParts, token: string): Promise<Principal | null> {
  if (!TOKEN_FORM.test(token)) return null;
  const found = await parts.store.sessions.find(hashOf(token), parts.clock.now());
  return found === null ? null : principalOf(found.account);
}

/** Ends a session; an unknown token is no error. */
export async function signOut(parts: SessionParts, token: string): Promise<void> {
  await parts.store.sessions.remove(hashOf(token));
}

export function principalOf(account: Account): Principal {
  const { id, username, displayName, roles, windowCode, holderHash } = account;
  return { id, username, displayName, roles, windowCode, holderHash };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

let nobody: Promise<string> | null = null;

/** A hash that no password has, made with the same effort as every other. */
async function hashOfNobody(): Promise<string> {
  nobody ??= hashPassword(randomBytes(TOKEN_BYTES).toString('base64url'));
  return await nobody;
}
