import { z } from 'zod';
import { previewLicence } from '../licences/previewLicence.ts';
import { findLicence } from '../licences/readLicences.ts';
import { recordLookup } from '../usage/recordLookup.ts';
import { defineRoute, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import type { AppParts } from './parts.ts';
import { PICTURE_TYPES, pictureHeaders } from './pictures.ts';

/** A licence as a picture, for those who may have the file. Every look but the holder's own is recorded first. */
export function previewRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/preview',
      summary: 'A page of the sealed file as a picture, which proves nothing',
      access: ['issuer', 'approver', 'holder', 'auditor'],
      params: byIdentifier,
      query: z.strictObject({
        format: z.enum(['svg', 'png']).default('svg'),
        page: z.coerce.number().int().min(1).max(2000).default(1),
      }),
      answers: { 200: { mediaTypes: Object.values(PICTURE_TYPES) } },
      async run({ principal, params, query }) {
        const licence = await findLicence({ store }, principal, params.identifier);
        const bytes = await previewLicence({ store }, principal, licence.identifier, query);
        await recordLookup({ clock, store }, principal, [licence]);
        return { status: 200, bytes, headers: pictureHeaders(query.format) };
      },
    }),
  ];
}
