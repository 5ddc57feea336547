import { z } from 'zod';
import { bindIdentity, unbindIdentity } from '../people/identities.ts';
import { findPerson } from '../people/readPeople.ts';
import { ATTEMPT_SECONDS, beginSignIn, finishSignIn } from '../people/signInByProvider.ts';
import { readCookie, sessionCookie } from './authenticate.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { knownPersonShape, presentKnownPerson } from './presentPerson.ts';
import { shortText } from './shapes.ts';

const TICKET_COOKIE = 'yinxin_sign_in';
const TICKET_PATH = '/api/v1/sessions/oidc';

/** What a provider sends along; others are dropped (RFC 6749 §4.1.2). */
const callbackQuery = z.object({
  state: z.string().min(1).max(256),
  code: z.string().min(1).max(4096).optional(),
  iss: z.string().max(2048).optional(),
  error: z.string().max(256).optional(),
});

const byId = z.strictObject({ id: shortText });

/** Signing in by an identity provider, and whom it vouches for. */
export function externalSignInRoutes(parts: AppParts): readonly Route[] {
  return [...signInRoutes(parts), ...bindingRoutes(parts)];
}

function signInRoutes(parts: AppParts): readonly Route[] {
  const { identity, publicUrl } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/sessions/methods',
      summary: 'How one can sign in here',
      access: 'public',
      answers: {
        200: z.strictObject({
          password: z.boolean(),
          external: z.strictObject({ issuer: z.string() }).nullable(),
        }),
      },
      run() {
        const { isLocalOn, provider } = identity;
        const external = provider === null ? null : { issuer: provider.issuer };
        return Promise.resolve({ status: 200, json: { password: isLocalOn, external } });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/sessions/oidc',
      summary: 'Sends the browser to the identity provider (OpenID Connect)',
      access: 'public',
      isNavigated: true,
      answers: { 303: null },
      async run() {
        const { url, ticket } = await beginSignIn(parts);
        return redirectTo(url, ticketCookie(ticket, publicUrl));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/sessions/oidc/callback',
      summary: 'Where the identity provider sends the browser back to; sets the session cookie',
      access: 'public',
      isNavigated: true,
      query: callbackQuery,
      answers: { 303: null },
      async run({ query, cookies }) {
        const answer = Object.fromEntries(
          Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined),
        );
        const ticket = readCookie(cookies, TICKET_COOKIE) ?? null;
        const { token } = await finishSignIn(parts, ticket, answer);
        return redirectTo('/', sessionCookie(token, publicUrl));
      },
    }),
  ];
}

function bindingRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/people/{id}/identity',
      summary: 'Bind an account to a person at the identity provider',
      access: ['securityAdmin'],
      params: byId,
      payload: json(
        z.strictObject({ issuer: z.url().max(2048), subject: z.string().min(1).max(255) }),
      ),
      answers: { 200: knownPersonShape },
      async run({ principal, params, body }) {
        await bindIdentity(parts, principal, params.id, body);
        const person = await findPerson(parts, principal, params.id);
        return { status: 200, json: presentKnownPerson(person) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/people/{id}/identity',
      summary: 'Take an account’s identity away and end its sessions',
      access: ['securityAdmin'],
      params: byId,
      answers: { 204: null },
      async run({ principal, params }) {
        await unbindIdentity(parts, principal, params.id);
        return { status: 204 };
      },
    }),
  ];
}

function redirectTo(location: string, cookie: string): Answer {
  return { status: 303, bytes: '', headers: { location, 'set-cookie': cookie } };
}

/** `Lax`, for the provider's page sends the browser back. */
function ticketCookie(ticket: string, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${TICKET_COOKIE}=${ticket}; Path=${TICKET_PATH}; HttpOnly; SameSite=Lax; Max-Age=${ATTEMPT_SECONDS}${secure}`;
}
