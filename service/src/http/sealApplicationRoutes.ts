import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { SEAL_KIND_NAMES } from '../sealing/sealKinds.ts';
import {
  applyForSeal,
  approveSealApplication,
  findSealApplication,
  listSealApplications,
  returnSealApplication,
  withdrawSealApplication,
} from '../seals/applyForSeal.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { mandateRequest, presentSeal, sealShape, toMandate } from './presentSeal.ts';
import { presentSealApplication, sealApplicationShape } from './presentSealing.ts';
import { creditCode, moment, pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

const byId = z.strictObject({ id: z.string().min(1).max(64) });
const APPLICANTS = ['issuer', 'sealMaker'] as const;
const note = z.strictObject({ note: z.string().min(1).max(500) });

const newApplication = z.strictObject({
  holder: z.strictObject({ creditCode, name: shortText }),
  kind: z.enum(SEAL_KIND_NAMES),
  name: shortText,
  validFrom: moment,
  validUntil: moment,
  mandate: mandateRequest.nullable().default(null),
  predecessor: z.string().min(1).max(64).nullable().default(null),
  grounds: z.string().min(1).max(1000),
});

/** What the approval answers with: the application and the seal. */
const madeShape = z.strictObject({ application: sealApplicationShape, seal: sealShape });

export function sealApplicationRoutes(parts: AppParts): readonly Route[] {
  return [...applyingRoutes(parts), ...decidingRoutes(parts)];
}

function applyingRoutes({ seals }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/seal-applications',
      summary: 'Apply for a seal; `predecessor` names the one it shall take the place of',
      access: APPLICANTS,
      payload: json(newApplication),
      answers: { 201: sealApplicationShape },
      async run({ principal, body }) {
        const application = await applyForSeal(seals, principal, {
          ...body,
          validFrom: requireInstant(body.validFrom, 'start', 'validFrom'),
          validUntil: requireInstant(body.validUntil, 'end', 'validUntil'),
          mandate: body.mandate === null ? null : toMandate(body.mandate),
        });
        return { status: 201, json: presentSealApplication(application) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seal-applications',
      summary: 'Applications for seals: departments see their own',
      access: [...APPLICANTS, 'auditor'],
      query: pageQuery({
        state: z.enum(['applied', 'approving', 'returned', 'made', 'withdrawn']).optional(),
      }),
      answers: { 200: pageOf(sealApplicationShape) },
      async run({ principal, query }) {
        const filter = query.state === undefined ? {} : { state: query.state };
        const page = await listSealApplications(seals, principal, filter, toPageRequest(query));
        const items = page.items.map(presentSealApplication);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seal-applications/{id}',
      summary: 'An application for a seal',
      access: [...APPLICANTS, 'auditor'],
      params: byId,
      answers: { 200: sealApplicationShape },
      async run({ principal, params }) {
        const application = await findSealApplication(seals, principal, params.id);
        return { status: 200, json: presentSealApplication(application) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/seal-applications/{id}',
      summary: 'Take back an application of one’s own',
      access: APPLICANTS,
      params: byId,
      answers: { 204: null },
      async run({ principal, params }) {
        await withdrawSealApplication(seals, principal, params.id);
        return { status: 204 };
      },
    }),
  ];
}

function decidingRoutes({ seals }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/seal-applications/{id}/approve',
      summary: 'Make the seal that somebody else applied for',
      access: ['sealMaker'],
      params: byId,
      answers: { 201: madeShape },
      async run({ principal, params }) {
        const made = await approveSealApplication(seals, principal, params.id);
        const application = presentSealApplication(made.application);
        return { status: 201, json: { application, seal: presentSeal(made.seal) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/seal-applications/{id}/return',
      summary: 'Return an application with a note',
      access: ['sealMaker'],
      params: byId,
      payload: json(note),
      answers: { 200: sealApplicationShape },
      async run({ principal, params, body }) {
        const returned = await returnSealApplication(seals, principal, params.id, body.note);
        return { status: 200, json: presentSealApplication(returned) };
      },
    }),
  ];
}
