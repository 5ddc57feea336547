import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { catalogueCode, catalogueName, matterDefinition } from '../matters/matterDefinition.ts';
import { putMatter } from '../matters/putMatter.ts';
import { askMaterials } from '../waivers/askMaterials.ts';
import { defineRoute, type Route } from './guard.ts';
import { matterFileRoutes } from './matterFileRoutes.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { materialsShape, presentMaterials } from './presentMaterials.ts';
import { matterShape, presentMatter } from './presentMatter.ts';
import { cutPage, pageOf, wholeListQuery } from './shapes.ts';

const byCode = z.strictObject({ code: catalogueCode });

/** The catalogue of matters (事项) with their materials. */
export function matterRoutes(parts: AppParts): readonly Route[] {
  return [
    ...matterFileRoutes(parts), // names that would else be codes
    ...entryRoutes(parts),
    ...materialRoutes(parts),
  ];
}

function entryRoutes({ store, licences }: AppParts): readonly Route[] {
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
      summary: 'A matter, in its newest version or the one asked for',
      access: 'signedIn',
      params: byCode,
      query: z.strictObject({ version: z.coerce.number().int().min(1).max(1e9).optional() }),
      answers: { 200: matterShape },
      async run({ params: { code }, query: { version } }) {
        const matter = await store.matters.find(code, version);
        if (matter === null) throw missing(code);
        return { status: 200, json: presentMatter(matter) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/matters/{code}/versions',
      summary: 'Every version of a matter, newest first',
      access: 'signedIn',
      params: byCode,
      query: wholeListQuery,
      answers: { 200: pageOf(matterShape) },
      async run({ params: { code }, query }) {
        const versions = await store.matters.versions(code);
        if (versions.length === 0) throw missing(code);
        const page = cutPage(versions, (matter) => String(matter.version), query);
        const items = page.items.map(presentMatter);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/matters/{code}',
      summary: 'Add a matter or its next version',
      access: ['operator'],
      params: byCode,
      payload: json(z.strictObject({ name: catalogueName, definition: matterDefinition })),
      answers: { 200: matterShape },
      async run({ principal, params, body }) {
        const matter = await putMatter(licences, principal, { code: params.code, ...body });
        return { status: 200, json: presentMatter(matter) };
      },
    }),
  ];
}

function materialRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/matters/{code}/materials',
      summary:
        'What a matter asks for: which materials need not be submitted, by which licence, and why others must be',
      access: ['clerk', 'holder', 'issuer', 'approver', 'operator', 'auditor'],
      params: byCode,
      query: z.strictObject({
        holderCode: z.string().min(1).max(64).optional().meta({
          description:
            'Asked by a clerk at a window: for whom; the holder finds the question among the uses',
        }),
        holderCodeType: z.string().min(1).max(10).optional(),
      }),
      answers: { 200: materialsShape },
      async run({ principal, params: { code }, query, language }) {
        const { holderCode, holderCodeType } = query;
        const request = { matter: code, holderCode, holderCodeType };
        const answer = await askMaterials({ clock, store }, principal, request);
        return { status: 200, json: presentMaterials(answer, language) };
      },
    }),
  ];
}

function missing(code: string): ServiceError {
  return new ServiceError('MATTER_NOT_FOUND', `no matter ${code}`);
}
