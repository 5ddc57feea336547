import type { AuthorityRole } from '@yinxin/chaincode/model';
import { z } from 'zod';
import {
  addOrganisation,
  changeOrganisation,
  closeOrganisation,
  reopenOrganisation,
} from '../people/organisations.ts';
import { placeOrganisation } from '../people/readPeople.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  organisationLevel,
  organisationShape,
  placedOrganisationShape,
  presentOrganisation,
} from './presentPerson.ts';
import { creditCode, cutPage, pageOf, shortText, wholeListQuery } from './shapes.ts';

const AUTHORITY_ROLES = [
  'registrar',
  'operator',
  'sealMaker',
  'issuer',
  'auditor',
] as const satisfies readonly AuthorityRole[];

const kind = z.string().regex(/^[a-zA-Z]{1,40}$/);

const newOrganisation = z.strictObject({
  creditCode,
  name: shortText,
  parent: creditCode.nullable().default(null),
  kind,
  level: organisationLevel.nullable().default(null),
  roles: z.array(z.enum(AUTHORITY_ROLES)).max(5).default([]),
});

const change = z
  .strictObject({
    name: shortText.optional(),
    parent: creditCode.nullable().optional(),
    kind: kind.optional(),
    level: organisationLevel.nullable().optional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'names nothing to change');

const byCode = z.strictObject({ creditCode: shortText });

/** The tree of organisations, from the city down to the village. */
export function organisationRoutes(parts: AppParts): readonly Route[] {
  return [...readRoutes(parts), ...changeRoutes(parts)];
}

function readRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/organisations',
      summary: 'The tree of organisations, parents first',
      access: 'signedIn',
      query: wholeListQuery,
      answers: { 200: pageOf(organisationShape) },
      async run({ query }) {
        const page = cutPage(
          await parts.store.organisations.list(),
          (organisation) => organisation.creditCode,
          query,
        );
        const items = page.items.map(presentOrganisation);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/organisations/{creditCode}',
      summary: 'One organisation with what is above it and its children',
      access: 'signedIn',
      params: byCode,
      answers: { 200: placedOrganisationShape },
      async run({ params }) {
        const placed = await placeOrganisation(parts, params.creditCode);
        return {
          status: 200,
          json: {
            ...presentOrganisation(placed.organisation),
            above: placed.above.map(presentOrganisation),
            children: placed.children.map(presentOrganisation),
          },
        };
      },
    }),
  ];
}

function changeRoutes(parts: AppParts): readonly Route[] {
  const lifecycle = { close: closeOrganisation, reopen: reopenOrganisation } as const;
  return [
    defineRoute({
      method: 'post',
      path: '/organisations',
      summary: 'Register an organisation',
      access: ['operator', 'securityAdmin'],
      payload: json(newOrganisation),
      answers: { 201: organisationShape },
      async run({ principal, body }) {
        const { level, ...rest } = body;
        const organisation = await addOrganisation(parts, principal, {
          ...rest,
          ...(level === null ? {} : { level }),
        });
        return { status: 201, json: presentOrganisation(organisation) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/organisations/{creditCode}',
      summary: 'Rename an organisation, or move it with all that is below it',
      access: ['operator', 'securityAdmin'],
      params: byCode,
      payload: json(change),
      answers: { 200: organisationShape },
      async run({ principal, params, body }) {
        const changed = await changeOrganisation(parts, principal, params.creditCode, body);
        return { status: 200, json: presentOrganisation(changed) };
      },
    }),
    ...(['close', 'reopen'] as const).map((action) =>
      defineRoute({
        method: 'post',
        path: `/organisations/{creditCode}/${action}`,
        summary:
          action === 'close'
            ? 'Close an organisation and its windows: nothing new begins in it'
            : 'Open a closed organisation again; its windows stay closed',
        access: ['operator', 'securityAdmin'],
        params: byCode,
        answers: { 200: organisationShape },
        async run({ principal, params }) {
          const organisation = await lifecycle[action](parts, principal, params.creditCode);
          return { status: 200, json: presentOrganisation(organisation) };
        },
      }),
    ),
  ];
}
