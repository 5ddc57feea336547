import { z } from 'zod';
import { hasRoleIn } from '../access.ts';
import { ServiceError } from '../errors.ts';
import {
  approveSealing,
  findSealingRequest,
  listSealingRequests,
  requestSealing,
  returnSealing,
  withdrawSealing,
} from '../seals/requestSealing.ts';
import type { SealedDocument, SealingManner } from '../seals/sealDocument.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json, upload } from './payload.ts';
import { presentSealingRequest, sealingRequestShape } from './presentSealing.ts';
import { pageOf, pageQuery, toPageRequest } from './shapes.ts';

/** Large format paper is 1.2 m long. */
const millimetres = z.coerce.number().min(0).max(2000);
const byId = z.strictObject({ id: z.string().min(1).max(64) });
const note = z.strictObject({ note: z.string().min(1).max(500) });
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const MEDIA_TYPES = { ofd: 'application/ofd', pdf: 'application/pdf' } as const;
const STATES = ['requested', 'approving', 'returned', 'sealed', 'withdrawn'] as const;

const sealing = z.strictObject({
  esId: z.string().min(1).max(64),
  page: z.coerce.number().int().min(1).max(100_000).optional(),
  x: millimetres.optional(),
  y: millimetres.optional(),
  keyword: z.string().min(1).max(100).optional(),
  occurrence: z.coerce.number().int().min(1).max(200).optional(),
  straddle: z.enum(['right', 'left', 'top', 'bottom']).optional(),
  straddleOffset: millimetres.optional(),
  level: z.enum(['B', 'T', 'LT']).default('T'),
  closing: flag.default(false),
});

export function sealSignatureRoutes(parts: AppParts): readonly Route[] {
  return [...sealingRoutes(parts), ...waitingRoutes(parts)];
}

function sealingRoutes({ seals }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/seal-signatures',
      summary:
        'Seal a PDF or OFD of one’s own, at `x`, `y` in mm from the page’s top left, over the `occurrence` of a `keyword`, ' +
        'or over page edges (`straddle`), a PDF with proofs of its certificates (`level` LT) if asked; ' +
        '202: it waits for a second person',
      access: ['issuer'],
      payload: upload(sealing),
      answers: { 201: { mediaTypes: Object.values(MEDIA_TYPES) }, 202: sealingRequestShape },
      async run({ principal, body: { file, fields } }) {
        const wish = { bytes: file, esId: fields.esId, manner: mannerOf(fields) };
        const answer = await requestSealing(seals, principal, wish);
        return answer.kind === 'sealed'
          ? fileAnswer(answer.document)
          : { status: 202, json: presentSealingRequest(answer.request, true) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/seal-signatures/{id}/approve',
      summary: 'Seal what somebody else handed in',
      access: ['approver'],
      params: byId,
      answers: { 201: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, params }) {
        return fileAnswer(await approveSealing(seals, principal, params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/seal-signatures/{id}/return',
      summary: 'Return what somebody handed in for sealing',
      access: ['approver'],
      params: byId,
      payload: json(note),
      answers: { 200: sealingRequestShape },
      async run({ principal, params, body }) {
        const returned = await returnSealing(seals, principal, params.id, body.note);
        return { status: 200, json: presentSealingRequest(returned, true) };
      },
    }),
  ];
}

function waitingRoutes({ seals, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/seal-signatures',
      summary: 'Documents that wait or waited for a second person before they are sealed',
      access: ['issuer', 'approver', 'auditor'],
      query: pageQuery({ state: z.enum(STATES).optional() }),
      answers: { 200: pageOf(sealingRequestShape) },
      async run({ principal, query }) {
        const filter = query.state === undefined ? {} : { state: query.state };
        const page = await listSealingRequests(seals, principal, filter, toPageRequest(query));
        const items = page.items.map((one) =>
          presentSealingRequest(one, hasRoleIn(principal, one.holder, 'issuer', 'approver')),
        );
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seal-signatures/{id}/file',
      summary: 'The file that waits, or the sealed one',
      access: ['issuer', 'approver'],
      params: byId,
      answers: { 200: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, params }) {
        const request = await findSealingRequest(seals, principal, params.id);
        const bytes =
          request.signatureId === null
            ? await store.sealingRequests.file(request.id)
            : await store.seals.signatureFile(request.signatureId);
        if (bytes === null) throw new ServiceError('DOCUMENT_NOT_FOUND', `no file of ${params.id}`);
        return {
          status: 200,
          bytes,
          headers: {
            'content-type': MEDIA_TYPES[request.format],
            'content-disposition': `attachment; filename="${request.id}.${request.format}"`,
          },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/seal-signatures/{id}',
      summary: 'Take back what one handed in for sealing',
      access: ['issuer'],
      params: byId,
      answers: { 204: null },
      async run({ principal, params }) {
        await withdrawSealing(seals, principal, params.id);
        return { status: 204 };
      },
    }),
  ];
}

/** @throws ServiceError `REQUEST_MALFORMED` unless there is exactly one place, or a straddling seal with or without one. */
function mannerOf(fields: z.output<typeof sealing>): SealingManner {
  const { straddle, straddleOffset, level, closing } = fields;
  if (straddle === undefined && straddleOffset !== undefined) {
    throw new ServiceError('REQUEST_MALFORMED', 'straddleOffset needs straddle');
  }
  const at = placeOf(fields);
  if (at === null && straddle === undefined) {
    throw new ServiceError('REQUEST_MALFORMED', 'page, x and y, a keyword, or straddle is needed');
  }
  return {
    at,
    straddle: straddle === undefined ? null : { edge: straddle, offsetMm: straddleOffset ?? null },
    level,
    isClosing: closing,
  };
}

function placeOf({
  page,
  x,
  y,
  keyword,
  occurrence,
}: z.output<typeof sealing>): SealingManner['at'] {
  const point = [page, x, y].filter((one) => one !== undefined).length;
  if (keyword !== undefined) {
    if (point > 0) throw new ServiceError('REQUEST_MALFORMED', 'a keyword needs no page, x, y');
    return { kind: 'keyword', keyword, occurrence: occurrence ?? 1 };
  }
  if (occurrence !== undefined) {
    throw new ServiceError('REQUEST_MALFORMED', 'occurrence needs a keyword');
  }
  if (page === undefined || x === undefined || y === undefined) {
    if (point > 0) throw new ServiceError('REQUEST_MALFORMED', 'page, x and y go together');
    return null;
  }
  return { kind: 'point', page, xMm: x, yMm: y };
}

function fileAnswer({ signature, bytes, timeStamp }: SealedDocument): Answer {
  return {
    status: 201,
    bytes,
    headers: {
      'content-type': MEDIA_TYPES[signature.format],
      'content-disposition': `attachment; filename="${signature.id}.${signature.format}"`,
      'x-seal-signature-id': signature.id,
      'x-time-stamp': timeStamp,
    },
  };
}
