import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { HOLDER_CODE_TYPES } from '../holderCode.ts';
import { admitCall, rateLimitHeaders, type AdmittedCall } from '../systems/admitCall.ts';
import { fetchFile } from '../systems/fetchFile.ts';
import { readMetadata } from '../systems/readMetadata.ts';
import { searchLicences, type FoundLicence } from '../systems/searchLicences.ts';
import { verifyForClient } from '../systems/verifyForClient.ts';
import { defineRoute, type Headers, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { LICENCE_STATE_NAMES } from './presentLicence.ts';
import { identifier, instant, moment, pageOf, report } from './shapes.ts';

const MEDIA_TYPES = { ofd: 'application/ofd', pdf: 'application/pdf' } as const;

const code = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const fields = z.array(z.string().min(1).max(64)).max(100);
const occasion = {
  purpose: code.meta({ description: 'Code of one of the client’s purposes' }),
  matter: code.optional(),
};

const foundShape = z
  .strictObject({
    identifier: z.string(),
    typeCode: z.string(),
    state: z.enum(LICENCE_STATE_NAMES),
    version: z.int().min(1),
    validFrom: instant,
    validUntil: instant.nullable(),
  })
  .meta({ id: 'FoundLicence' });

const verification = z
  .strictObject({
    code: z.string().min(1).max(4096).optional(),
    identifier: identifier.optional(),
    credential: z.string().min(1).max(200_000).optional(),
    ...occasion,
  })
  .refine(
    ({ code: text, identifier: name, credential }) =>
      [text, name, credential].filter((one) => one !== undefined).length === 1,
    { message: 'one of code, identifier, credential' },
  );

/** What other systems may ask for: search, metadata, file and verification, each within their terms and quota. */
export function dataRoutes(parts: AppParts): readonly Route[] {
  return [...askingRoutes(parts), ...documentRoutes(parts)];
}

function askingRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/data/licences/search',
      summary: 'Which licences of a type a holder has (检索): identifiers and states',
      access: ['system'],
      isIdempotent: false,
      payload: json(
        z.strictObject({
          holder: z.strictObject({
            code: z.string().min(1).max(64),
            codeType: z.enum(HOLDER_CODE_TYPES),
          }),
          typeCode: z.string().min(1).max(64),
          ...occasion,
          limit: z.int().min(1).max(200).default(50),
          cursor: z.string().max(64).optional(),
        }),
      ),
      answers: { 200: pageOf(foundShape) },
      async run(call) {
        const { limit, cursor, matter, ...request } = call.body;
        const admitted = await admitCall(parts, call);
        const page = await searchLicences(parts, admitted, {
          ...request,
          matter: matter ?? null,
          page: cursor === undefined ? { limit } : { limit, cursor },
        });
        const items = page.items.map(presentFound);
        const { nextCursor } = page;
        return { status: 200, json: { items, nextCursor }, headers: headersOf(admitted) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/data/verify',
      summary: 'Verify a code, an identifier or a credential (验证)',
      access: ['system'],
      isIdempotent: false,
      payload: json(verification),
      answers: { 200: report },
      async run(call) {
        const { purpose, matter, ...given } = call.body;
        const admitted = await admitCall(parts, call);
        const verdict = await verifyForClient(parts, admitted, {
          ...{ purpose, matter: matter ?? null, language: call.language },
          evidence: toEvidence(given),
        });
        return { status: 200, json: verdict, headers: headersOf(admitted) };
      },
    }),
  ];
}

function documentRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/data/licences/{identifier}/metadata',
      summary: 'The verdict on a licence and the named fields (信息获取), also as SD-JWT',
      access: ['system'],
      isIdempotent: false, // an answer kept for a day would outlive its holder's erasure
      params: byIdentifier,
      payload: json(z.strictObject({ fields, ...occasion })),
      answers: {
        200: z.strictObject({
          report,
          fields: z.record(z.string(), z.unknown()),
          credential: z.string().nullable(),
          useId: z.string().meta({ description: 'Of the usage record, which the holder sees' }),
        }),
      },
      async run(call) {
        const { matter, ...request } = call.body;
        const admitted = await admitCall(parts, call);
        const metadata = await readMetadata(parts, admitted, {
          ...{ ...request, matter: matter ?? null, language: call.language },
          identifier: call.params.identifier,
        });
        return { status: 200, json: metadata, headers: headersOf(admitted) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/data/licences/{identifier}/file',
      summary: 'An annotated copy (加注件) of a licence, sealed by the client’s organisation',
      access: ['system'],
      isIdempotent: false,
      params: byIdentifier,
      payload: json(
        z.strictObject({
          format: z.enum(['ofd', 'pdf']),
          fields: fields.optional(),
          validUntil: moment.optional(),
          ...occasion,
        }),
      ),
      answers: { 200: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run(call) {
        const { purpose, matter, format, validUntil } = call.body;
        const admitted = await admitCall(parts, call);
        const copy = await fetchFile(parts, admitted, {
          ...{ identifier: call.params.identifier, language: call.language },
          ...{ purpose, format, matter: matter ?? null, fields: call.body.fields ?? null },
          validUntil:
            validUntil === undefined ? null : requireInstant(validUntil, 'end', 'validUntil'),
        });
        return {
          status: 200,
          bytes: copy.bytes,
          headers: {
            ...headersOf(admitted),
            'content-type': MEDIA_TYPES[copy.format],
            'content-disposition': `attachment; filename="${copy.id}.${copy.format}"`,
            'x-copy-id': copy.id,
            'x-copy-valid-until': copy.validUntil.toISOString(),
          },
        };
      },
    }),
  ];
}

function headersOf({ quota }: AdmittedCall): Headers {
  return rateLimitHeaders(quota);
}

function toEvidence(
  given: Readonly<{
    code?: string | undefined;
    identifier?: string | undefined;
    credential?: string | undefined;
  }>,
): Parameters<typeof verifyForClient>[2]['evidence'] {
  if (given.code !== undefined) return { kind: 'code', text: given.code };
  if (given.identifier !== undefined) return { kind: 'identifier', text: given.identifier };
  return { kind: 'credential', text: given.credential ?? '' };
}

function presentFound(licence: FoundLicence): z.input<typeof foundShape> {
  const { identifier: name, typeCode, state, version, validFrom, validUntil } = licence;
  return {
    ...{ identifier: name, typeCode, state, version },
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
  };
}
