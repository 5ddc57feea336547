import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { putMatter } from '../matters/putMatter.ts';
import type { Matter } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { cutPage, instant, pageOf, shortText, wholeListQuery } from './shapes.ts';

const byCode = z.strictObject({ code: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/) });
const definition = z.record(z.string().max(100), z.unknown());

const matterShape = z
  .strictObject({
    code: z.string(),
    version: z.int().min(1),
    name: z.string(),
    definition,
    updatedAt: instant,
  })
  .meta({ id: 'Matter' });

/** The catalogue of matters (事项) with their materials. */
export function matterRoutes({ store, licences }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/matters',
      summary: 'Matters with their materials, by code',
      access: 'signedIn',
      query: wholeListQuery,
      answers: { 200: pageOf(matterShape) },
      async run({ query }) {
        const page = cutPage(await store.matters.list(), (matter) => matter.code, query);
        const items = page.items.map(presentMatter);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/matters/{code}',
      summary: 'A matter',
      access: 'signedIn',
      params: byCode,
      answers: { 200: matterShape },
      async run({ params }) {
        const matter = await store.matters.find(params.code);
        if (matter === null) throw new ServiceError('MATTER_NOT_FOUND', `no matter ${params.code}`);
        return { status: 200, json: presentMatter(matter) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/matters/{code}',
      summary: 'Add a matter or its next version',
      access: ['operator'],
      params: byCode,
      payload: json(z.strictObject({ name: shortText, definition })),
      answers: { 200: matterShape },
      async run({ principal, params, body }) {
        const matter = await putMatter(licences, principal, { code: params.code, ...body });
        return { status: 200, json: presentMatter(matter) };
      },
    }),
  ];
}

function presentMatter(matter: Matter): z.input<typeof matterShape> {
  return {
    code: matter.code,
    version: matter.version,
    name: matter.name,
    definition: { ...matter.definition },
    updatedAt: matter.updatedAt.toISOString(),
  };
}
