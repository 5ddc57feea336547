import { z } from 'zod';
import { readSubmission } from '../cases/readSubmission.ts';
import { decideProposal, proposeMaterial, readOffers } from '../cases/reuseMaterial.ts';
import { submitMaterial } from '../cases/submitMaterial.ts';
import { byCaseId } from './caseRoutes.ts';
import { defineRoute, type Route } from './guard.ts';
import { fileAnswer, MATERIAL_MEDIA_TYPES, materialCode } from './materialRoutes.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  materialRequestShape,
  presentRequest,
  presentSubmission,
  submissionShape,
} from './presentCase.ts';
import { instant } from './shapes.ts';

const id = z.string().min(1).max(64);

const submissionBody = z
  .strictObject({ materialCode, materialId: id.optional(), signatureId: id.optional() })
  .refine((body) => (body.materialId === undefined) !== (body.signatureId === undefined), {
    message: 'either materialId or signatureId is needed',
  });

const offersShape = z.strictObject({
  items: z.array(
    z
      .strictObject({
        code: z.string(),
        name: z.string(),
        offers: z.array(
          z.strictObject({
            kind: z.enum(['file', 'signedForm']),
            documentId: z.string(),
            name: z.string().nullable(),
            at: instant,
          }),
        ),
      })
      .meta({ id: 'OfferedMaterial' }),
  ),
});

/** What is handed in for a case, and what of earlier may be used again. */
export function caseMaterialRoutes(parts: AppParts): readonly Route[] {
  return [submittingRoute(parts), fileRoute(parts), offersRoute(parts), ...requestRoutes(parts)];
}

function submittingRoute(parts: AppParts): Route {
  return defineRoute({
    method: 'post',
    path: '/cases/{id}/materials',
    summary: 'Hand in one’s own earlier file, or a form that one signed oneself',
    access: ['holder', 'clerk'],
    params: byCaseId,
    payload: json(submissionBody),
    answers: { 201: submissionShape },
    async run({ principal, params, body, language }) {
      const { materialId, signatureId = '' } = body;
      const submission = await submitMaterial(parts, principal, {
        ...{ caseId: params.id, materialCode: body.materialCode, language },
        document:
          materialId === undefined
            ? { kind: 'signedForm', documentId: signatureId }
            : { kind: 'file', documentId: materialId },
      });
      return { status: 201, json: presentSubmission(submission) };
    },
  });
}

function fileRoute(parts: AppParts): Route {
  return defineRoute({
    method: 'get',
    path: '/cases/{id}/materials/{submission}/file',
    summary: 'What was handed in; the holder sees who took it',
    access: ['clerk', 'issuer', 'approver', 'holder'],
    params: byCaseId.extend({ submission: id }),
    answers: { 200: { mediaTypes: Object.values(MATERIAL_MEDIA_TYPES) } },
    async run({ principal, params }) {
      const wish = { caseId: params.id, submissionId: params.submission };
      const { submission, format, bytes } = await readSubmission(parts, principal, wish);
      return fileAnswer(submission.id, format, bytes);
    },
  });
}

function offersRoute(parts: AppParts): Route {
  return defineRoute({
    method: 'get',
    path: '/cases/{id}/offers',
    summary: 'What the holder gave before that fits what is still lacking; names only',
    access: ['clerk', 'holder'],
    params: byCaseId,
    answers: { 200: offersShape },
    async run({ principal, params }) {
      const offered = await readOffers(parts, principal, params.id);
      const items = offered.map(({ code, name, offers }) => ({
        ...{ code, name },
        offers: offers.map((one) => ({ ...one, at: one.at.toISOString() })),
      }));
      return { status: 200, json: { items } };
    },
  });
}

function requestRoutes(parts: AppParts): readonly Route[] {
  const decision = (verb: 'confirm' | 'decline', summary: string): Route =>
    defineRoute({
      method: 'post',
      path: `/cases/{id}/material-requests/{request}/${verb}`,
      summary,
      access: ['holder'],
      params: byCaseId.extend({ request: id }),
      payload: json(z.strictObject({})),
      answers: { 200: materialRequestShape },
      async run({ principal, params }) {
        const decided = await decideProposal(parts, principal, {
          ...{ caseId: params.id, requestId: params.request },
          isConfirmed: verb === 'confirm',
        });
        return { status: 200, json: presentRequest(decided) };
      },
    });
  return [
    defineRoute({
      method: 'post',
      path: '/cases/{id}/material-requests',
      summary: 'Propose to the holder to use an earlier file again',
      access: ['clerk'],
      params: byCaseId,
      payload: json(z.strictObject({ materialCode, materialId: id })),
      answers: { 201: materialRequestShape },
      async run({ principal, params, body }) {
        const request = await proposeMaterial(parts, principal, { caseId: params.id, ...body });
        return { status: 201, json: presentRequest(request) };
      },
    }),
    decision('confirm', 'Let an earlier file of one’s own be used again'),
    decision('decline', 'Not let it be used again'),
  ];
}
