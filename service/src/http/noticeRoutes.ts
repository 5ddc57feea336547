import { z } from 'zod';
import type { Language } from '../language.ts';
import type { DescribedNotice } from '../notices/describeNotice.ts';
import {
  markNoticeRead,
  readInbox,
  readPreferences,
  setPreferences,
} from '../notices/ownNotices.ts';
import { NOTICE_EVENTS, NOTICE_KINDS } from '../store/notices.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { instant, pageQuery, shortText, toPageRequest } from './shapes.ts';

const noticeShape = z
  .strictObject({
    id: z.string(),
    kind: z.enum(NOTICE_KINDS),
    event: z.enum(NOTICE_EVENTS),
    at: instant,
    statement: z.string().meta({ description: 'In plain words, in the caller’s language' }),
    subject: z.string().meta({
      description: 'Id of the usage record, objection or erasure; identifier of the licence',
    }),
    readAt: instant.nullable(),
  })
  .meta({ id: 'Notice' });

const inboxShape = z.strictObject({
  items: z.array(noticeShape),
  nextCursor: z.string().nullable(),
  unread: z.int().min(0).meta({ description: 'Among the newest thousand' }),
});

const preferencesShape = z
  .strictObject({
    publicVerification: z.boolean().meta({ description: 'By somebody who had not signed in' }),
    verification: z.boolean(),
    presentation: z.boolean(),
    disclosure: z.boolean(),
    copy: z.boolean(),
    lookup: z.boolean(),
    licence: z.boolean().meta({ description: 'Issued, changed, suspended, revoked, …' }),
    objection: z.boolean().meta({ description: 'Answers to objections' }),
    erasure: z.boolean().meta({ description: 'Answers to the wish to be erased' }),
  })
  .meta({ id: 'NoticePreferences' });

/** What holders are told of, and what of it they want. */
export function noticeRoutes({ clock, store }: AppParts): readonly Route[] {
  const parts = { clock, store };
  return [
    defineRoute({
      method: 'get',
      path: '/me/notices',
      summary: 'One’s own notices: uses of one’s licences, changes of them, answers',
      access: ['holder'],
      query: pageQuery({}),
      answers: { 200: inboxShape },
      async run({ principal, query, language }) {
        const { items, ...rest } = await readInbox(parts, principal, toPageRequest(query));
        const presented = items.map((item) => presentNotice(item, language));
        return { status: 200, json: { ...rest, items: presented } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/me/notices/{id}/read',
      summary: 'Say that one read a notice',
      access: ['holder'],
      params: z.strictObject({ id: shortText }),
      answers: { 200: noticeShape },
      async run({ principal, params, language }) {
        const notice = await markNoticeRead(parts, principal, params.id);
        return { status: 200, json: presentNotice(notice, language) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me/notice-preferences',
      summary: 'Of which kinds one gets notices',
      access: ['holder'],
      answers: { 200: preferencesShape },
      async run({ principal }) {
        return { status: 200, json: await readPreferences(parts, principal) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/me/notice-preferences',
      summary: 'Say of which kinds one wants notices; what is on record does not depend on it',
      access: ['holder'],
      payload: json(preferencesShape),
      answers: { 200: preferencesShape },
      async run({ principal, body }) {
        return { status: 200, json: await setPreferences(parts, principal, body) };
      },
    }),
  ];
}

export function presentNotice(
  { notice, statement }: DescribedNotice,
  language: Language,
): z.input<typeof noticeShape> {
  const { id, kind, event, subject, createdAt, readAt } = notice;
  return {
    ...{ id, kind, event, subject },
    at: createdAt.toISOString(),
    statement: statement[language],
    readAt: readAt?.toISOString() ?? null,
  };
}
