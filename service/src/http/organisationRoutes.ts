import type { AuthorityRole } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { addOrganisation, addWindow } from '../people/organisations.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  organisationShape,
  presentOrganisation,
  presentWindow,
  windowShape,
} from './presentPerson.ts';
import { creditCode, cutPage, pageOf, shortText, wholeListQuery } from './shapes.ts';

const AUTHORITY_ROLES = [
  'registrar',
  'operator',
  'sealMaker',
  'issuer',
  'auditor',
] as const satisfies readonly AuthorityRole[];

const newOrganisation = z.strictObject({
  creditCode,
  name: shortText,
  parent: creditCode.nullable().default(null),
  kind: z.string().regex(/^[a-zA-Z]{1,40}$/),
  roles: z.array(z.enum(AUTHORITY_ROLES)).max(5).default([]),
});

const newWindow = z.strictObject({
  code: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  name: shortText,
  organisation: creditCode,
});

/** The tree of organisations and the windows in it. */
export function organisationRoutes(parts: AppParts): readonly Route[] {
  const { store } = parts;
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
          await store.organisations.list(),
          (organisation) => organisation.creditCode,
          query,
        );
        const items = page.items.map(presentOrganisation);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/organisations',
      summary: 'Register an organisation',
      access: ['operator', 'securityAdmin'],
      payload: json(newOrganisation),
      answers: { 201: organisationShape },
      async run({ principal, body }) {
        const organisation = await addOrganisation(parts, principal, body);
        return { status: 201, json: presentOrganisation(organisation) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/windows',
      summary: 'Windows where clerks serve',
      access: 'signedIn',
      query: wholeListQuery,
      answers: { 200: pageOf(windowShape) },
      async run({ query }) {
        const page = cutPage(await store.windows.list(), (window) => window.code, query);
        const items = page.items.map(presentWindow);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/windows',
      summary: 'Add a window',
      access: ['operator', 'securityAdmin'],
      payload: json(newWindow),
      answers: { 201: windowShape },
      async run({ body }) {
        return { status: 201, json: presentWindow(await addWindow(parts, body)) };
      },
    }),
  ];
}
