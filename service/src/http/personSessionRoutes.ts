import { z } from 'zod';
import { endSessions, nameOfSession, sessionsOf } from '../people/readPeople.ts';
import type { Session } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant, shortText } from './shapes.ts';

export const sessionShape = z
  .strictObject({
    id: z.string(),
    createdAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.meta({ description: 'To about a minute' }),
    method: z.enum(['password', 'external']),
  })
  .meta({ id: 'Session' });

export const ownSessionShape = sessionShape
  .extend({ isThisOne: z.boolean().meta({ description: 'The one that asks' }) })
  .meta({ id: 'OwnSession' });

export function presentSession(session: Session): z.input<typeof sessionShape> {
  const { createdAt, expiresAt, lastUsedAt = createdAt, method } = session;
  return {
    id: nameOfSession(session),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    method: method ?? 'password',
  };
}

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
        return { status: 200, json: { items: sessions.map(presentSession) } };
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
