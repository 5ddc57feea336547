import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { delegate } from '../grants/delegate.ts';
import { endGrant } from '../grants/endGrant.ts';
import {
  findOwnGrant,
  grantedLicences,
  listGrants,
  searchRepresentations,
  usesOfGrant,
} from '../grants/readGrants.ts';
import { registerRepresentative, requireWindow } from '../grants/registerRepresentative.ts';
import { HOLDER_CODE_TYPES } from '../holderCode.ts';
import { defineRoute, type Route } from './guard.ts';
import { createNames } from './names.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  grantedLicenceShape,
  grantShape,
  presentGrant,
  presentGrantedLicence,
} from './presentGrant.ts';
import { presentUses, usageRecordShape } from './presentUse.ts';
import {
  identifier,
  moment,
  pageOf,
  pageQuery,
  shortText,
  toPageRequest,
  wholeListQuery,
} from './shapes.ts';

const byId = z.strictObject({ id: z.string().min(1).max(64) });
const code = { code: z.string().min(1).max(64), codeType: z.enum(HOLDER_CODE_TYPES) };
const person = z.strictObject({ ...code, name: shortText });

const scoped = z.array(identifier).min(1).max(100).nullable().default(null);

const newDelegation = z.strictObject({
  agent: z.strictObject({ ...code, name: shortText.optional() }),
  scope: z.strictObject({ licences: scoped, typeCodes: scoped, matters: scoped }),
  validFrom: moment.optional(),
  validUntil: moment,
});

const newRepresentation = z.strictObject({
  kind: z.enum(['guardianship', 'legalRepresentative']),
  holder: person,
  agent: person,
  basis: z.string().min(1).max(500),
  validUntil: moment.optional(),
});

/** Who may act with another one's licences: delegations of holders, and representatives registered at a window. */
export function grantRoutes(parts: AppParts): readonly Route[] {
  return [...givingRoutes(parts), ...readingRoutes(parts), ...windowRoutes(parts)];
}

function givingRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/grants',
      summary: 'Let somebody else show licences of one’s own, for at most a year',
      access: ['holder'],
      payload: json(newDelegation),
      answers: { 201: grantShape },
      async run({ principal, body }) {
        const { agent, scope, validFrom, validUntil } = body;
        const grant = await delegate(parts, principal, {
          ...{ agent, scope },
          validFrom:
            validFrom === undefined ? null : requireInstant(validFrom, 'start', 'validFrom'),
          validUntil: requireInstant(validUntil, 'end', 'validUntil'),
        });
        return { status: 201, json: presentGrant(grant, principal, parts.clock.now()) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/grants/{id}/withdraw',
      summary:
        'End a grant at once: its holder withdraws, its agent renounces; a clerk ends what was registered, with a reason',
      access: ['holder', 'clerk'],
      params: byId,
      payload: json(z.strictObject({ reason: z.string().min(1).max(500).optional() })),
      answers: { 200: grantShape },
      async run({ principal, params, body }) {
        const grant = await endGrant(parts, principal, params.id, body.reason ?? null);
        return { status: 200, json: presentGrant(grant, principal, parts.clock.now()) };
      },
    }),
  ];
}

function readingRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/grants',
      summary: 'What one gave and was given',
      access: ['holder'],
      query: wholeListQuery,
      answers: { 200: pageOf(grantShape) },
      async run({ principal, query }) {
        const page = await listGrants(parts, principal, toPageRequest(query));
        const items = page.items.map((one) => presentGrant(one, principal, parts.clock.now()));
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/grants/{id}',
      summary: 'A grant that one gave or was given',
      access: ['holder'],
      params: byId,
      answers: { 200: grantShape },
      async run({ principal, params }) {
        const grant = await findOwnGrant(parts, principal, params.id);
        return { status: 200, json: presentGrant(grant, principal, parts.clock.now()) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/grants/{id}/licences',
      summary:
        'The licences that a grant reaches, with the names of their fields; an agent’s look is recorded',
      access: ['holder'],
      params: byId,
      query: pageQuery({}),
      answers: { 200: pageOf(grantedLicenceShape) },
      async run({ principal, params, query }) {
        const page = await grantedLicences(parts, principal, params.id, toPageRequest(query));
        const names = createNames(parts.store);
        const items = await Promise.all(page.items.map((one) => presentGrantedLicence(names, one)));
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/grants/{id}/uses',
      summary:
        'The uses made under a grant; follow `nextCursor` to the end, pages can have few items',
      access: ['holder'],
      params: byId,
      query: pageQuery({}),
      answers: { 200: pageOf(usageRecordShape) },
      async run({ principal, params, query, language }) {
        const page = await usesOfGrant(parts, principal, params.id, toPageRequest(query));
        return { status: 200, json: presentUses(page, { principal, language }) };
      },
    }),
  ];
}

function windowRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/representations',
      summary: 'Register who acts for a minor or an enterprise',
      access: ['clerk'],
      payload: json(newRepresentation),
      answers: { 201: grantShape },
      async run({ principal, body }) {
        const { validUntil, ...representation } = body;
        const grant = await registerRepresentative(parts, principal, {
          ...representation,
          validUntil:
            validUntil === undefined ? null : requireInstant(validUntil, 'end', 'validUntil'),
        });
        return { status: 201, json: presentGrant(grant, principal, parts.clock.now()) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/representations/search',
      summary: 'Who is registered to act for a holder; the search is recorded',
      access: ['clerk'],
      payload: json(z.strictObject({ holder: z.strictObject(code) })),
      query: pageQuery({}),
      answers: { 200: pageOf(grantShape) },
      isIdempotent: false,
      async run({ principal, body, query }) {
        const window = requireWindow(principal);
        const search = { holder: body.holder, window };
        const page = await searchRepresentations(parts, principal, search, toPageRequest(query));
        const items = page.items.map((one) => presentGrant(one, principal, parts.clock.now()));
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
  ];
}
