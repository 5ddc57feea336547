import { z } from 'zod';
import type { Principal } from '../access.ts';
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

export const meShape = z.strictObject(personMembers).meta({ id: 'Me' });

export function presentMe(principal: Principal): z.input<typeof meShape> {
  const { id, username, displayName, roles, windowCode } = principal;
  return { id, username, displayName, roles: roles.map(presentRole), windowCode };
}

export const personShape = z
  .strictObject({
    ...personMembers,
    isHolder: z.boolean(),
    createdAt: instant,
    disabledAt: instant.nullable(),
  })
  .meta({ id: 'Person' });

export function presentPerson(account: Account): z.input<typeof personShape> {
  return {
    ...presentMe(account),
    isHolder: account.holderHash !== null,
    createdAt: account.createdAt.toISOString(),
    disabledAt: account.disabledAt?.toISOString() ?? null,
  };
}

function presentRole({ role, organisation }: Account['roles'][number]): z.input<typeof heldRole> {
  return { role, organisation };
}

export const organisationShape = z
  .strictObject({
    creditCode,
    name: z.string(),
    parent: creditCode.nullable(),
    kind: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Organisation' });

export function presentOrganisation(organisation: Organisation): z.input<typeof organisationShape> {
  const { name, parent, kind, createdAt } = organisation;
  return {
    creditCode: organisation.creditCode,
    name,
    parent,
    kind,
    createdAt: createdAt.toISOString(),
  };
}

export const windowShape = z
  .strictObject({ code: z.string(), name: z.string(), organisation: creditCode })
  .meta({ id: 'Window' });

export function presentWindow(window: Window): z.input<typeof windowShape> {
  return { code: window.code, name: window.name, organisation: window.organisation };
}
