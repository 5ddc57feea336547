import type { Mandate } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import type { Seal } from '../store/store.ts';
import { creditCode, instant, ledgerPlace, moment, sha256 } from './shapes.ts';

const mandateMembers = {
  licenceTypes: z.array(z.string().min(1).max(64)).max(500).nullable(),
  usesPerDay: z.int().min(1).max(1_000_000).nullable(),
  requiresSecondPerson: z.boolean(),
  allowsDocuments: z.boolean(),
};

export const mandateShape = z
  .strictObject({
    ...mandateMembers,
    validFrom: instant.nullable(),
    validUntil: instant.nullable(),
  })
  .meta({ id: 'Mandate' });

/** What a mandate is set to; null: without that limit. */
export const mandateRequest = z.strictObject({
  ...mandateMembers,
  licenceTypes: mandateMembers.licenceTypes.default(null),
  usesPerDay: mandateMembers.usesPerDay.default(null),
  requiresSecondPerson: mandateMembers.requiresSecondPerson.default(false),
  allowsDocuments: mandateMembers.allowsDocuments.default(true),
  validFrom: moment.nullable().default(null),
  validUntil: moment.nullable().default(null),
});

export const sealShape = z
  .strictObject({
    esId: z.string(),
    holder: z.strictObject({ creditCode, name: z.string() }),
    kind: z.string(),
    name: z.string(),
    validFrom: instant,
    validUntil: instant,
    state: z.enum(['valid', 'suspended', 'revoked', 'superseded']),
    mandate: mandateShape,
    maker: creditCode,
    digests: z.strictObject({ sha256, sm3: sha256 }),
    createdAt: instant,
    supersedes: z.string().nullable(),
    supersededBy: z.string().nullable(),
    ledger: ledgerPlace.nullable(),
  })
  .meta({ id: 'Seal' });

export const usedSealShape = sealShape
  .extend({
    usedToday: z.int().min(0).nullable().meta({
      description:
        'Uses recorded today (Asia/Shanghai) against `usesPerDay`; null: uses are not limited, so nobody counts them',
    }),
  })
  .meta({ id: 'UsedSeal' });

/** @throws ServiceError `REQUEST_MALFORMED` for a time nobody can read. */
export function toMandate(body: z.output<typeof mandateRequest>): Mandate {
  const instantOf = (text: string | null, edge: 'start' | 'end', member: string): string | null =>
    text === null ? null : requireInstant(text, edge, member).toISOString();
  return {
    ...body,
    validFrom: instantOf(body.validFrom, 'start', 'validFrom'),
    validUntil: instantOf(body.validUntil, 'end', 'validUntil'),
  };
}

export function presentMandate(mandate: Mandate): z.input<typeof mandateShape> {
  return {
    licenceTypes: mandate.licenceTypes === null ? null : [...mandate.licenceTypes],
    usesPerDay: mandate.usesPerDay,
    requiresSecondPerson: mandate.requiresSecondPerson,
    allowsDocuments: mandate.allowsDocuments,
    validFrom: mandate.validFrom,
    validUntil: mandate.validUntil,
  };
}

export function presentSeal(seal: Seal): z.input<typeof sealShape> {
  const { mandate, holder, digests } = seal;
  return {
    esId: seal.esId,
    holder: { creditCode: holder.creditCode, name: holder.name },
    kind: seal.kind,
    name: seal.name,
    validFrom: seal.validFrom.toISOString(),
    validUntil: seal.validUntil.toISOString(),
    state: seal.state,
    mandate: presentMandate(mandate),
    maker: seal.maker,
    digests: { sha256: digests.sha256, sm3: digests.sm3 },
    createdAt: seal.createdAt.toISOString(),
    supersedes: seal.supersedes,
    supersededBy: seal.supersededBy,
    ledger: seal.ledger,
  };
}
