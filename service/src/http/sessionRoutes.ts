import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { describeOwnSession } from '../people/ownSession.ts';
import { signIn, signOut } from '../people/sessions.ts';
import { sessionCookie } from './authenticate.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { meShape, presentMe } from './presentPerson.ts';
import { createRateLimit } from './rateLimit.ts';

const credentials = z.strictObject({
  username: z.string().min(1).max(100),
  password: z.string().min(1).max(1024),
});

/** Wrong passwords an address may give for one name, and for all names together, before it has to wait. */
const FAILURES_A_NAME = { capacity: 10, perSecond: 10 / 900 };
const FAILURES_AN_ADDRESS = { capacity: 200, perSecond: 200 / 900 };

export function sessionRoutes(parts: AppParts): readonly Route[] {
  const guarded = signInLimit(parts);
  return [
    defineRoute({
      method: 'post',
      path: '/sessions',
      summary: 'Sign in. Sets the session cookie, too.',
      access: 'public',
      refusesForeignOrigin: true,
      payload: json(credentials),
      answers: { 201: z.strictObject({ token: z.string(), person: meShape }) },
      async run({ body, address }) {
        const { token, principal } = await guarded(address, body.username, () =>
          signIn(parts, body),
        );
        const session = await describeOwnSession(parts, token);
        return {
          status: 201,
          json: { token, person: presentMe(principal, session) },
          headers: { 'set-cookie': sessionCookie(token, parts.publicUrl) },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/sessions',
      summary: 'Sign out',
      access: 'signedIn',
      isOpenToNewPasswords: true,
      answers: { 204: null },
      async run({ token }) {
        if (token !== null) await signOut(parts, token);
        return { status: 204, headers: { 'set-cookie': sessionCookie(null, parts.publicUrl) } };
      },
    }),
  ];
}

type Guarded = <T>(address: string, username: string, run: () => Promise<T>) => Promise<T>;

/** Every attempt takes a token first, so that attempts at the same time count; it stays taken only if the password was wrong. */
function signInLimit({ clock }: Pick<AppParts, 'clock'>): Guarded {
  const names = createRateLimit(clock, FAILURES_A_NAME);
  const addresses = createRateLimit(clock, FAILURES_AN_ADDRESS);
  return async (address, username, run) => {
    const name = createHash('sha256').update(`${address}\0${username}`).digest('base64');
    const wait = names.take(name) || addresses.take(address);
    if (wait > 0) {
      throw new ServiceError('RATE_LIMITED', 'too many failed attempts to sign in', {
        retryAfterSeconds: wait,
      });
    }
    let isWrong = false;
    try {
      return await run();
    } catch (error) {
      isWrong = error instanceof ServiceError && error.code === 'CREDENTIALS_WRONG';
      throw error;
    } finally {
      if (!isWrong) {
        names.giveBack(name);
        addresses.giveBack(address);
      }
    }
  };
}
