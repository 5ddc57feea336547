import { z } from 'zod';
import {
  findReceipt,
  listOwnReceipts,
  listReceipts,
  receiptFileOf,
  receiptSalts,
} from '../receipts/readReceipts.ts';
import { receiptPdf } from '../receipts/receiptPdf.ts';
import type { Page, StoredReceipt } from '../store/store.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import {
  identifier,
  instant,
  pageOf,
  pageQuery,
  sha256,
  shortText,
  toPageRequest,
} from './shapes.ts';

const FORMATS = ['json', 'jws', 'pdf'] as const;
const MEDIA_TYPES = {
  json: 'application/json',
  jws: 'application/jose',
  pdf: 'application/pdf',
} as const;

const byId = z.strictObject({ id: shortText });

const receiptShape = z
  .strictObject({
    id: z.string(),
    at: instant,
    state: z
      .enum(['pending', 'complete'])
      .meta({ description: '`complete`: with the ledger’s proofs of every use' }),
    organisation: z.string(),
    window: z.string().nullable(),
    matter: z.string().nullable(),
    purpose: z.string(),
    caseId: z.string().nullable(),
    licences: z.array(
      z.strictObject({
        identifier,
        typeCode: z.string(),
        typeName: z.string(),
        indication: z.string(),
        subIndication: z.string().nullable(),
        fields: z.array(z.string()).meta({ description: 'Names of what was disclosed' }),
        use: z.strictObject({ record: z.string(), leaf: sha256 }),
      }),
    ),
  })
  .meta({ id: 'ReceiptEntry' });

const saltsShape = z
  .strictObject({ salts: z.record(z.string(), z.record(z.string(), z.string())) })
  .meta({
    id: 'ReceiptSalts',
    description:
      'By licence and field: a digest in the receipt is SHA-256 of the canonical JSON of [salt, name, value]',
  });

/** Receipts (免证明回执) that windows file in place of paper. */
export function receiptRoutes({ receipts }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/receipts',
      summary: 'Receipts of one’s organisation, or of one case of it, newest first',
      access: ['clerk', 'auditor'],
      query: pageQuery({ caseId: shortText.optional() }),
      answers: { 200: pageOf(receiptShape) },
      async run({ principal, query }) {
        const { caseId } = query;
        const page = await listReceipts(receipts, principal, { caseId }, toPageRequest(query));
        return { status: 200, json: presentPage(page) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me/receipts',
      summary: 'Receipts about the licences one holds',
      access: ['holder'],
      query: pageQuery({}),
      answers: { 200: pageOf(receiptShape) },
      async run({ principal, query }) {
        const page = await listOwnReceipts(receipts, principal, toPageRequest(query));
        return { status: 200, json: presentPage(page) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/receipts/{id}',
      summary: 'A receipt as a file that verifies by itself: JSON, its JWS alone, or a sealed PDF',
      access: ['clerk', 'holder', 'auditor'],
      params: byId,
      query: z.strictObject({ format: z.enum(FORMATS).default('json') }),
      answers: { 200: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, params, query: { format } }) {
        const receipt = await findReceipt(receipts, principal, params.id);
        if (format === 'pdf') return download(receipt, format, await receiptPdf(receipts, receipt));
        return download(receipt, format, format === 'jws' ? receipt.jws : receiptFileOf(receipt));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/receipts/{id}/salts',
      summary: 'Salts of a receipt’s field digests, for whoever saw or holds the values',
      access: ['clerk', 'holder'],
      params: byId,
      answers: { 200: saltsShape },
      async run({ principal, params }) {
        const salts = await receiptSalts(receipts, principal, params.id);
        return { status: 200, json: { salts } };
      },
    }),
  ];
}

function presentPage({ items, nextCursor }: Page<StoredReceipt>): object {
  return { items: items.map(presentReceipt), nextCursor };
}

function presentReceipt(receipt: StoredReceipt): object {
  const { id, at, state, organisation, window, matter, purpose, caseId, licences } = receipt;
  return {
    ...{ id, at: at.toISOString(), state, organisation, window, matter, purpose, caseId },
    licences,
  };
}

function download(
  { id, state }: StoredReceipt,
  format: (typeof FORMATS)[number],
  bytes: Uint8Array | string,
): Answer {
  return {
    ...{ status: 200, bytes },
    headers: {
      'content-type': MEDIA_TYPES[format],
      'content-disposition': `attachment; filename="receipt-${id}.${format}"`,
      'x-receipt-state': state,
    },
  };
}
