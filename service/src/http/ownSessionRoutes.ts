import { z } from 'zod';
import { describeOwnSession, endOwnSession } from '../people/ownSession.ts';
import { hashOfToken, openSessionsOf } from '../people/sessions.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { ownSessionShape, presentSession } from './personSessionRoutes.ts';
import { meShape, presentMe } from './presentPerson.ts';
import { shortText } from './shapes.ts';

/** Who one is here, and where one is signed in. */
export function ownSessionRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/me',
      summary:
        'Who is signed in, and until when; `passive`: asking does not put off the end of an idle session',
      access: 'signedIn',
      isOpenToNewPasswords: true,
      mayBePassive: true,
      query: z.strictObject({ passive: z.enum(['true', 'false']).optional() }),
      answers: { 200: meShape },
      async run({ principal, token }) {
        const session = await describeOwnSession(parts, token ?? '');
        return { status: 200, json: presentMe(principal, session) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me/sessions',
      summary: 'One’s own sessions that have not ended, newest first',
      access: 'signedIn',
      answers: { 200: z.strictObject({ items: z.array(ownSessionShape) }) },
      async run({ principal, token }) {
        const own = token === null ? null : hashOfToken(token);
        const sessions = await openSessionsOf(parts, principal);
        const items = sessions.map((session) => ({
          ...presentSession(session),
          isThisOne: session.tokenHash === own,
        }));
        return { status: 200, json: { items } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/me/sessions/{session}',
      summary: 'End one of one’s own sessions',
      access: 'signedIn',
      params: z.strictObject({ session: shortText }),
      answers: { 204: null },
      async run({ principal, params }) {
        await endOwnSession(parts, principal, params.session);
        return { status: 204 };
      },
    }),
  ];
}
