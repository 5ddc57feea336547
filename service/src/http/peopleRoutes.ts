import { z } from 'zod';
import { HOLDER_CODE_TYPES } from '../licences/draftLicence.ts';
import { addPerson, changePassword, disablePerson, setRoles } from '../people/people.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { heldRole, personShape, presentPerson } from './presentPerson.ts';
import { cutPage, pageOf, shortText, wholeListQuery } from './shapes.ts';

const windowCode = z.string().min(1).max(40).nullable().default(null);
const roles = z.array(heldRole).min(1).max(20);
const password = z.string().min(10).max(1024);

const newPerson = z.strictObject({
  username: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/),
  password,
  displayName: z.string().min(1).max(100),
  roles,
  windowCode,
  holder: z
    .strictObject({ code: z.string().min(1).max(64), codeType: z.enum(HOLDER_CODE_TYPES) })
    .nullable()
    .default(null),
});

const byId = z.strictObject({ id: shortText });

/** Accounts and their roles. */
export function peopleRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/people',
      summary: 'Accounts of people and systems',
      access: ['securityAdmin', 'operator'],
      query: wholeListQuery,
      answers: { 200: pageOf(personShape) },
      async run({ query }) {
        const all = await parts.store.accounts.list();
        const newestFirst = all.toSorted((a, b) => (a.id < b.id ? 1 : -1)); // ids carry their time
        const page = cutPage(newestFirst, (account) => account.id, query);
        const items = page.items.map(presentPerson);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/people',
      summary: 'Make an account. Administrators are appointed by the security administrator.',
      access: ['securityAdmin', 'operator'],
      payload: json(newPerson),
      answers: { 201: personShape },
      async run({ principal, body }) {
        const account = await addPerson(parts, principal, body);
        return { status: 201, json: presentPerson(account) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/people/{id}/roles',
      summary: 'Give an account other roles',
      access: ['securityAdmin'],
      params: byId,
      payload: json(z.strictObject({ roles, windowCode })),
      answers: { 200: personShape },
      async run({ principal, params, body }) {
        const account = await setRoles(parts, principal, params.id, body);
        return { status: 200, json: presentPerson(account) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/people/{id}/disable',
      summary: 'Disable an account and end its sessions',
      access: ['securityAdmin'],
      params: byId,
      answers: { 200: personShape },
      async run({ principal, params }) {
        const account = await disablePerson(parts, principal, params.id);
        return { status: 200, json: presentPerson(account) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/me/password',
      summary: 'Change one’s own password',
      access: 'signedIn',
      payload: json(z.strictObject({ current: z.string().min(1).max(1024), next: password })),
      answers: { 204: null },
      async run({ principal, body }) {
        await changePassword(parts, principal, body);
        return { status: 204 };
      },
    }),
  ];
}
