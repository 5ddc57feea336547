import { z } from 'zod';
import type { Principal } from '../access.ts';
import type { OwnSession } from '../people/ownSession.ts';
import type { KnownPerson } from '../people/readPeople.ts';
import { ORGANISATION_LEVELS } from '../store/people.ts';
import type { Account, Organisation, PersonRole, Window } from '../store/store.ts';
import { creditCode, instant } from './shapes.ts';

export const ROLE_NAMES = [
  'sealMaker',
  'issuer',
  'approver',
  'clerk',
  'holder',
  'auditor',
  'system',
  'operator',
  'securityAdmin',
] as const satisfies readonly PersonRole[];

export const heldRole = z.strictObject({
  role: z.enum(ROLE_NAMES),
  organisation: creditCode.nullable(),
});

const personMembers = {
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  roles: z.array(heldRole),
  windowCode: z.string().nullable(),
};

const passwordMember = {
  mustChangePassword: z
    .literal(true)
    .optional()
    .meta({ description: 'Nothing else is answered until the password is changed' }),
};

export const meShape = z
  .strictObject({
    ...personMembers,
    ...passwordMember,
    sessionExpiresAt: instant,
    idleExpiresAt: instant
      .nullable()
      .meta({ description: 'When the session ends without another request; null: not before' }),
    organisationNames: z
      .record(z.string(), z.string())
      .meta({ description: 'Of the organisations that roles name, by credit code' }),
    window: z.strictObject({ code: z.string(), name: z.string() }).nullable(),
  })
  .meta({ id: 'Me' });

export function presentMe(principal: Principal, session: OwnSession): z.input<typeof meShape> {
  const { expiresAt, idleExpiresAt, organisationNames, window } = session;
  return {
    ...presentPrincipal(principal),
    sessionExpiresAt: expiresAt.toISOString(),
    idleExpiresAt: idleExpiresAt?.toISOString() ?? null,
    ...{ organisationNames, window },
  };
}

function presentPrincipal(
  principal: Principal,
): Omit<z.input<typeof personShape>, 'isHolder' | 'createdAt' | 'disabledAt'> {
  const { id, username, displayName, roles, windowCode, passwordUntil } = principal;
  return {
    ...{ id, username, displayName, roles: roles.map(presentRole), windowCode },
    ...(passwordUntil === undefined ? {} : { mustChangePassword: true as const }),
  };
}

export const personShape = z
  .strictObject({
    ...personMembers,
    ...passwordMember,
    isHolder: z.boolean(),
    createdAt: instant,
    disabledAt: instant.nullable(),
  })
  .meta({ id: 'Person' });

export const knownPersonShape = personShape
  .extend({
    identity: z
      .strictObject({ issuer: z.string(), boundAt: instant })
      .nullable()
      .meta({ description: 'By which identity provider the person signs in' }),
  })
  .meta({ id: 'KnownPerson' });

export function presentKnownPerson({
  account,
  identity,
}: KnownPerson): z.input<typeof knownPersonShape> {
  return {
    ...presentPerson(account),
    identity:
      identity === null
        ? null
        : { issuer: identity.issuer, boundAt: identity.boundAt.toISOString() },
  };
}

export function presentPerson(account: Account): z.input<typeof personShape> {
  return {
    ...presentPrincipal(account),
    isHolder: account.holderHash !== null,
    createdAt: account.createdAt.toISOString(),
    disabledAt: account.disabledAt?.toISOString() ?? null,
  };
}

function presentRole({ role, organisation }: Account['roles'][number]): z.input<typeof heldRole> {
  return { role, organisation };
}

export const organisationLevel = z.enum(ORGANISATION_LEVELS);

export const organisationShape = z
  .strictObject({
    creditCode,
    name: z.string(),
    parent: creditCode.nullable(),
    kind: z.string(),
    level: organisationLevel
      .nullable()
      .meta({ description: 'Step of the administrative division; null: that of what is above' }),
    createdAt: instant,
    closedAt: instant.nullable(),
  })
  .meta({ id: 'Organisation' });

export const placedOrganisationShape = organisationShape
  .extend({ above: z.array(organisationShape), children: z.array(organisationShape) })
  .meta({ id: 'PlacedOrganisation' });

export function presentOrganisation(organisation: Organisation): z.input<typeof organisationShape> {
  const { name, parent, kind, level, createdAt, closedAt } = organisation;
  return {
    creditCode: organisation.creditCode,
    name,
    parent,
    kind,
    level: level ?? null,
    createdAt: createdAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}

export const windowShape = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    organisation: creditCode,
    closedAt: instant.optional().meta({ description: 'Nobody serves there any more' }),
  })
  .meta({ id: 'Window' });

export function presentWindow(window: Window): z.input<typeof windowShape> {
  const { code, name, organisation, closedAt } = window;
  return {
    ...{ code, name, organisation },
    ...(closedAt === undefined ? {} : { closedAt: closedAt.toISOString() }),
  };
}
