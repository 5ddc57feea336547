import { z } from 'zod';
import { CLIENT_SCOPES, type ClientTerms } from '../store/systems.ts';
import {
  changeTerms,
  disableClient,
  findClient,
  listClients,
  MAX_OVERLAP_MINUTES,
  registerClient,
  rotateSecret,
  type ClientFacts,
} from '../systems/clients.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { creditCode, cutPage, instant, pageOf, shortText, wholeListQuery } from './shapes.ts';

const byId = z.strictObject({ id: z.string().min(1).max(64) });
const code = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const terms = z
  .strictObject({
    scopes: z.array(z.enum(CLIENT_SCOPES)).min(1).max(CLIENT_SCOPES.length),
    types: z
      .array(
        z.strictObject({
          typeCode: z.string().min(1).max(64),
          fields: z.array(z.string().min(1).max(64)).max(100),
        }),
      )
      .max(200)
      .meta({ description: 'Types of licences, each with the fields that may leave' }),
    purposes: z
      .array(
        z.strictObject({
          code,
          name: shortText.meta({ description: 'As holders read it' }),
          legalBasis: z.string().min(1).max(500).nullable().meta({
            description: 'Null: each holder must have granted it to the client’s organisation',
          }),
          matters: z.array(code).min(1).max(200).nullable().default(null),
        }),
      )
      .min(1)
      .max(100),
    quota: z.strictObject({
      perMinute: z.int().min(1).max(1_000_000),
      perDay: z.int().min(1).max(100_000_000),
    }),
  })
  .meta({ id: 'ClientTerms' });

const clientMembers = {
  id: z.string().meta({ description: 'The client_id' }),
  name: z.string(),
  organisation: creditCode,
  terms,
  version: z.int().min(1).meta({ description: 'Of the terms' }),
  createdAt: instant,
  secretSince: instant,
  disabledAt: instant.nullable(),
};
const clientShape = z.strictObject(clientMembers).meta({ id: 'Client' });
const clientWithSecret = z
  .strictObject({ ...clientMembers, secret: z.string().meta({ description: 'Shown once' }) })
  .meta({ id: 'ClientWithSecret' });
const clientWithVersions = z
  .strictObject({
    ...clientMembers,
    versions: z.array(
      z.strictObject({ version: z.int().min(1), terms, at: instant, by: z.string() }),
    ),
  })
  .meta({ id: 'ClientWithVersions' });

/** Other systems that may call, and what each may do. */
export function clientRoutes(parts: AppParts): readonly Route[] {
  return [...readingRoutes(parts), ...changingRoutes(parts)];
}

function readingRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/clients',
      summary: 'Other systems with what they may do, by name',
      access: ['securityAdmin', 'auditor'],
      query: wholeListQuery,
      answers: { 200: pageOf(clientShape) },
      async run({ query }) {
        const page = cutPage(await listClients(parts), ({ client }) => client.id, query);
        const items = page.items.map(presentClient);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/clients/{id}',
      summary: 'A client with everything it was ever allowed',
      access: ['securityAdmin', 'auditor'],
      params: byId,
      answers: { 200: clientWithVersions },
      async run({ params }) {
        const { versions, ...facts } = await findClient(parts, params.id);
        const told = versions.map(({ version, terms, at, by }) => ({
          ...{ version, by, at: at.toISOString() },
          terms: presentTerms(terms),
        }));
        return { status: 200, json: { ...presentClient(facts), versions: told } };
      },
    }),
  ];
}

function changingRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/clients',
      summary: 'Register another system; its secret is shown once',
      access: ['securityAdmin'],
      isIdempotent: false, // an answer with a secret is not kept
      payload: json(z.strictObject({ name: shortText, organisation: creditCode, terms })),
      answers: { 201: clientWithSecret },
      async run({ principal, body }) {
        const { secret, ...facts } = await registerClient(parts, principal, body);
        return { status: 201, json: { ...presentClient(facts), secret } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/clients/{id}/terms',
      summary: 'Say anew what a client may do; it counts with its next call',
      access: ['securityAdmin'],
      params: byId,
      payload: json(terms),
      answers: { 200: clientShape },
      async run({ principal, params, body }) {
        const facts = await changeTerms(parts, principal, params.id, body);
        return { status: 200, json: presentClient(facts) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/clients/{id}/rotate',
      summary:
        'Give a client another secret; the one before opens for some minutes more, if asked for',
      access: ['securityAdmin'],
      isIdempotent: false,
      params: byId,
      payload: json(
        z.strictObject({ overlapMinutes: z.int().min(0).max(MAX_OVERLAP_MINUTES).default(0) }),
      ),
      answers: { 200: clientWithSecret },
      async run({ principal, params, body }) {
        const rotated = await rotateSecret(parts, principal, params.id, body.overlapMinutes);
        const { secret, ...facts } = rotated;
        return { status: 200, json: { ...presentClient(facts), secret } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/clients/{id}/disable',
      summary: 'Disable a client; its tokens end at once',
      access: ['securityAdmin'],
      params: byId,
      answers: { 200: clientShape },
      async run({ principal, params }) {
        const facts = await disableClient(parts, principal, params.id);
        return { status: 200, json: presentClient(facts) };
      },
    }),
  ];
}

function presentClient({ client, disabledAt }: ClientFacts): z.input<typeof clientShape> {
  const { id, name, organisation, version, createdAt, secretSince } = client;
  return {
    ...{ id, name, organisation, version },
    terms: presentTerms(client.terms),
    createdAt: createdAt.toISOString(),
    secretSince: secretSince.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
  };
}

function presentTerms({ scopes, types, purposes, quota }: ClientTerms): z.input<typeof terms> {
  return {
    scopes: [...scopes],
    types: types.map(({ typeCode, fields }) => ({ typeCode, fields: [...fields] })),
    purposes: purposes.map(({ matters, ...purpose }) => ({
      ...purpose,
      matters: matters === null ? null : [...matters],
    })),
    quota: { ...quota },
  };
}
