import { z } from 'zod';
import { auditLicence, type AuditedChange, type LicenceAudit } from '../audit/auditLicence.ts';
import type { Principal } from '../access.ts';
import { requireInstant } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import { licenceProof, type ProofParts } from '../proofs/proofs.ts';
import { defineRoute, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import { createNames, type Names } from './names.ts';
import type { AppParts } from './parts.ts';
import {
  licenceChangeShape,
  licenceShape,
  presentLicence,
  presentLicenceChange,
} from './presentLicence.ts';
import { presentUse, usageRecordShape, type UseReader } from './presentUse.ts';
import { proofShape, proofSources } from './proofRoutes.ts';
import { instant, moment } from './shapes.ts';

const inForceShape = z.strictObject({
  identifier: z.string(),
  version: z.int().min(1),
  state: z.string(),
  since: instant,
  reason: z.string().nullable(),
});

const versionShape = z.strictObject({
  identifier: z.string(),
  issuedAt: instant,
  validFrom: instant,
  validUntil: instant.nullable(),
  esId: z.string(),
  actId: z.string(),
  contentDigest: z.string(),
  documents: z.array(z.strictObject({ format: z.string(), sha256: z.string(), size: z.int() })),
});

const auditShape = z
  .strictObject({
    at: instant,
    knownAt: instant,
    inForce: inForceShape.nullable(),
    timeline: z.array(licenceChangeShape),
    versions: z.array(versionShape),
    uses: z.array(usageRecordShape),
    licence: licenceShape.nullable(),
    proof: proofShape
      .nullable()
      .meta({ description: 'If asked for; null: the ledger has nothing, or not everywhere yet' }),
  })
  .meta({ id: 'LicenceAudit' });

export function auditRoutes(parts: AppParts): readonly Route[] {
  const { clock, store, ledger } = parts;
  const names = createNames(store);
  const sources = proofSources(parts);
  return [
    defineRoute({
      method: 'get',
      path: '/audit/licences/{identifier}',
      summary:
        'A licence as of a moment, as known at a moment, with all that was done with it and, if asked for, its evidence: one look, one record',
      access: ['auditor'],
      params: byIdentifier,
      query: z.strictObject({
        ...{ at: moment.optional(), knownAt: moment.optional() },
        proof: z.enum(['true', 'false']).default('false'),
      }),
      answers: { 200: auditShape },
      async run({ principal, params, query, language }) {
        const { at, knownAt } = query;
        const audit = await auditLicence({ clock, store, ledger }, principal, params.identifier, {
          at: at === undefined ? undefined : requireInstant(at, 'end', 'at'),
          knownAt: knownAt === undefined ? undefined : requireInstant(knownAt, 'end', 'knownAt'),
        });
        const shown = await presentAudit(names, audit, { principal, language });
        const isAsked = query.proof === 'true'; // only now, when the look has left its record
        const proof = isAsked ? await findProof(sources, principal, params.identifier) : null;
        return { status: 200, json: { ...shown, proof } };
      },
    }),
  ];
}

/** What is not there, or not yet, keeps nobody from seeing the rest. */
async function findProof(
  sources: ProofParts,
  principal: Principal,
  identifier: string,
): Promise<LedgerProof | null> {
  try {
    return await licenceProof(sources, principal, identifier);
  } catch (error) {
    const isMissing =
      error instanceof ServiceError &&
      ['LICENCE_NOT_FOUND', 'PROOF_NOT_READY'].includes(error.code);
    if (isMissing) return null;
    throw error;
  }
}

async function presentAudit(
  names: Names,
  audit: LicenceAudit,
  reader: UseReader,
): Promise<Omit<z.input<typeof auditShape>, 'proof'>> {
  const { inForce, licence } = audit;
  return {
    at: audit.at.toISOString(),
    knownAt: audit.knownAt.toISOString(),
    inForce:
      inForce === null
        ? null
        : {
            identifier: inForce.identifier,
            version: inForce.version,
            state: inForce.state,
            since: inForce.since,
            reason: inForce.reason,
          },
    timeline: audit.changes.map(presentChange),
    versions: audit.versions.map((version) => ({
      identifier: version.identifier,
      issuedAt: version.issuedAt,
      validFrom: version.validFrom,
      validUntil: version.validUntil,
      esId: version.sealSignature.esId,
      actId: version.actId,
      contentDigest: version.contentDigest,
      documents: version.documents.map(({ format, sha256, size }) => ({ format, sha256, size })),
    })),
    uses: audit.uses.map((use) => presentUse(use, reader)),
    licence: licence === null ? null : await presentLicence(names, licence),
  };
}

function presentChange({
  record,
  recordedAt,
  block,
}: AuditedChange): z.input<typeof licenceChangeShape> {
  const { identifier, state, since, reason, actId } = record;
  return presentLicenceChange({ identifier, state, since, reason, recordedAt, actId, block });
}
