import { z } from 'zod';
import {
  executeErasure,
  refuseErasure,
  requestErasure,
  withdrawErasure,
  type ErasureParts,
} from '../holders/erasure.ts';
import type { Erasure, ErasureState } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant, pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

const STATES = [
  'requested',
  'refused',
  'withdrawn',
  'done',
] as const satisfies readonly ErasureState[];

const erasureShape = z
  .strictObject({
    id: z.string(),
    accountId: z.string(),
    state: z.enum(STATES),
    requestedAt: instant,
    reasons: z
      .array(
        z.strictObject({
          code: z.enum(['LICENCE_IN_FORCE', 'RETENTION_PERIOD', 'CASE_OPEN', 'OBJECTION_OPEN']),
          subject: z.string(),
          until: instant.nullable(),
        }),
      )
      .meta({ description: 'Why personal data must be kept' }),
    decidedAt: instant.nullable(),
  })
  .meta({ id: 'Erasure' });

const byId = z.strictObject({ id: shortText });

const DECISIONS = [
  ['withdraw', 'Take one’s wish to be erased back', ['holder'], withdrawErasure],
  ['approve', 'Destroy the personal data of a holder for good', ['securityAdmin'], executeErasure],
  ['refuse', 'Turn a wish to be erased down', ['securityAdmin'], refuseErasure],
] as const;

/** Wishes of holders that their personal data be destroyed. */
export function erasureRoutes(parts: AppParts): readonly Route[] {
  const { clock, store, ledger, retentionYears } = parts;
  const erasing: ErasureParts = { clock, store, ledger, retentionYears };
  return [
    defineRoute({
      method: 'post',
      path: '/me/erasures',
      summary:
        'Ask that one’s personal data be destroyed. 409 names what must be kept, and until when.',
      access: ['holder'],
      answers: { 201: erasureShape },
      async run({ principal }) {
        return { status: 201, json: presentErasure(await requestErasure(erasing, principal)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me/erasures',
      summary: 'One’s own wishes to be erased, and what became of them',
      access: ['holder'],
      query: pageQuery({}),
      answers: { 200: pageOf(erasureShape) },
      async run({ principal, query }) {
        const page = await store.erasures.list({ accountId: principal.id }, toPageRequest(query));
        return { status: 200, json: { ...page, items: page.items.map(presentErasure) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/erasures',
      summary: 'Wishes to be erased',
      access: ['securityAdmin', 'auditor'],
      query: pageQuery({ state: z.enum(STATES).optional() }),
      answers: { 200: pageOf(erasureShape) },
      async run({ query }) {
        const filter = query.state === undefined ? {} : { state: query.state };
        const page = await store.erasures.list(filter, toPageRequest(query));
        return { status: 200, json: { ...page, items: page.items.map(presentErasure) } };
      },
    }),
    ...DECISIONS.map(([name, summary, access, act]) =>
      defineRoute({
        method: 'post',
        path: `/erasures/{id}/${name}`,
        ...{ summary, access },
        params: byId,
        answers: { 200: erasureShape },
        async run({ principal, params }) {
          const erasure = await act(erasing, principal, params.id);
          return { status: 200, json: presentErasure(erasure) };
        },
      }),
    ),
  ];
}

export function presentErasure(erasure: Erasure): z.input<typeof erasureShape> {
  const { id, accountId, state, requestedAt, reasons, decidedAt } = erasure;
  return {
    ...{ id, accountId, state },
    requestedAt: requestedAt.toISOString(),
    reasons: reasons.map((reason) => ({ ...reason })),
    decidedAt: decidedAt?.toISOString() ?? null,
  };
}
