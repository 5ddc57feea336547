import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import {
  actOnLicence,
  LICENCE_LIFECYCLE_NAMES,
  type LicenceLifecycleName,
} from '../licences/actOnLicence.ts';
import { approveLicence, returnLicence } from '../licences/approveLicence.ts';
import {
  changeDraft,
  draftLicence,
  HOLDER_CODE_TYPES,
  removeDraft,
  type LicenceContent,
} from '../licences/draftLicence.ts';
import { succeedLicence, type SuccessionRequest } from '../licences/succeedLicence.ts';
import { defineRoute, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import { lifecycleRequest, toLifecycle } from './lifecycle.ts';
import { createNames, type Names } from './names.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { licenceShape, presentLicence } from './presentLicence.ts';
import { identifier, instant, moment } from './shapes.ts';

const content = z.strictObject({
  holder: z.strictObject({
    name: z.string().min(1).max(200),
    code: z.string().min(1).max(64),
    codeType: z.enum(HOLDER_CODE_TYPES),
  }),
  fields: z.record(z.string().max(100), z.unknown()),
  validFrom: moment,
  validUntil: moment.nullable().default(null),
});

const licenceRequest = content.extend({
  typeCode: z.string().min(1).max(64),
  serial: z.string().min(1).max(64).optional(),
  takesOver: identifier.optional().meta({
    description: 'Licence that its issuer transferred out; this one takes its place (转入)',
  }),
});

const draftChange = content
  .extend({
    typeCode: licenceRequest.shape.typeCode,
    serial: z.string().min(1).max(64),
    validUntil: moment.nullable(),
  })
  .partial()
  .meta({
    description:
      'What is absent stays; `typeCode` and `serial` are part of the identifier and must be the draft’s own',
  });

const approval = z.strictObject({
  note: z.string().max(1000).optional(),
  shown: z
    .strictObject({
      holder: z.record(z.string().max(100), z.unknown()).nullable(),
      fields: z.record(z.string().max(100), z.unknown()).nullable(),
      validFrom: instant,
      validUntil: instant.nullable(),
    })
    .optional()
    .meta({
      description:
        'The draft as the approver saw it: refused with LICENCE_STATE_CONFLICT if it says something else by now',
    }),
});

const VERBS: Readonly<
  Record<LicenceLifecycleName, { readonly path: string; readonly summary: string }>
> = {
  suspend: { path: 'suspend', summary: 'Suspend a licence (暂扣)' },
  reinstate: {
    path: 'reinstate',
    summary: 'Lift the suspension of a licence, or undo its transfer out',
  },
  cancel: { path: 'cancel', summary: 'Cancel a licence in the normal course of business (注销)' },
  revoke: { path: 'revoke', summary: 'Revoke a licence for good (吊销)' },
  withdraw: {
    path: 'withdraw',
    summary: 'Withdraw a licence that should not have been issued; may reach back (撤销)',
  },
  lapse: { path: 'lapse', summary: 'Record that a licence has lapsed (失效)' },
  transferOut: {
    path: 'transfer-out',
    summary: 'Transfer a licence out: another issuer takes it over (转出)',
  },
};

const succession = z.strictObject({
  holderName: z.string().min(1).max(200).optional().meta({
    description: 'The same holder under a new name',
  }),
  fields: z
    .record(z.string().max(100), z.unknown())
    .optional()
    .meta({ description: 'Members to change; null removes one (RFC 7396)' }),
  validFrom: moment.optional(),
  validUntil: moment.nullable().optional(),
});

const SUCCESSIONS = {
  change: 'Change a licence: its next version, issued like a new licence (变更)',
  renew: 'Renew a licence for a further period: its next version (延续)',
} as const;

/** Making licences and changing what they are. */
export function licenceActRoutes(parts: AppParts): readonly Route[] {
  const names = createNames(parts.store);
  return [
    ...draftRoutes(parts, names),
    ...approvalRoutes(parts, names),
    ...successionRoutes(parts, names),
    ...lifecycleRoutes(parts, names),
  ];
}

function draftRoutes({ licences }: AppParts, names: Names): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/licences',
      summary: 'Draft a licence; with single approval it is issued at once',
      access: ['issuer'],
      payload: json(licenceRequest),
      answers: { 201: licenceShape },
      async run({ principal, body }) {
        const { typeCode, serial, takesOver, ...rest } = body;
        const request = { typeCode, serial, takesOver, ...toContent(rest) };
        const licence = await draftLicence(licences, principal, request);
        return { status: 201, json: await presentLicence(names, licence) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/licences/{identifier}',
      summary: 'Change a draft; a returned one goes back to its approver',
      access: ['issuer'],
      params: byIdentifier,
      payload: json(draftChange),
      answers: { 200: licenceShape },
      async run({ principal, params, body }) {
        const { typeCode, serial, holder, fields, ...period } = body;
        const change = { typeCode, serial, holder, fields, ...toPeriod(period) };
        const licence = await changeDraft(licences, principal, params.identifier, change);
        return { status: 200, json: await presentLicence(names, licence) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/licences/{identifier}',
      summary: 'Remove a draft',
      access: ['issuer'],
      params: byIdentifier,
      answers: { 204: null },
      async run({ principal, params }) {
        await removeDraft(licences, principal, params.identifier);
        return { status: 204 };
      },
    }),
  ];
}

function approvalRoutes({ licences }: AppParts, names: Names): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/licences/{identifier}/approve',
      summary: 'Approve a draft of somebody else: it is issued',
      access: ['approver'],
      params: byIdentifier,
      payload: json(approval),
      answers: { 200: licenceShape },
      async run({ principal, params, body: { shown } }) {
        const licence = await approveLicence(licences, principal, params.identifier, shown);
        return { status: 200, json: await presentLicence(names, licence) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/licences/{identifier}/return',
      summary: 'Return a draft to its maker',
      access: ['approver'],
      params: byIdentifier,
      payload: json(z.strictObject({ note: z.string().min(1).max(1000) })),
      answers: { 200: licenceShape },
      async run({ principal, params, body }) {
        const licence = await returnLicence(licences, principal, params.identifier, body.note);
        return { status: 200, json: await presentLicence(names, licence) };
      },
    }),
  ];
}

function successionRoutes({ licences }: AppParts, names: Names): readonly Route[] {
  return (Object.keys(SUCCESSIONS) as (keyof typeof SUCCESSIONS)[]).map((operation) =>
    defineRoute({
      method: 'post',
      path: `/licences/{identifier}/${operation}`,
      summary: SUCCESSIONS[operation],
      access: ['issuer', 'approver'],
      params: byIdentifier,
      payload: json(succession),
      answers: { 200: licenceShape },
      async run({ principal, params, body }) {
        const request = { operation, ...toSuccession(body) };
        const licence = await succeedLicence(licences, principal, params.identifier, request);
        return { status: 200, json: await presentLicence(names, licence) };
      },
    }),
  );
}

function lifecycleRoutes({ licences }: AppParts, names: Names): readonly Route[] {
  return LICENCE_LIFECYCLE_NAMES.map((name) =>
    defineRoute({
      method: 'post',
      path: `/licences/{identifier}/${VERBS[name].path}`,
      summary: `${VERBS[name].summary}; in force at once`,
      access: ['issuer', 'approver'],
      params: byIdentifier,
      payload: json(lifecycleRequest),
      answers: { 200: licenceShape },
      async run({ principal, params, body }) {
        const request = { name, ...toLifecycle(body) };
        const licence = await actOnLicence(licences, principal, params.identifier, request);
        return { status: 200, json: await presentLicence(names, licence) };
      },
    }),
  );
}

function toSuccession(body: z.output<typeof succession>): Omit<SuccessionRequest, 'operation'> {
  const { holderName, fields, ...period } = body;
  return { holderName, fields, ...toPeriod(period) };
}

function toPeriod({
  validFrom,
  validUntil,
}: Readonly<{
  validFrom?: string | undefined;
  validUntil?: string | null | undefined;
}>): Pick<SuccessionRequest, 'validFrom' | 'validUntil'> {
  return {
    validFrom:
      validFrom === undefined ? undefined : requireInstant(validFrom, 'start', 'validFrom'),
    validUntil: validUntil == null ? validUntil : requireInstant(validUntil, 'end', 'validUntil'),
  };
}

function toContent(body: z.output<typeof content>): LicenceContent {
  const { holder, fields, validFrom, validUntil } = body;
  return {
    holder,
    fields,
    validFrom: requireInstant(validFrom, 'start', 'validFrom'),
    validUntil: validUntil === null ? null : requireInstant(validUntil, 'end', 'validUntil'),
  };
}
