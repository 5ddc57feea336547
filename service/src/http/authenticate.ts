import type { IncomingMessage } from 'node:http';
import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { findSession, SESSION_SECONDS, type SessionParts } from '../people/sessions.ts';

export const SESSION_COOKIE = 'yinxin_session';

/** Who asks, and by which token. */
export interface Identity {
  readonly principal: Principal;
  readonly token: string;
}

/**
 * Finds out who asks: by `Authorization: Bearer`, else by the session cookie.
 *
 * A cookie that has run out counts as none, so that the public page works; a wrong bearer token does not. A cookie counts
 * for unsafe methods only when the browser says that the request comes from our own pages.
 *
 * @param isPassive - the request does not put off the end of an idle session.
 * @returns null if nobody is signed in.
 * @throws ServiceError `NOT_AUTHENTICATED` (wrong bearer token), `NOT_AUTHORISED` (cookie from elsewhere).
 */
export async function authenticate(
  parts: SessionParts,
  request: IncomingMessage,
  publicUrl: string,
  isPassive = false,
): Promise<Identity | null> {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) return await byBearer(parts, authorization, isPassive);
  const token = readCookie(cookie ?? '', SESSION_COOKIE);
  if (token === undefined) return null;
  const principal = await findSession(parts, token, isPassive);
  if (principal === null) return null;
  if (!isSafe(request) && originOf(request, publicUrl) !== 'own') throw elsewhere();
  return { principal, token };
}

async function byBearer(
  parts: SessionParts,
  authorization: string,
  isPassive: boolean,
): Promise<Identity> {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  const principal = await findSession(parts, token, isPassive);
  if (principal === null) throw new ServiceError('NOT_AUTHENTICATED', 'the token is not valid');
  return { principal, token };
}

/** @throws ServiceError `NOT_AUTHORISED` if a browser says that the request comes from another site's page. */
export function refuseForeignOrigin(request: IncomingMessage, publicUrl: string): void {
  if (originOf(request, publicUrl) === 'foreign') throw elsewhere();
}

/** `Set-Cookie` that keeps a token in the browser, or (null) forgets it. */
export function sessionCookie(token: string | null, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  const life = token === null ? 0 : SESSION_SECONDS;
  return `${SESSION_COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${life}${secure}`;
}

/** @param header - a `Cookie` header; attacker-controlled. */
export function readCookie(header: string, name: string): string | undefined {
  return header
    .slice(0, 8192)
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

function isSafe({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** @returns `unsaid` where the request carries neither header: no browser sent it. */
function originOf(request: IncomingMessage, publicUrl: string): 'own' | 'foreign' | 'unsaid' {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign';
  if (origin !== undefined) {
    const isOwn = origin === publicUrl || origin.replace(/^https?:\/\//, '') === host;
    return isOwn ? 'own' : 'foreign';
  }
  return site === undefined ? 'unsaid' : 'own';
}

function elsewhere(): ServiceError {
  return notAuthorised('a session cookie is taken from our own pages only');
}
