import { z } from 'zod';
import { findLicenceType, putLicenceType } from '../licences/licenceTypes.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { licenceTypeShape, presentLicenceType } from './presentLicenceType.ts';
import { cutPage, pageOf, shortText, wholeListQuery } from './shapes.ts';

const byTypeCode = z.strictObject({ typeCode: z.string().min(1).max(64) });
const anything = z.record(z.string(), z.unknown());

export const licenceTypeRequest = z.strictObject({
  name: shortText,
  fields: anything.meta({ description: 'JSON Schema 2020-12 of an object' }),
  layout: anything,
  sealEsId: z.string().min(1).max(64),
  approval: z.enum(['single', 'dual']),
  formats: z
    .array(z.enum(['ofd', 'pdf']))
    .min(1)
    .max(2),
});

export function licenceTypeRoutes({ store, licences }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/licence-types',
      summary: 'Licence types in their newest version',
      access: 'signedIn',
      query: wholeListQuery,
      answers: { 200: pageOf(licenceTypeShape) },
      async run({ query }) {
        const page = cutPage(await store.licenceTypes.list(), (type) => type.typeCode, query);
        const items = page.items.map(presentLicenceType);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/licence-types/{typeCode}',
      summary: 'A licence type in its newest version',
      access: 'signedIn',
      params: byTypeCode,
      answers: { 200: licenceTypeShape },
      async run({ params }) {
        const type = await findLicenceType({ store }, params.typeCode);
        return { status: 200, json: presentLicenceType(type) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/licence-types/{typeCode}',
      summary: 'Add a licence type or its next version',
      access: ['operator', 'issuer'],
      params: byTypeCode,
      payload: json(licenceTypeRequest),
      answers: { 200: licenceTypeShape },
      async run({ principal, params, body }) {
        const type = await putLicenceType(licences, principal, params.typeCode, body);
        return { status: 200, json: presentLicenceType(type) };
      },
    }),
  ];
}
