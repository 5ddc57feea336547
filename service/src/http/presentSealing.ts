import { z } from 'zod';
import type { SealApplication, Sealing, SealingRequest } from '../store/store.ts';
import { mandateShape, presentMandate } from './presentSeal.ts';
import { creditCode, instant, sha256, timeStampState } from './shapes.ts';

const decided = {
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  note: z.string().nullable(),
};

export const sealApplicationShape = z
  .strictObject({
    id: z.string(),
    organisation: creditCode,
    holder: z.strictObject({ creditCode, name: z.string() }),
    kind: z.string(),
    name: z.string(),
    validFrom: instant,
    validUntil: instant,
    mandate: mandateShape.nullable(),
    predecessor: z.string().nullable(),
    state: z.enum(['applied', 'approving', 'returned', 'made', 'withdrawn']),
    grounds: z.string(),
    applicant: z.string(),
    createdAt: instant,
    ...decided,
    esId: z.string().nullable(),
  })
  .meta({ id: 'SealApplication' });

export function presentSealApplication(
  application: SealApplication,
): z.input<typeof sealApplicationShape> {
  const { applicantId, mandate, holder, ...rest } = application;
  return {
    ...rest,
    holder: { creditCode: holder.creditCode, name: holder.name },
    applicant: applicantId,
    validFrom: application.validFrom.toISOString(),
    validUntil: application.validUntil.toISOString(),
    mandate: mandate === null ? null : presentMandate(mandate),
    createdAt: application.createdAt.toISOString(),
    decidedAt: application.decidedAt?.toISOString() ?? null,
  };
}

export const sealingRequestShape = z
  .strictObject({
    id: z.string(),
    esId: z.string(),
    holder: creditCode,
    format: z.enum(['ofd', 'pdf']),
    sha256,
    size: z.int(),
    state: z.enum(['requested', 'approving', 'returned', 'sealed', 'withdrawn']),
    requestedBy: z.string(),
    requestedAt: instant,
    ...decided,
    signatureId: z.string().nullable(),
  })
  .meta({ id: 'SealingRequest' });

export function presentSealingRequest(
  request: SealingRequest,
): z.input<typeof sealingRequestShape> {
  return {
    id: request.id,
    esId: request.esId,
    holder: request.holder,
    format: request.format,
    sha256: request.sha256,
    size: request.size,
    state: request.state,
    requestedBy: request.requestedBy,
    requestedAt: request.requestedAt.toISOString(),
    decidedBy: request.decidedBy,
    decidedAt: request.decidedAt?.toISOString() ?? null,
    note: request.note,
    signatureId: request.signatureId,
  };
}

export const sealingShape = z
  .strictObject({
    id: z.string(),
    at: instant,
    kind: z.enum(['licence', 'document']),
    identifier: z.string(),
    documents: z.array(
      z.strictObject({ format: z.enum(['ofd', 'pdf']), sha256, timeStamp: timeStampState }),
    ),
    by: z.string().nullable(),
    approvedBy: z.string().nullable(),
  })
  .meta({ id: 'Sealing' });

/** @param nameOf - display names by account id, for whom these eyes may see. */
export function presentSealing(
  sealing: Sealing,
  nameOf: (id: string | null) => string | null,
): z.input<typeof sealingShape> {
  return {
    id: sealing.id,
    at: sealing.at.toISOString(),
    kind: sealing.kind,
    identifier: sealing.identifier,
    documents: sealing.digests.map(({ format, sha256: digest, timeStamp }) => {
      return { format, sha256: digest, timeStamp };
    }),
    by: nameOf(sealing.by),
    approvedBy: nameOf(sealing.approvedBy),
  };
}
