import { z } from 'zod';
import {
  answerObjection,
  objectToUse,
  withdrawObjection,
  type ObjectionParts,
} from '../holders/objections.ts';
import type { Objection, ObjectionState } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { instant, pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

const STATES = [
  'open',
  'upheld',
  'rejected',
  'withdrawn',
] as const satisfies readonly ObjectionState[];

const objectionShape = z
  .strictObject({
    id: z.string(),
    useId: z.string().meta({ description: 'The usage record objected to' }),
    state: z.enum(STATES),
    reason: z.string().nullable().meta({ description: 'In the holder’s words' }),
    createdAt: instant,
    dueAt: instant.meta({ description: 'By when it must be answered' }),
    isOverdue: z.boolean(),
    answer: z.string().nullable(),
    answeredAt: instant.nullable(),
  })
  .meta({ id: 'Objection' });

const byId = z.strictObject({ id: shortText });
const words = z.string().trim().min(1).max(2000);
const filters = { state: z.enum(STATES).optional() };

/** Objections of holders to uses of their licences, and the auditor's answers. */
export function objectionRoutes({ clock, store }: AppParts): readonly Route[] {
  const parts: ObjectionParts = { clock, store };
  const present = (objection: Objection): z.input<typeof objectionShape> =>
    presentObjection(objection, clock.now());
  return [
    defineRoute({
      method: 'post',
      path: '/usage-records/{id}/objections',
      summary: 'Object to a use of one’s own licence',
      access: ['holder'],
      params: byId,
      payload: json(z.strictObject({ reason: words })),
      answers: { 201: objectionShape },
      async run({ principal, params, body }) {
        const wish = { useId: params.id, grounds: body.reason };
        return { status: 201, json: present(await objectToUse(parts, principal, wish)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me/objections',
      summary: 'One’s own objections with their answers',
      access: ['holder'],
      query: pageQuery(filters),
      answers: { 200: pageOf(objectionShape) },
      async run({ principal, query }) {
        const { holderHash } = principal;
        if (holderHash === null) return { status: 200, json: { items: [], nextCursor: null } };
        const page = await store.objections.list(
          { holderHash, ...(query.state === undefined ? {} : { state: query.state }) },
          toPageRequest(query),
        );
        return { status: 200, json: { ...page, items: page.items.map(present) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/objections/{id}/withdraw',
      summary: 'Take one’s objection back',
      access: ['holder'],
      params: byId,
      answers: { 200: objectionShape },
      async run({ principal, params }) {
        return { status: 200, json: present(await withdrawObjection(parts, principal, params.id)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/objections',
      summary: 'Objections of all holders',
      access: ['auditor'],
      query: pageQuery(filters),
      answers: { 200: pageOf(objectionShape) },
      async run({ query }) {
        const page = await store.objections.list(
          query.state === undefined ? {} : { state: query.state },
          toPageRequest(query),
        );
        return { status: 200, json: { ...page, items: page.items.map(present) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/objections/{id}/answer',
      summary: 'Answer an objection; the holder reads the answer',
      access: ['auditor'],
      params: byId,
      payload: json(z.strictObject({ state: z.enum(['upheld', 'rejected']), answer: words })),
      answers: { 200: objectionShape },
      async run({ principal, params, body }) {
        const objection = await answerObjection(parts, principal, { id: params.id, ...body });
        return { status: 200, json: present(objection) };
      },
    }),
  ];
}

export function presentObjection(objection: Objection, now: Date): z.input<typeof objectionShape> {
  const { id, useId, state, grounds, createdAt, dueAt, answer, answeredAt } = objection;
  return {
    ...{ id, useId, state, answer },
    reason: grounds,
    createdAt: createdAt.toISOString(),
    dueAt: dueAt.toISOString(),
    isOverdue: state === 'open' && dueAt < now,
    answeredAt: answeredAt?.toISOString() ?? null,
  };
}
