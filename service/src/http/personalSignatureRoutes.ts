import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import {
  readSignedForm,
  signPersonally,
  type SignatureAppearance,
} from '../seals/signPersonally.ts';
import type { PersonalSignature } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import { parseJson } from './jsonValue.ts';
import type { AppParts } from './parts.ts';
import { parseWith } from './parseWith.ts';
import { upload } from './payload.ts';
import { instant, pageOf, pageQuery, sha256, toPageRequest } from './shapes.ts';

const MEDIA_TYPES = { ofd: 'application/ofd', pdf: 'application/pdf' } as const;
const millimetres = z.coerce.number().min(0).max(2000);
const byId = z.strictObject({ id: z.string().min(1).max(64) });

const strokes = z.array(z.array(z.tuple([z.number(), z.number()])).max(5000)).max(200);

const form = z.strictObject({
  page: z.coerce.number().int().min(1).max(100_000),
  x: millimetres,
  y: millimetres,
  strokes: z
    .string()
    .max(65_536)
    .optional()
    .meta({ description: 'JSON: strokes of the pen, each a list of [x, y], y downwards' }),
  image: z
    .string()
    .max(65_536)
    .optional()
    .meta({ description: 'PNG of the handwriting, base64; only its ink is kept' }),
  typedName: z.string().min(1).max(40).optional(),
});

const personalSignatureShape = z
  .strictObject({
    id: z.string(),
    format: z.enum(['ofd', 'pdf']),
    sha256,
    sm3: sha256,
    size: z.int(),
    method: z.enum(['strokes', 'image', 'typed']),
    certificate: sha256,
    signedAt: instant,
  })
  .meta({ id: 'PersonalSignature' });

export function personalSignatureRoutes({ seals, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/personal-signatures',
      summary:
        'Sign a PDF or OFD form for oneself, by `strokes`, an `image` of handwriting, or one’s `typedName`',
      access: 'signedIn',
      payload: upload(form),
      answers: { 201: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, body: { file, fields } }) {
        const { signature, bytes, timeStamp } = await signPersonally(seals, principal, {
          ...{ bytes: file, page: fields.page, xMm: fields.x, yMm: fields.y },
          appearance: appearanceOf(fields),
        });
        const headers = {
          ...headersOf(signature),
          'x-personal-signature-id': signature.id,
          'x-time-stamp': timeStamp,
        };
        return { status: 201, bytes, headers };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/personal-signatures',
      summary: 'Forms that one signed oneself',
      access: 'signedIn',
      query: pageQuery({}),
      answers: { 200: pageOf(personalSignatureShape) },
      async run({ principal, query }) {
        const page = await store.personalSignatures.list(principal.id, toPageRequest(query));
        const items = page.items.map(present);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/personal-signatures/{id}/file',
      summary: 'A form that one signed oneself',
      access: 'signedIn',
      params: byId,
      answers: { 200: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, params }) {
        const { signature, bytes } = await readSignedForm({ store }, principal, params.id);
        return { status: 200, bytes, headers: headersOf(signature) };
      },
    }),
  ];
}

/** @throws ServiceError `REQUEST_MALFORMED` unless there is exactly one. */
function appearanceOf(fields: z.output<typeof form>): SignatureAppearance {
  const { strokes: strokesJson, image, typedName } = fields;
  if ([strokesJson, image, typedName].filter((one) => one !== undefined).length !== 1) {
    throw new ServiceError('REQUEST_MALFORMED', 'one of strokes, image and typedName is needed');
  }
  if (strokesJson !== undefined) {
    return { method: 'strokes', strokes: parseWith(strokes, parseJson(strokesJson), 'strokes') };
  }
  if (typedName !== undefined) return { method: 'typed', name: typedName };
  return { method: 'image', png: new Uint8Array(Buffer.from(image ?? '', 'base64')) };
}

function headersOf({ id, format }: PersonalSignature): Readonly<Record<string, string>> {
  return {
    'content-type': MEDIA_TYPES[format],
    'content-disposition': `attachment; filename="${id}.${format}"`,
  };
}

function present(signature: PersonalSignature): z.input<typeof personalSignatureShape> {
  return {
    id: signature.id,
    format: signature.format,
    sha256: signature.digests.sha256,
    sm3: signature.digests.sm3,
    size: signature.size,
    method: signature.method,
    certificate: signature.keyId,
    signedAt: signature.signedAt.toISOString(),
  };
}
