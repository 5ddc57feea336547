import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { previewDraft, previewLicenceType, previewUnfinished } from '../licences/previewDraft.ts';
import { previewLicence } from '../licences/previewLicence.ts';
import { findLicence } from '../licences/readLicences.ts';
import { recordLookup } from '../usage/recordLookup.ts';
import { defineRoute, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import { licenceTypeRequest } from './licenceTypeRoutes.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { isDraft } from './presentDraft.ts';
import { PICTURE_TYPES, pictureHeaders } from './pictures.ts';
import { identifier, moment } from './shapes.ts';

/** A licence as a picture, for those who may have the file. Every look but the holder's own is recorded first. */
export function previewRoutes({ clock, store, licences }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/preview',
      summary:
        'A page of the sealed file as a picture, which proves nothing; of a draft, for its department, marked as a sample',
      access: ['issuer', 'approver', 'holder', 'auditor'],
      params: byIdentifier,
      query: z.strictObject({
        format: z.enum(['svg', 'png']).default('svg'),
        page: z.coerce.number().int().min(1).max(2000).default(1),
      }),
      answers: { 200: { mediaTypes: Object.values(PICTURE_TYPES) } },
      async run({ principal, params, query }) {
        const licence = await findLicence({ store }, principal, params.identifier);
        const bytes = isDraft(licence)
          ? await previewDraft(licences, principal, licence, query.format)
          : await previewLicence({ store }, principal, licence.identifier, query);
        await recordLookup({ clock, store }, principal, [licence]);
        return { status: 200, bytes, headers: pictureHeaders(query.format) };
      },
    }),
    ...sampleRoutes(licences),
  ];
}

const unfinished = z.strictObject({
  typeCode: z.string().min(1).max(64),
  serial: z.string().max(64).optional(),
  takesOver: identifier.optional(),
  holder: z
    .strictObject({
      name: z.string().max(200).optional(),
      code: z.string().max(64).optional(),
      codeType: z.string().max(10).optional(),
    })
    .default({}),
  fields: z.record(z.string().max(100), z.unknown()).default({}),
  validFrom: moment.nullable().default(null),
  validUntil: moment.nullable().default(null),
});

/** Pages of what is not there yet. Nothing is kept, signed or used up. */
function sampleRoutes(licences: AppParts['licences']): readonly Route[] {
  const format = z.strictObject({ format: z.enum(['svg', 'png']).default('svg') });
  const answers = { 200: { mediaTypes: Object.values(PICTURE_TYPES) } };
  return [
    defineRoute({
      method: 'post',
      path: '/licences/preview',
      summary:
        'The page of a licence as far as it is filled in, marked as a sample; what is missing is a dash',
      access: ['issuer'],
      query: format,
      payload: json(unfinished),
      answers,
      isIdempotent: false,
      async run({ principal, query, body }) {
        const { typeCode, serial, holder, fields, validFrom, validUntil } = body;
        const content = {
          ...{ typeCode, serial, holder, fields },
          validFrom: validFrom === null ? null : requireInstant(validFrom, 'start', 'validFrom'),
          validUntil: validUntil === null ? null : requireInstant(validUntil, 'end', 'validUntil'),
        };
        const bytes = await previewUnfinished(licences, principal, content, query.format);
        return { status: 200, bytes, headers: pictureHeaders(query.format) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/licence-types/preview',
      summary:
        'The page of a licence type before it is put, with made-up fields, marked as a sample',
      access: ['operator', 'issuer'],
      query: format,
      payload: json(licenceTypeRequest),
      answers,
      isIdempotent: false,
      async run({ principal, query, body }) {
        const bytes = await previewLicenceType(licences, principal, body, query.format);
        return { status: 200, bytes, headers: pictureHeaders(query.format) };
      },
    }),
  ];
}
