/** Schemas that several routes share. What carries an `id` is a named component of the API's description. */
import { ACT_REASONS } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { SUB_INDICATIONS } from '../report.ts';
import { ERROR_CODES, ServiceError } from '../errors.ts';
import type { Page, PageRequest } from '../store/store.ts';

/** How a document stands with trusted time. */
export const timeStampState = z.enum(['stamped', 'pending', 'none']).meta({
  description:
    'Whether the signature carries a time-stamp token; `pending`: no authority was in reach, a job makes up for it',
});

export const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
/** As people give it; read by `requireInstant`. */
export const moment = z
  .string()
  .min(1)
  .max(40)
  .meta({ description: 'RFC 3339 instant, or a plain date: that day in Asia/Shanghai, whole' });
export const creditCode = z.string().length(18).meta({ description: 'Unified social credit code' });
export const identifier = z.string().min(1).max(200);
export const shortText = z.string().min(1).max(200);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const reason = z.enum(ACT_REASONS);

export const ledgerPlace = z
  .strictObject({ root: sha256, position: z.int().min(0), block: z.int().min(0) })
  .meta({ id: 'LedgerPlace' });

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.enum(ERROR_CODES),
    requestId: z.string(),
    faults: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export const indication = z.enum(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE']);
const subIndication = z.enum(SUB_INDICATIONS).nullable();

export const report = z
  .strictObject({
    indication,
    subIndication,
    statement: z.string(),
    at: instant,
    knownAt: instant,
    statusAgeSeconds: z.number().nullable(),
    statusSource: z.enum(['ledger', 'status-list', 'none']),
    subject: z.strictObject({
      kind: z.enum([
        'licence',
        'seal-signature',
        'seal',
        'receipt',
        'credential',
        'annotated-copy',
        'proof',
        'export',
        'certificate',
        'time-stamp',
      ]),
      identifier: z.string(),
    }),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        indication,
        subIndication,
        clause: z.string().nullable(),
        detail: z.string(),
        isNotice: z.literal(true).optional(),
      }),
    ),
  })
  .meta({ id: 'Report' });

const pageMembers = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(64).optional(),
};

/** Query of a list, with its filters. */
export function pageQuery<F extends Readonly<Record<string, z.ZodType>>>(
  filters: F,
): z.ZodObject<F & typeof pageMembers> {
  return z.strictObject({ ...filters, ...pageMembers }); // strictness is no part of what callers see
}

/** A page of a list, newest first. */
export function pageOf(item: z.ZodType): z.ZodType {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

export function toPageRequest(
  query: Readonly<{ limit: number; cursor?: string | undefined }>,
): PageRequest {
  const { limit, cursor } = query;
  return cursor === undefined ? { limit } : { limit, cursor };
}

/** Query of a list that the store gives whole. */
export const wholeListQuery = pageQuery({});

/**
 * Cuts a page out of a list that is there whole, in its own order.
 *
 * @param keyOf - what a cursor names: unique in the list.
 * @throws ServiceError `REQUEST_MALFORMED` for a cursor that names nothing in the list.
 */
export function cutPage<T>(
  list: readonly T[],
  keyOf: (item: T) => string,
  query: Readonly<{ limit: number; cursor?: string | undefined }>,
): Page<T> {
  const after =
    query.cursor === undefined ? -1 : list.findIndex((item) => keyOf(item) === query.cursor);
  if (query.cursor !== undefined && after < 0) {
    throw new ServiceError('REQUEST_MALFORMED', 'cursor is not one that was given out');
  }
  const items = list.slice(after + 1, after + 1 + query.limit);
  const last = items.at(-1);
  const hasMore = after + 1 + query.limit < list.length;
  return { items, nextCursor: hasMore && last !== undefined ? keyOf(last) : null };
}
