import { z } from 'zod';
import type { LicenceChange } from '../licences/licenceDocuments.ts';
import { LICENCE_OPERATIONS } from '../store/licences.ts';
import type { Licence, LicenceState } from '../store/store.ts';
import type { Names } from './names.ts';
import { creditCode, instant, ledgerPlace, sha256, timeStampState } from './shapes.ts';

export const LICENCE_STATE_NAMES = [
  'drafted',
  'returned',
  'issued',
  'suspended',
  'withdrawn',
  'cancelled',
  'lapsed',
  'transferred',
  'revoked',
  'superseded',
] as const satisfies readonly LicenceState[];

const draftPerson = z.strictObject({ displayName: z.string() }).nullable().optional();

export const licenceShape = z
  .strictObject({
    identifier: z.string(),
    typeCode: z.string(),
    typeName: z.string(),
    issuer: z.strictObject({ creditCode, name: z.string() }),
    holder: z
      .strictObject({ name: z.string(), code: z.string(), codeType: z.string() })
      .nullable()
      .meta({ description: 'Null once the holder was erased' }),
    fields: z.record(z.string(), z.unknown()).nullable(),
    validFrom: instant,
    validUntil: instant.nullable(),
    state: z.enum(LICENCE_STATE_NAMES),
    version: z.int().min(1),
    supersedes: z.string().nullable(),
    supersededBy: z.string().nullable(),
    issuedAt: instant.nullable(),
    note: z.string().nullable().meta({ description: 'Why a draft was returned' }),
    draftedBy: draftPerson.meta({ description: 'Of a draft, for the staff of its department' }),
    returnedBy: draftPerson,
    operation: z
      .enum(LICENCE_OPERATIONS)
      .nullable()
      .meta({ description: 'How this version came into being; null where only the ledger knows' }),
    documents: z.array(
      z.strictObject({
        format: z.enum(['ofd', 'pdf']),
        sha256,
        sm3: sha256,
        size: z.int().min(1),
        timeStamp: timeStampState,
      }),
    ),
    ledger: ledgerPlace.nullable(),
  })
  .meta({ id: 'Licence' });

/** A licence for whoever may see it. */
export async function presentLicence(
  names: Names,
  licence: Licence,
): Promise<z.input<typeof licenceShape>> {
  const [typeName, issuerName] = await Promise.all([
    names.licenceType(licence.typeCode, licence.typeVersion),
    names.organisation(licence.issuer),
  ]);
  const { holder } = licence;
  return {
    identifier: licence.identifier,
    typeCode: licence.typeCode,
    typeName,
    issuer: { creditCode: licence.issuer, name: issuerName },
    holder:
      holder === null ? null : { name: holder.name, code: holder.code, codeType: holder.codeType },
    fields: licence.fields,
    validFrom: licence.validFrom.toISOString(),
    validUntil: licence.validUntil?.toISOString() ?? null,
    state: licence.state,
    version: licence.version,
    supersedes: licence.supersedes,
    supersededBy: licence.supersededBy,
    issuedAt: licence.issuedAt?.toISOString() ?? null,
    note: licence.note,
    operation: licence.operation,
    documents: licence.documents.map(({ format, sha256, sm3, size, timeStamp }) => ({
      ...{ format, sha256, sm3, size },
      timeStamp: timeStamp ?? 'none',
    })),
    ledger: licence.ledger,
  };
}

export const licenceChangeShape = z
  .strictObject({
    identifier: z.string(),
    state: z.string(),
    since: instant,
    reason: z.string().nullable(),
    recordedAt: instant,
    actId: z.string(),
    block: z.int().min(0),
  })
  .meta({ id: 'LicenceChange' });

export function presentLicenceChange(change: LicenceChange): z.input<typeof licenceChangeShape> {
  const { identifier, state, since, reason, recordedAt, actId, block } = change;
  return { identifier, state, since, reason, recordedAt, actId, block };
}
