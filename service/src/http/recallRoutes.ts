import { z } from 'zod';
import { acknowledgeNotice, listNotices, type NoticeParts } from '../recalls/recallNotices.ts';
import type { RecallNotice } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  identifier,
  instant,
  pageOf,
  pageQuery,
  reason,
  shortText,
  toPageRequest,
} from './shapes.ts';

const noticeShape = z
  .strictObject({
    id: z.string(),
    licence: z.string(),
    window: z.string(),
    reason,
    effectiveFrom: instant.meta({ description: 'Since when the licence was void' }),
    sentAt: instant,
    uses: z.array(z.string()).meta({ description: 'The window’s uses since then, oldest first' }),
    acknowledgedAt: instant.nullable(),
    note: z.string().nullable().meta({ description: 'What the window did about it' }),
  })
  .meta({ id: 'RecallNotice' });

const filters = {
  licence: identifier.optional(),
  open: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: only those that nobody acknowledged yet' }),
};

/** Notices to windows that relied on a licence which turned out to be void. */
export function recallRoutes({ clock, store }: AppParts): readonly Route[] {
  const parts: NoticeParts = { clock, store };
  return [
    defineRoute({
      method: 'get',
      path: '/recall-notices',
      summary: 'Licences called back from windows that relied on them',
      access: ['clerk', 'issuer', 'approver', 'auditor'],
      query: pageQuery(filters),
      answers: { 200: pageOf(noticeShape) },
      async run({ principal, query }) {
        const filter = {
          ...(query.licence === undefined ? {} : { licence: query.licence }),
          isOpen: query.open === 'true',
        };
        const page = await listNotices(parts, principal, filter, toPageRequest(query));
        return { status: 200, json: { ...page, items: page.items.map(presentNotice) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/recall-notices/{id}/acknowledge',
      summary: 'Say that the window took note, and what it did',
      access: ['clerk'],
      params: z.strictObject({ id: shortText }),
      payload: json(z.strictObject({ note: z.string().trim().min(1).max(2000) })),
      answers: { 200: noticeShape },
      async run({ principal, params, body }) {
        const notice = await acknowledgeNotice(parts, principal, { id: params.id, ...body });
        return { status: 200, json: presentNotice(notice) };
      },
    }),
  ];
}

function presentNotice(notice: RecallNotice): z.input<typeof noticeShape> {
  const { id, licence, window, uses, note, effectiveFrom, sentAt, acknowledgedAt } = notice;
  return {
    ...{ id, licence, window, note, reason: notice.reason, uses: [...uses] },
    effectiveFrom: effectiveFrom.toISOString(),
    sentAt: sentAt.toISOString(),
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
  };
}
