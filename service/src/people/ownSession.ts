import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Store, Window } from '../store/store.ts';
import { nameOfSession } from './readPeople.ts';
import {
  idleEndOf,
  lookUpSession,
  openSessionsOf,
  type FoundSession,
  type SessionParts,
} from './sessions.ts';

export interface OwnSessionParts extends SessionParts {
  readonly store: SessionParts['store'] & Pick<Store, 'organisations' | 'windows'>;
}

/** What somebody signed in may know of their session and of where they work. */
export interface OwnSession {
  readonly expiresAt: Date;
  /** When it ends without another request, at the latest with `expiresAt`; null: it does not. */
  readonly idleExpiresAt: Date | null;
  /** Names of the organisations that roles name, by credit code. */
  readonly organisationNames: Readonly<Record<string, string>>;
  readonly window: Pick<Window, 'code' | 'name'> | null;
}

/** @throws ServiceError `NOT_AUTHENTICATED` if it ended meanwhile. */
export async function describeOwnSession(
  parts: OwnSessionParts,
  token: string,
): Promise<OwnSession> {
  const found = await lookUpSession(parts, token);
  if (found === null) throw new ServiceError('NOT_AUTHENTICATED', 'the session has ended');
  const { session, account } = found;
  return {
    expiresAt: session.expiresAt,
    idleExpiresAt: earlierOf(idleEndOf(parts, found), session.expiresAt),
    organisationNames: await namesOf(parts, account.roles),
    window: await windowOf(parts, account.windowCode),
  };
}

function earlierOf(idleEnd: Date | null, end: Date): Date | null {
  return idleEnd === null || idleEnd < end ? idleEnd : end;
}

async function namesOf(
  { store }: OwnSessionParts,
  roles: FoundSession['account']['roles'],
): Promise<Readonly<Record<string, string>>> {
  const codes = new Set(roles.flatMap(({ organisation }) => organisation ?? []));
  const pairs = await Promise.all(
    [...codes].map(async (code) => [code, (await store.organisations.find(code))?.name ?? code]),
  );
  return Object.fromEntries(pairs) as Readonly<Record<string, string>>;
}

async function windowOf(
  { store }: OwnSessionParts,
  code: string | null,
): Promise<OwnSession['window']> {
  const window = code === null ? null : await store.windows.find(code);
  return window === null ? null : { code: window.code, name: window.name };
}

/** Ends one of one's own sessions, as signing out there would. @throws ServiceError `NOT_FOUND`. */
export async function endOwnSession(
  parts: SessionParts,
  principal: Principal,
  name: string,
): Promise<void> {
  const sessions = await openSessionsOf(parts, principal);
  const session = sessions.find((one) => nameOfSession(one) === name);
  if (session === undefined) throw new ServiceError('NOT_FOUND', 'there is no such session');
  await parts.store.sessions.remove(session.tokenHash);
}
