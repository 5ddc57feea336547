import { z } from 'zod';
import { endSessions, nameOfSession, sessionsOf } from '../people/readPeople.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant, shortText } from './shapes.ts';

const sessionShape = z
  .strictObject({
    id: z.string(),
    createdAt: instant,
    expiresAt: instant,
    method: z.enum(['password', 'external']),
  })
  .meta({ id: 'Session' });

const byId = z.strictObject({ id: shortText });

/** Sessions of people, for the security administrator. */
export function personSessionRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/people/{id}/sessions',
      summary: 'Somebody’s sessions that have not ended, newest first',
      access: ['securityAdmin'],
      params: byId,
      answers: { 200: z.strictObject({ items: z.array(sessionShape) }) },
      async run({ principal, params }) {
        const sessions = await sessionsOf(parts, principal, params.id);
        const items = sessions.map((session) => ({
          id: nameOfSession(session),
          createdAt: session.createdAt.toISOString(),
          expiresAt: session.expiresAt.toISOString(),
          method: session.method ?? 'password',
        }));
        return { status: 200, json: { items } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/people/{id}/sessions',
      summary: 'End all of somebody’s sessions',
      access: ['securityAdmin'],
      params: byId,
      answers: { 204: null },
      async run({ principal, params }) {
        await endSessions(parts, principal, params.id, null);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/people/{id}/sessions/{session}',
      summary: 'End one of somebody’s sessions',
      access: ['securityAdmin'],
      params: z.strictObject({ id: shortText, session: shortText }),
      answers: { 204: null },
      async run({ principal, params }) {
        await endSessions(parts, principal, params.id, params.session);
        return { status: 204 };
      },
    }),
  ];
}
