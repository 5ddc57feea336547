import { z } from 'zod';
import { HOLDER_CODE_TYPES } from '../licences/draftLicence.ts';
import {
  addPerson,
  changePassword,
  disablePerson,
  enablePerson,
  resetPassword,
  setRoles,
} from '../people/people.ts';
import { findPeople, findPerson, type PeopleQuery } from '../people/readPeople.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  heldRole,
  knownPersonShape,
  personShape,
  presentKnownPerson,
  presentPerson,
  ROLE_NAMES,
} from './presentPerson.ts';
import { creditCode, instant, pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

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
  mustChangePassword: z.boolean().default(false),
});

const filters = {
  text: z.string().min(1).max(100).optional(),
  role: z.enum(ROLE_NAMES).optional(),
  organisation: creditCode.optional(),
  windowCode: shortText.optional(),
};

const byId = z.strictObject({ id: shortText });

/** Accounts and their roles. */
export function peopleRoutes(parts: AppParts): readonly Route[] {
  return [...readRoutes(parts), ...changeRoutes(parts), ...passwordRoutes(parts)];
}

function readRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/people',
      summary:
        'Accounts in the part of the tree that one administers: by part of a name, role, organisation, window',
      access: ['securityAdmin', 'operator'],
      query: pageQuery(filters),
      answers: { 200: pageOf(personShape) },
      async run({ principal, query }) {
        const page = await findPeople(parts, principal, toQuery(query), toPageRequest(query));
        const items = page.items.map(presentPerson);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/people/{id}',
      summary:
        'One account, with the issuer of the identity by which its person signs in elsewhere',
      access: ['securityAdmin', 'operator'],
      params: byId,
      answers: { 200: knownPersonShape },
      async run({ principal, params }) {
        const person = await findPerson(parts, principal, params.id);
        return { status: 200, json: presentKnownPerson(person) };
      },
    }),
  ];
}

function changeRoutes(parts: AppParts): readonly Route[] {
  return [
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
      summary: 'Give an account other roles and a window',
      access: ['securityAdmin'],
      params: byId,
      payload: json(z.strictObject({ roles, windowCode })),
      answers: { 200: personShape },
      async run({ principal, params, body }) {
        const account = await setRoles(parts, principal, params.id, body);
        return { status: 200, json: presentPerson(account) };
      },
    }),
    ...lifecycleRoutes(parts),
  ];
}

function lifecycleRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/people/{id}/disable',
      summary: 'Disable an account and end its sessions; `reason` goes into the trail',
      access: ['securityAdmin'],
      params: byId,
      payload: json(z.strictObject({ reason: z.string().trim().min(1).max(500).optional() })),
      answers: { 200: personShape },
      async run({ principal, params, body }) {
        const account = await disablePerson(parts, principal, params.id, body.reason);
        return { status: 200, json: presentPerson(account) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/people/{id}/enable',
      summary: 'Let a disabled account sign in again',
      access: ['securityAdmin'],
      params: byId,
      answers: { 200: personShape },
      async run({ principal, params }) {
        const account = await enablePerson(parts, principal, params.id);
        return { status: 200, json: presentPerson(account) };
      },
    }),
  ];
}

function passwordRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/people/{id}/password-reset',
      summary: 'Give an account a password that must be changed first, and end its sessions',
      access: ['securityAdmin'],
      params: byId,
      isIdempotent: false, // the password is told once
      answers: { 200: z.strictObject({ password: z.string(), until: instant }) },
      async run({ principal, params }) {
        const { password: fresh, until } = await resetPassword(parts, principal, params.id);
        return { status: 200, json: { password: fresh, until: until.toISOString() } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/me/password',
      summary: 'Change one’s own password; one’s other sessions end',
      access: 'signedIn',
      isOpenToNewPasswords: true,
      payload: json(z.strictObject({ current: z.string().min(1).max(1024), next: password })),
      answers: { 204: null },
      async run({ principal, body, token }) {
        await changePassword(parts, principal, body, token);
        return { status: 204 };
      },
    }),
  ];
}

/** Drops what was not asked. */
function toQuery(query: {
  readonly [K in keyof PeopleQuery]: PeopleQuery[K] | undefined;
}): PeopleQuery {
  const { text, role, organisation, windowCode: at } = query;
  return {
    ...(text === undefined ? {} : { text }),
    ...(role === undefined ? {} : { role }),
    ...(organisation === undefined ? {} : { organisation }),
    ...(at === undefined ? {} : { windowCode: at }),
  };
}
