import { z } from 'zod';
import type { Principal } from '../access.ts';
import type { GrantedLicence } from '../grants/readGrants.ts';
import { GRANT_KINDS, type NamedGrant } from '../store/grants.ts';
import type { Holder } from '../store/store.ts';
import { LICENCE_STATE_NAMES } from './presentLicence.ts';
import type { Names } from './names.ts';
import { instant } from './shapes.ts';

const GRANT_STATES = [
  ...['future', 'inForce', 'expired'],
  ...['withdrawn', 'renounced', 'superseded'],
] as const;

const party = z.strictObject({
  name: z.string().nullable(),
  code: z.string().nullable().meta({ description: 'Null for the other side' }),
  codeType: z.string(),
});

const list = z.array(z.string()).nullable();
export const grantShape = z
  .strictObject({
    id: z.string(),
    kind: z.enum(GRANT_KINDS),
    side: z
      .enum(['holder', 'agent', 'window'])
      .meta({ description: 'On which side of it the reader stands' }),
    holder: party.nullable().meta({ description: 'Null once erased' }),
    agent: party.nullable().meta({ description: 'Null once erased' }),
    scope: z.strictObject({ licences: list, typeCodes: list, matters: list }),
    validFrom: instant,
    validUntil: instant.nullable(),
    state: z.enum(GRANT_STATES),
    basis: z.string().nullable(),
    window: z.string().nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
    note: z.string().nullable().meta({ description: 'Why it was ended' }),
  })
  .meta({ id: 'Grant' });

/** A grant for one of its sides, or for the window where such are registered. */
export function presentGrant(
  grant: NamedGrant,
  reader: Pick<Principal, 'holderHash'>,
  at: Date,
): z.input<typeof grantShape> {
  const side = sideOf(grant, reader);
  const { id, kind, scope, basis, window, note, holder, agent, ended } = grant;
  return {
    ...{ id, kind, side, basis, window, note },
    holder: presentParty(holder, side !== 'agent'),
    agent: presentParty(agent, true),
    scope: {
      licences: copied(scope.licences),
      typeCodes: copied(scope.typeCodes),
      matters: copied(scope.matters),
    },
    validFrom: grant.validFrom.toISOString(),
    validUntil: grant.validUntil?.toISOString() ?? null,
    state: ended === null ? stateAt(grant, at) : ended.how,
    createdAt: grant.createdAt.toISOString(),
    endedAt: ended?.at.toISOString() ?? null,
  };
}

function sideOf(
  grant: NamedGrant,
  { holderHash }: Pick<Principal, 'holderHash'>,
): 'holder' | 'agent' | 'window' {
  if (holderHash === null) return 'window';
  return holderHash === grant.holderHash ? 'holder' : 'agent';
}

function stateAt(
  { validFrom, validUntil }: NamedGrant,
  at: Date,
): 'future' | 'inForce' | 'expired' {
  if (at < validFrom) return 'future';
  return validUntil === null || at <= validUntil ? 'inForce' : 'expired';
}

function presentParty(
  party: Holder | null,
  showsCode: boolean,
): z.input<typeof grantShape>['holder'] {
  if (party === null) return null;
  const { name, code, codeType } = party;
  return { name: name === '' ? null : name, code: showsCode ? code : null, codeType };
}

function copied(list: readonly string[] | null): string[] | null {
  return list === null ? null : [...list];
}

export const grantedLicenceShape = z
  .strictObject({
    identifier: z.string(),
    typeCode: z.string(),
    typeName: z.string(),
    issuer: z.strictObject({ creditCode: z.string(), name: z.string() }),
    state: z.enum(LICENCE_STATE_NAMES),
    version: z.int().min(1),
    validFrom: instant,
    validUntil: instant.nullable(),
    fieldNames: z.array(z.string()).meta({ description: 'What it says stays with the holder' }),
  })
  .meta({ id: 'GrantedLicence' });

export async function presentGrantedLicence(
  names: Names,
  { licence, fieldNames }: GrantedLicence,
): Promise<z.input<typeof grantedLicenceShape>> {
  const { identifier, typeCode, issuer, state, version, validFrom, validUntil } = licence;
  return {
    ...{ identifier, typeCode, state, version },
    typeName: await names.licenceType(typeCode, licence.typeVersion),
    issuer: { creditCode: issuer, name: await names.organisation(issuer) },
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
    fieldNames: [...fieldNames],
  };
}
