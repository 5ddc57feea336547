import { TRUST_PURPOSES, type TrustAnchorRecord, type TrustScope } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { parseCertificate } from '../pki/certificate.ts';
import { SEAL_KIND_NAMES } from '../sealing/sealKinds.ts';
import type { TrustProposal } from '../store/store.ts';
import type { TrustImport } from '../trust/exchange.ts';
import { instant, moment, reason, sha256 } from './shapes.ts';

/** Limits as people give them. */
const limits = {
  sealKinds: z
    .array(z.enum(SEAL_KIND_NAMES))
    .min(1)
    .nullable()
    .optional()
    .meta({ description: 'Absent or null: any kind of seal' }),
  licenceTypes: z
    .array(z.string().length(21))
    .min(1)
    .max(500)
    .nullable()
    .optional()
    .meta({ description: 'Type codes; absent or null: any licence' }),
  until: moment.nullable().optional().meta({ description: 'Absent or null: without end' }),
};

export const scopeRequest = z.strictObject({
  purposes: z.array(z.enum(TRUST_PURPOSES)).min(1),
  from: moment.optional().meta({ description: 'Absent: from the beginning of the certificate' }),
  ...limits,
});

export const limitsRequest = z.strictObject({
  purposes: z.array(z.enum(TRUST_PURPOSES)).min(1).optional(),
  from: moment.optional(),
  ...limits,
});

const scopeShape = z
  .strictObject({
    purposes: z.array(z.enum(TRUST_PURPOSES)),
    sealKinds: z.array(z.string()).nullable(),
    licenceTypes: z.array(z.string()).nullable(),
    from: instant,
    until: instant.nullable(),
  })
  .meta({ id: 'TrustScope' });

const certificateShape = {
  fingerprint: sha256.meta({ description: 'SHA-256 of the certificate' }),
  subject: z.string(),
  notBefore: instant,
  notAfter: instant,
};

export const entryShape = z
  .strictObject({
    ...certificateShape,
    name: z.string(),
    state: z.enum(['trusted', 'withdrawn']),
    since: instant,
    reason: reason.nullable(),
    scope: scopeShape,
    actId: z.string(),
    certificate: z.string().meta({ description: 'DER, base64' }),
  })
  .meta({ id: 'TrustListEntry' });

export const proposalShape = z
  .strictObject({
    id: z.string(),
    act: z.enum(['put', 'withdraw']),
    state: z.enum(['open', 'recording', 'approved', 'refused', 'withdrawn']),
    fingerprint: sha256,
    subject: z.string().nullable(),
    name: z.string().nullable(),
    scope: scopeShape.nullable(),
    reason: reason.nullable(),
    effectiveFrom: instant.nullable(),
    origin: z.string().nullable().meta({ description: 'Whose export it comes from' }),
    maker: z.string(),
    approver: z.string().nullable(),
    createdAt: instant,
    decidedAt: instant.nullable(),
    actId: z.string().nullable(),
    refusal: z.string().nullable(),
  })
  .meta({ id: 'TrustProposal' });

export const importShape = z
  .strictObject({
    issuer: z.strictObject({ creditCode: z.string(), name: z.string() }),
    signedBy: z.string(),
    issuedAt: instant,
    expiresAt: instant,
    proposals: z.array(proposalShape),
    skipped: z.array(z.strictObject({ fingerprint: sha256, name: z.string(), code: z.string() })),
  })
  .meta({ id: 'TrustImport' });

export function presentEntry(entry: TrustAnchorRecord): z.output<typeof entryShape> {
  const { fingerprint, name, state, since, scope, actId, certificate } = entry;
  const parsed = parseCertificate(new Uint8Array(Buffer.from(certificate, 'base64')));
  return {
    ...{ fingerprint, name, state, since, actId, certificate, reason: entry.reason },
    subject: parsed.subject.text,
    notBefore: parsed.notBefore.toISOString(),
    notAfter: parsed.notAfter.toISOString(),
    scope: presentScope(scope),
  };
}

export function presentProposal(proposal: TrustProposal): z.output<typeof proposalShape> {
  const { id, state, fingerprint, origin, refusal } = proposal;
  return {
    ...{ id, state, fingerprint, origin, refusal },
    ...presentBody(proposal),
    maker: proposal.makerId,
    approver: proposal.approverId,
    createdAt: proposal.createdAt.toISOString(),
    decidedAt: proposal.decidedAt?.toISOString() ?? null,
    actId: proposal.signedAct?.act.id ?? null,
  };
}

export function presentImport(done: TrustImport): z.output<typeof importShape> {
  return {
    issuer: { creditCode: done.issuer.creditCode, name: done.issuer.name },
    signedBy: done.signedBy,
    issuedAt: done.issuedAt.toISOString(),
    expiresAt: done.expiresAt.toISOString(),
    proposals: done.proposals.map(presentProposal),
    skipped: done.skipped.map((one) => ({ ...one })),
  };
}

type Body = Pick<
  z.output<typeof proposalShape>,
  'act' | 'subject' | 'name' | 'scope' | 'reason' | 'effectiveFrom'
>;

function presentBody(proposal: TrustProposal): Body {
  if (proposal.act === 'authority.putTrustAnchor') {
    const { certificate, name, scope } = proposal.body;
    const { subject } = parseCertificate(new Uint8Array(Buffer.from(certificate, 'base64')));
    return {
      ...{ act: 'put', subject: subject.text, name, scope: presentScope(scope) },
      ...{ reason: null, effectiveFrom: null },
    };
  }
  const { reason: why, effectiveFrom } = proposal.body;
  return {
    ...{ act: 'withdraw', subject: null, name: null, scope: null },
    ...{ reason: why, effectiveFrom },
  };
}

function presentScope(scope: TrustScope): z.output<typeof scopeShape> {
  const { purposes, sealKinds, licenceTypes, from, until } = scope;
  return {
    purposes: [...purposes],
    sealKinds: sealKinds === null ? null : [...sealKinds],
    licenceTypes: licenceTypes === null ? null : [...licenceTypes],
    ...{ from, until },
  };
}
