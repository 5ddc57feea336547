import { z } from 'zod';
import { organisationsOf, hasRole, hasRoleIn, type Principal } from '../access.ts';
import { requireInstant } from '../civilTime.ts';
import { drawingPicture } from '../documents/drawingPicture.ts';
import { ServiceError } from '../errors.ts';
import { pictureOf } from '../sealing/issuingSeal.ts';
import { SEAL_KIND_NAMES } from '../sealing/sealKinds.ts';
import { usesOf } from '../sealing/sealUses.ts';
import { actOnSeal, setMandate, type SealLifecycleRequest } from '../seals/actOnSeal.ts';
import { listSealings } from '../seals/listSealings.ts';
import { makeSeal, requireSeal } from '../seals/makeSeal.ts';
import { renewalChainOf, renewSeal } from '../seals/renewSeal.ts';
import type { Seal } from '../store/store.ts';
import { findSealUses } from '../usage/findUses.ts';
import { defineRoute, type Route } from './guard.ts';
import { lifecycleRequest, toLifecycle } from './lifecycle.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { PICTURE_TYPES, pictureHeaders } from './pictures.ts';
import { mandateRequest, presentSeal, sealShape, toMandate, usedSealShape } from './presentSeal.ts';
import { presentSealing, sealingShape } from './presentSealing.ts';
import { presentUses, usageRecordShape } from './presentUse.ts';
import { creditCode, moment, pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

const READERS = ['sealMaker', 'issuer', 'approver', 'auditor', 'operator'] as const;
const byEsId = z.strictObject({ esId: z.string().min(1).max(64) });

const newSeal = z.strictObject({
  holder: z.strictObject({ creditCode, name: shortText }),
  kind: z.enum(SEAL_KIND_NAMES),
  name: shortText,
  validFrom: moment,
  validUntil: moment,
});

const VERBS: Readonly<Record<SealLifecycleRequest['name'], string>> = {
  suspend: 'Suspend a seal',
  reinstate: 'Lift the suspension of a seal',
  revoke: 'Revoke a seal for good',
};

export function sealRoutes(parts: AppParts): readonly Route[] {
  return [
    ...makingRoutes(parts),
    ...readingRoutes(parts),
    ...useRoutes(parts),
    ...lifecycleRoutes(parts),
  ];
}

function makingRoutes({ seals }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/seals',
      summary: 'Make a seal for an organisation',
      access: ['sealMaker'],
      payload: json(newSeal),
      answers: { 201: sealShape },
      async run({ principal, body }) {
        const seal = await makeSeal(seals, principal, {
          ...body,
          validFrom: requireInstant(body.validFrom, 'start', 'validFrom'),
          validUntil: requireInstant(body.validUntil, 'end', 'validUntil'),
        });
        return { status: 201, json: presentSeal(seal) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/seals/{esId}/mandate',
      summary: 'Set what a seal may be used for',
      access: ['sealMaker'],
      params: byEsId,
      payload: json(mandateRequest),
      answers: { 200: sealShape },
      async run({ principal, params, body }) {
        const seal = await setMandate(seals, principal, params.esId, toMandate(body));
        return { status: 200, json: presentSeal(seal) };
      },
    }),
  ];
}

function readingRoutes({ clock, store, ledger }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/seals',
      summary: 'Seals: departments see their own',
      access: READERS,
      query: pageQuery({}),
      answers: { 200: pageOf(sealShape) },
      async run({ principal, query }) {
        const page = await store.seals.list(scopeOf(principal), toPageRequest(query));
        const items = page.items.map(presentSeal);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seals/{esId}',
      summary: 'A seal',
      access: READERS,
      params: byEsId,
      answers: { 200: usedSealShape },
      async run({ principal, params }) {
        const seal = await findSeal({ store }, principal, params.esId);
        const isCounted = seal.mandate.usesPerDay !== null;
        const usedToday = isCounted ? await usesOf(ledger, seal.esId, clock.now()) : null;
        return { status: 200, json: { ...presentSeal(seal), usedToday } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seals/{esId}/picture',
      summary: 'What a seal shows, as a picture, which proves nothing',
      access: READERS,
      params: byEsId,
      query: z.strictObject({ format: z.enum(['svg', 'png']).default('svg') }),
      answers: { 200: { mediaTypes: Object.values(PICTURE_TYPES) } },
      async run({ principal, params, query: { format } }) {
        const seal = await findSeal({ store }, principal, params.esId);
        const bytes = await drawingPicture(pictureOf(seal), format);
        return { status: 200, bytes, headers: pictureHeaders(format) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seals/{esId}/file',
      summary: 'The seal as GB/T 38540 SESeal, DER',
      access: READERS,
      params: byEsId,
      answers: { 200: { mediaTypes: ['application/octet-stream'] } },
      async run({ principal, params }) {
        const { esId } = await findSeal({ store }, principal, params.esId);
        const bytes = await store.seals.file(esId);
        if (bytes === null) throw new ServiceError('DOCUMENT_NOT_FOUND', `no file of seal ${esId}`);
        return {
          status: 200,
          bytes,
          headers: {
            'content-type': 'application/octet-stream',
            'content-disposition': `attachment; filename="${esId}.esl"`,
          },
        };
      },
    }),
  ];
}

/** Verifications of what a seal sealed, and beside them what it sealed; each list has a cursor of its own. */
const usesShape = z.strictObject({
  items: z.array(usageRecordShape),
  nextCursor: z.string().nullable(),
  sealed: z.strictObject({ items: z.array(sealingShape), nextCursor: z.string().nullable() }),
});

function useRoutes({ store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/seals/{esId}/uses',
      summary: 'Who verified what the seal sealed; `sealed`: what it sealed, by whom, when',
      access: ['sealMaker', 'issuer', 'approver', 'auditor'],
      params: byEsId,
      query: pageQuery({ sealedCursor: z.string().max(64).optional() }),
      answers: { 200: usesShape },
      async run({ principal, params, query, language }) {
        const found = await findSeal({ store }, principal, params.esId);
        const seal = { esId: found.esId, sealHolder: found.holder.creditCode };
        const { limit, sealedCursor } = query;
        const [uses, sealings] = await Promise.all([
          findSealUses(store, principal, seal, toPageRequest(query)),
          listSealings({ store }, principal, found, toPageRequest({ limit, cursor: sealedCursor })),
        ]);
        const nameOf = (id: string | null): string | null => sealings.names.get(id ?? '') ?? null;
        const items = sealings.items.map((sealing) => presentSealing(sealing, nameOf));
        const sealed = { items, nextCursor: sealings.nextCursor };
        return { status: 200, json: { ...presentUses(uses, { principal, language }), sealed } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/seals/{esId}/renewals',
      summary: 'Seals whose place a seal took, and those that took its own, nearest first',
      access: READERS,
      params: byEsId,
      answers: { 200: renewalsShape },
      async run({ principal, params }) {
        const seal = await findSeal({ store }, principal, params.esId);
        const { predecessors, successors } = await renewalChainOf({ store }, seal);
        return {
          status: 200,
          json: { esId: seal.esId, predecessors: [...predecessors], successors: [...successors] },
        };
      },
    }),
  ];
}

const renewalsShape = z
  .strictObject({
    esId: z.string(),
    predecessors: z.array(z.string()),
    successors: z.array(z.string()),
  })
  .meta({ id: 'SealRenewals' });

function lifecycleRoutes(parts: AppParts): readonly Route[] {
  return [...stateRoutes(parts), renewalRoute(parts)];
}

const renewal = z.strictObject({
  name: shortText.optional(),
  validFrom: moment.optional(),
  validUntil: moment,
});

function renewalRoute({ seals }: AppParts): Route {
  return defineRoute({
    method: 'post',
    path: '/seals/{esId}/renew',
    summary: 'Make a seal in the place of another one, which can no longer be used from now on',
    access: ['sealMaker'],
    params: byEsId,
    payload: json(renewal),
    answers: { 201: sealShape },
    async run({ principal, params, body: { name, validFrom, validUntil } }) {
      const seal = await renewSeal(seals, principal, params.esId, {
        ...(name === undefined ? {} : { name }),
        ...(validFrom === undefined
          ? {}
          : { validFrom: requireInstant(validFrom, 'start', 'validFrom') }),
        validUntil: requireInstant(validUntil, 'end', 'validUntil'),
      });
      return { status: 201, json: presentSeal(seal) };
    },
  });
}

function stateRoutes({ seals }: AppParts): readonly Route[] {
  return (Object.keys(VERBS) as SealLifecycleRequest['name'][]).map((name) =>
    defineRoute({
      method: 'post',
      path: `/seals/{esId}/${name}`,
      summary: VERBS[name],
      access: ['sealMaker'],
      params: byEsId,
      payload: json(lifecycleRequest),
      answers: { 200: sealShape },
      async run({ principal, params, body }) {
        const request = { name, ...toLifecycle(body) };
        const seal = await actOnSeal(seals, principal, params.esId, request);
        return { status: 200, json: presentSeal(seal) };
      },
    }),
  );
}

const SEES_ALL = ['sealMaker', 'auditor', 'operator'] as const;

function scopeOf(principal: Principal): { readonly holders?: readonly string[] } {
  if (hasRole(principal, ...SEES_ALL)) return {};
  return { holders: organisationsOf(principal, 'issuer', 'approver') };
}

/** @throws ServiceError `SEAL_NOT_FOUND`, also for another department's. */
async function findSeal(
  { store }: Pick<AppParts, 'store'>,
  principal: Principal,
  esId: string,
): Promise<Seal> {
  const seal = await requireSeal({ store }, esId);
  const isVisible =
    hasRole(principal, ...SEES_ALL) ||
    hasRoleIn(principal, seal.holder.creditCode, 'issuer', 'approver');
  if (!isVisible) throw new ServiceError('SEAL_NOT_FOUND', `no seal ${esId}`);
  return seal;
}
