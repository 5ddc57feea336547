import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Account, Session, Store } from '../store/store.ts';
import { hashPassword, verifyPassword } from './password.ts';

export interface SessionParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'accounts' | 'sessions'>;
  /** Whether people sign in by passwords of ours; absent: they do. */
  readonly identity?: { readonly isLocalOn: boolean; readonly idleMinutes?: number };
}

/** How long a session lasts, seconds. */
export const SESSION_SECONDS = 12 * 3600;
/** How exactly the last use of a session is kept, so that not every request writes. */
const USE_STEP_MS = 60_000;
const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

export interface SignedIn {
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly principal: Principal;
  readonly session: Session;
}

/** A person's or system's session and who it is. */
export interface FoundSession {
  readonly session: Session;
  readonly account: Account;
}

/**
 * Signs a person or system in by password. Unknown names cost as much time as known ones.
 *
 * @throws ServiceError `CREDENTIALS_WRONG`: unknown, disabled, wrong password or one whose time is over, without saying
 * which; `LOCAL_SIGN_IN_OFF` if people sign in by an identity provider only (systems still sign in here).
 */
export async function signIn(
  parts: SessionParts,
  credentials: Readonly<{ username: string; password: string }>,
): Promise<SignedIn> {
  const account = await parts.store.accounts.findByUsername(credentials.username);
  if (parts.identity?.isLocalOn === false && !isSystem(account)) {
    throw new ServiceError('LOCAL_SIGN_IN_OFF', 'people sign in by the identity provider here');
  }
  const isRight = await verifyPassword(credentials.password, await hashToCompare(account));
  if (account === null || !isRight || !maySignIn(account, parts.clock.now())) {
    throw new ServiceError('CREDENTIALS_WRONG', 'user name or password is wrong');
  }
  return await beginSession(parts, account);
}

/** Begins a session for somebody who has shown who they are. @param method - absent: by a password of ours. */
export async function beginSession(
  parts: SessionParts,
  account: Account,
  method?: Session['method'],
): Promise<SignedIn> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const createdAt = parts.clock.now();
  const session: Session = {
    tokenHash: hashOfToken(token),
    accountId: account.id,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + SESSION_SECONDS * 1000),
    ...(method === undefined ? {} : { method }),
  };
  await parts.store.sessions.add(session);
  return { token, principal: principalIn(session, account), session };
}

/**
 * Who a token stands for, as of now: roles and disabling count at once.
 *
 * @param token - attacker-controlled.
 * @param isPassive - this is no use of the session: it does not put off its end.
 * @returns null if it is unknown, expired or idle for too long, or the account is disabled.
 */
export async function findSession(
  parts: SessionParts,
  token: string,
  isPassive = false,
): Promise<Principal | null> {
  const found = await lookUpSession(parts, token);
  if (found === null) return null;
  const { session, account } = found;
  const now = parts.clock.now();
  const stepAgo = new Date(now.getTime() - USE_STEP_MS);
  if (!isPassive && lastUseOf(session) <= stepAgo) {
    await parts.store.sessions.touch(session.tokenHash, now, stepAgo);
  }
  return principalIn(session, account);
}

/** The session that a token opens; asking is no use of it. @returns null as {@link findSession}. */
export async function lookUpSession(
  parts: SessionParts,
  token: string,
): Promise<FoundSession | null> {
  if (!TOKEN_FORM.test(token)) return null;
  const now = parts.clock.now();
  const found = await parts.store.sessions.find(hashOfToken(token), now);
  if (found === null) return null;
  const end = idleEndOf(parts, found);
  return end === null || now < end ? found : null;
}

/** When a session ends without another request; null: systems' sessions, and where no limit is set. */
export function idleEndOf(
  { identity }: Pick<SessionParts, 'identity'>,
  { session, account }: Readonly<{ session: Session; account: Pick<Account, 'roles'> }>,
): Date | null {
  const minutes = identity?.idleMinutes;
  if (minutes === undefined || isSystem(account)) return null;
  return new Date(lastUseOf(session).getTime() + minutes * 60_000);
}

/** Sessions of an account that have not ended, newest first. */
export async function openSessionsOf(
  parts: Pick<SessionParts, 'clock' | 'identity'> & Readonly<{ store: Pick<Store, 'sessions'> }>,
  account: Pick<Account, 'id' | 'roles'>,
): Promise<readonly Session[]> {
  const now = parts.clock.now();
  const sessions = await parts.store.sessions.listOf(account.id, now);
  return sessions.filter((session) => {
    const end = idleEndOf(parts, { session, account });
    return end === null || now < end;
  });
}

function lastUseOf({ lastUsedAt, createdAt }: Session): Date {
  return lastUsedAt ?? createdAt;
}

/** Ends a session; an unknown token is no error. */
export async function signOut(parts: SessionParts, token: string): Promise<void> {
  await parts.store.sessions.remove(hashOfToken(token));
}

export function principalOf(account: Account): Principal {
  const { id, username, displayName, roles, windowCode, holderHash, passwordUntil } = account;
  return {
    ...{ id, username, displayName, roles, windowCode, holderHash },
    ...(passwordUntil === undefined ? {} : { passwordUntil }),
  };
}

/** @returns SHA-256, lower-case hex: by it a session is found. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whoever came by an identity provider has no password to change. */
function principalIn({ method }: Pick<Session, 'method'>, account: Account): Principal {
  const { passwordUntil, ...principal } = principalOf(account);
  return passwordUntil === undefined || method === 'external'
    ? principal
    : { ...principal, passwordUntil };
}

function maySignIn({ disabledAt, passwordUntil }: Account, at: Date): boolean {
  return disabledAt === null && (passwordUntil === undefined || at < passwordUntil);
}

function isSystem(account: Pick<Account, 'roles'> | null): boolean {
  if (account === null || account.roles.length === 0) return false;
  return account.roles.every((held) => held.role === 'system');
}

let nobody: Promise<string> | null = null;

/** For accounts without a password: a hash that no password has, made with the same effort as every other. */
async function hashToCompare(account: Account | null): Promise<string> {
  if (account?.passwordHash.startsWith('scrypt$') === true) return account.passwordHash;
  nobody ??= hashPassword(randomBytes(TOKEN_BYTES).toString('base64url'));
  return await nobody;
}
