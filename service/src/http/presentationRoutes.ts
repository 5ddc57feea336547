import { z } from 'zod';
import { HOLDER_CODE_TYPES } from '../holderCode.ts';
import { checkByFunction } from '../presentations/checkByFunction.ts';
import {
  confirmWindow,
  findPresentation,
  withdrawPresentation,
} from '../presentations/ownPresentations.ts';
import { present, previewPresentation } from '../presentations/present.ts';
import { redeem } from '../presentations/redeem.ts';
import { makeWindowCode, readWindowQuestion } from '../presentations/windowCodes.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  answerShape,
  madePresentationShape,
  presentationShape,
  presentMade,
  presentPresentation,
  presentPreview,
  presentQuestion,
  previewShape,
  windowQuestionShape,
} from './presentPresentation.ts';
import { identifier, instant, shortText } from './shapes.ts';

const fieldNames = z.array(z.string().min(1).max(64)).max(100).meta({
  description: 'Exactly these; absent: those that the matter needs; empty: none',
});
const licences = z
  .array(z.strictObject({ identifier, fields: fieldNames.optional() }))
  .min(1)
  .max(20);
const place = z.string().min(1).max(64);
const showing = z.strictObject({
  licences,
  window: place.optional(),
  matter: place.optional(),
  windowCode: z.string().min(1).max(64).optional().meta({
    description: 'What the window shows; names window and matter in their stead',
  }),
});
const asking = { matter: place, purpose: shortText, caseId: z.string().min(1).max(64).optional() };
const basis = {
  legalBasis: z.string().min(1).max(500).optional().meta({
    description: 'At least four characters; absent: the provision that the matter rests on',
  }),
};
const functionCheck = z.union([
  z.strictObject({ licences, ...asking, ...basis }),
  z.strictObject({
    holder: z.strictObject({
      code: z.string().min(1).max(64),
      codeType: z.enum(HOLDER_CODE_TYPES),
    }),
    typeCode: z.string().min(1).max(64),
    fields: fieldNames.optional(),
    ...asking,
    ...basis,
  }),
]);
const byId = z.strictObject({ id: shortText });

/** Showing licences, redeeming what was shown, and checks by function. */
export function presentationRoutes(parts: AppParts): readonly Route[] {
  return [...clerkRoutes(parts), ...holderRoutes(parts)];
}

function clerkRoutes({ presentations, clock }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/presentations/redeem',
      summary:
        'Redeem a code that a holder shows: scanned, or its spoken digits. Once, at the clerk’s own window',
      access: ['clerk'],
      payload: json(z.strictObject({ code: z.string().min(1).max(200), ...asking })),
      answers: { 200: answerShape },
      async run({ principal, body, language }) {
        return { status: 200, json: await redeem(presentations, principal, { ...body, language }) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/function-checks',
      summary: 'Check licences by function, on a legal basis; the holder sees it',
      access: ['clerk'],
      payload: json(functionCheck),
      answers: { 200: answerShape },
      async run({ principal, body, language }) {
        const { matter, purpose, caseId, legalBasis, ...of } = body;
        const request = { of, matter, purpose, caseId, legalBasis, language };
        return { status: 200, json: await checkByFunction(presentations, principal, request) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/window-codes',
      summary: 'Make a code for the window to show, so that a holder knows who asks and for what',
      access: ['clerk'],
      payload: json(z.strictObject({ matter: place, purpose: shortText })),
      answers: {
        201: z.strictObject({ qr: z.string(), expiresAt: instant, expiresInSeconds: z.int() }),
      },
      async run({ principal, body }) {
        const { qr, expiresAt } = await makeWindowCode(presentations, principal, body);
        const left = Math.round((expiresAt.getTime() - clock.now().getTime()) / 1000);
        const made = { qr, expiresAt: expiresAt.toISOString(), expiresInSeconds: left };
        return { status: 201, json: made };
      },
    }),
  ];
}

function holderRoutes({ presentations, clock }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/presentations',
      summary: 'Show licences: makes the QR text and the spoken code, told here and nowhere again',
      access: ['holder'],
      payload: json(showing),
      answers: { 201: madePresentationShape },
      async run({ principal, body }) {
        const made = await present(presentations, principal, body);
        return { status: 201, json: presentMade(made, clock.now()) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/presentations/preview',
      summary: 'What a clerk would see; makes no code',
      access: ['holder'],
      isIdempotent: false,
      payload: json(showing),
      answers: { 200: previewShape },
      async run({ principal, body, language }) {
        const seen = await previewPresentation(presentations, principal, { ...body, language });
        return { status: 200, json: presentPreview(seen) };
      },
    }),
    ...ownRoutes(presentations, clock),
    defineRoute({
      method: 'get',
      path: '/window-codes/{code}',
      summary: 'Who asks at a window, for what, and which of one’s licences would do',
      access: ['holder'],
      params: z.strictObject({ code: z.string().min(1).max(64) }),
      answers: { 200: windowQuestionShape },
      async run({ principal, params }) {
        const question = await readWindowQuestion(presentations, principal, params.code);
        return { status: 200, json: presentQuestion(question, clock.now()) };
      },
    }),
  ];
}

function ownRoutes(
  presentations: AppParts['presentations'],
  clock: AppParts['clock'],
): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/presentations/{id}',
      summary: 'One’s own presentation: whether it is live, or where and when it was redeemed',
      access: ['holder'],
      params: byId,
      answers: { 200: presentationShape },
      async run({ principal, params }) {
        const found = await findPresentation(presentations, principal, params.id);
        return { status: 200, json: presentPresentation(found, clock.now()) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/presentations/{id}',
      summary: 'Withdraw what one shows',
      access: ['holder'],
      params: byId,
      answers: { 204: null },
      async run({ principal, params }) {
        await withdrawPresentation(presentations, principal, params.id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/presentations/{id}/confirm',
      summary: 'Confirm the window; spoken digits work from then on, at that window',
      access: ['holder'],
      params: byId,
      payload: json(z.strictObject({ window: place })),
      answers: { 200: presentationShape },
      async run({ principal, params, body }) {
        const request = { id: params.id, window: body.window };
        const found = await confirmWindow(presentations, principal, request);
        return { status: 200, json: presentPresentation(found, clock.now()) };
      },
    }),
  ];
}
