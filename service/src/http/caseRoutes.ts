import { z } from 'zod';
import { CASE_TRANSITIONS } from '../cases/caseStates.ts';
import { openCase } from '../cases/openCase.ts';
import type { CaseParts } from '../cases/parts.ts';
import { listCases, lookAtCase, readCase, readProgress } from '../cases/readCase.ts';
import { rateCase } from '../cases/rateCase.ts';
import { stepCase } from '../cases/stepCase.ts';
import { requireHolderCode, HOLDER_CODE_TYPES } from '../holderCode.ts';
import { CASE_STATES } from '../store/cases.ts';
import type { Holder } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  caseShape,
  caseSummaryShape,
  presentCase,
  presentProgress,
  presentSummary,
  progressShape,
} from './presentCase.ts';
import { pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

/** Whoever may stand in some way to a case. */
export const CASE_ROLES = ['clerk', 'issuer', 'approver', 'holder', 'auditor'] as const;
export const byCaseId = z.strictObject({ id: z.string().min(1).max(64) });

const matterCode = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const person = z.strictObject({
  name: shortText,
  code: z.string().min(1).max(64),
  codeType: z.enum(HOLDER_CODE_TYPES),
});

const newCase = z
  .strictObject({
    matter: matterCode.optional(),
    matters: z.array(matterCode).min(1).max(20).optional(),
    holder: person.optional(),
    channel: z.enum(['window', 'online', 'kiosk']).optional(),
    window: z.string().min(1).max(64).optional(),
    representedBy: person.optional(),
  })
  .refine((body) => (body.matter === undefined) !== (body.matters === undefined), {
    message: 'either matter or matters is needed',
  });

const stepBody = z.strictObject({
  matter: matterCode
    .optional()
    .meta({ description: 'Absent: every matter with which one may do it now' }),
  reason: z.string().trim().min(1).max(500).optional(),
});

const ratingBody = z.strictObject({
  level: z.int().min(1).max(5),
  reasons: z.array(z.string().trim().min(1).max(100)).max(10).default([]),
  note: z.string().trim().min(1).max(1000).optional(),
});

/** Cases (办件): opening, steps, progress, rating. */
export function caseRoutes(parts: AppParts): readonly Route[] {
  return [...readingRoutes(parts), openingRoute(parts), ...stepRoutes(parts), ratingRoute(parts)];
}

function readingRoutes(parts: CaseParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/cases/by-query-code/{code}',
      summary: 'How far a case is, by its public query code; nothing of people',
      access: 'public',
      params: z.strictObject({ code: z.string().min(1).max(64) }),
      answers: { 200: progressShape },
      async run({ params }) {
        return { status: 200, json: presentProgress(await readProgress(parts, params.code)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases',
      summary: 'Cases of one’s counter, of one’s department, or one’s own, newest first',
      access: CASE_ROLES,
      query: pageQuery({ state: z.enum(CASE_STATES).optional(), matter: matterCode.optional() }),
      answers: { 200: pageOf(caseSummaryShape) },
      async run({ principal, query }) {
        const { state, matter } = query;
        const filter = {
          ...(state === undefined ? {} : { state }),
          ...(matter === undefined ? {} : { matter }),
        };
        const page = await listCases(parts, principal, filter, toPageRequest(query));
        const items = page.items.map(presentSummary);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}',
      summary:
        'A case, by id or query code, with its materials, terms and trail; the holder sees who looked',
      access: CASE_ROLES,
      params: byCaseId,
      query: z.strictObject({
        licences: z.enum(['true', 'false']).optional().meta({
          description:
            'For the counter: look for licences that could stand in; the holder sees that it looked',
        }),
      }),
      answers: { 200: caseShape },
      async run({ principal, params, query, language }) {
        const view = await lookAtCase(parts, principal, params.id, query.licences === 'true');
        return { status: 200, json: presentCase(view, language) };
      },
    }),
  ];
}

function openingRoute(parts: CaseParts): Route {
  return defineRoute({
    method: 'post',
    path: '/cases',
    summary: 'Open a case for one matter, a bundle, or several matters with one set of materials',
    access: ['clerk', 'holder'],
    payload: json(newCase),
    answers: { 201: caseShape },
    async run({ principal, body, language }) {
      const { id } = await openCase(parts, principal, {
        matters: body.matters ?? [body.matter ?? ''],
        holder: checkedPerson(body.holder, 'holder'),
        channel: body.channel ?? null,
        window: body.window ?? null,
        representedBy: checkedPerson(body.representedBy, 'representedBy'),
      });
      const view = await lookAtCase(parts, principal, id, true);
      return { status: 201, json: presentCase(view, language) };
    },
  });
}

/** @throws ServiceError `HOLDER_CODE_INVALID`. */
function checkedPerson(holder: Holder | undefined, member: string): Holder | null {
  if (holder === undefined) return null;
  requireHolderCode(holder, member);
  return holder;
}

/** One path a step, from the table of steps. */
function stepRoutes(parts: CaseParts): readonly Route[] {
  return CASE_TRANSITIONS.map(({ action, summary }) =>
    defineRoute({
      method: 'post',
      path: `/cases/{id}/${action}`,
      summary,
      access: ['clerk', 'issuer', 'approver', 'holder'],
      params: byCaseId,
      payload: json(stepBody),
      answers: { 200: caseShape },
      async run({ principal, params, body, language }) {
        const { matter = null, reason = null } = body;
        await stepCase(parts, principal, { caseId: params.id, action, matter, reason });
        const view = await readCase(parts, principal, params.id);
        return { status: 200, json: presentCase(view, language) };
      },
    }),
  );
}

function ratingRoute(parts: CaseParts): Route {
  return defineRoute({
    method: 'post',
    path: '/cases/{id}/rating',
    summary: 'Rate how one’s case was handled (好差评), once, after the decision',
    access: ['holder'],
    params: byCaseId,
    payload: json(ratingBody),
    answers: { 201: caseShape },
    async run({ principal, params, body, language }) {
      const { note = null, level, reasons } = body;
      await rateCase(parts, principal, params.id, { level, reasons, note });
      const view = await readCase(parts, principal, params.id);
      return { status: 201, json: presentCase(view, language) };
    },
  });
}
