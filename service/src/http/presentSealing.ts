import { z } from 'zod';
import type { SealingManner } from '../seals/sealDocument.ts';
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

/** As it was asked for; millimetres from the page's top left. */
const place = z.strictObject({
  page: z.int().nullable(),
  x: z.number().nullable(),
  y: z.number().nullable(),
  keyword: z.string().nullable(),
  occurrence: z.int().nullable(),
  straddle: z.enum(['right', 'left', 'top', 'bottom']).nullable(),
  straddleOffset: z.number().nullable(),
});

export const sealingRequestShape = z
  .strictObject({
    id: z.string(),
    esId: z.string(),
    holder: creditCode,
    format: z.enum(['ofd', 'pdf']),
    sha256,
    size: z.int(),
    /** Null for those who don't see the file: a keyword is of its text. */
    place: place.nullable(),
    state: z.enum(['requested', 'approving', 'returned', 'sealed', 'withdrawn']),
    requestedBy: z.string(),
    requestedAt: instant,
    ...decided,
    signatureId: z.string().nullable(),
  })
  .meta({ id: 'SealingRequest' });

/** @param seesFile - whether these eyes may see the file, too. */
export function presentSealingRequest(
  request: SealingRequest,
  seesFile: boolean,
): z.input<typeof sealingRequestShape> {
  return {
    id: request.id,
    esId: request.esId,
    holder: request.holder,
    format: request.format,
    sha256: request.sha256,
    size: request.size,
    place: seesFile ? presentPlace(request) : null,
    state: request.state,
    requestedBy: request.requestedBy,
    requestedAt: request.requestedAt.toISOString(),
    decidedBy: request.decidedBy,
    decidedAt: request.decidedAt?.toISOString() ?? null,
    note: request.note,
    signatureId: request.signatureId,
  };
}

function presentPlace({ place: manner }: SealingRequest): z.input<typeof place> {
  const { at, straddle } = JSON.parse(manner) as SealingManner; // written by us
  return {
    ...{ page: null, x: null, y: null, keyword: null, occurrence: null },
    ...presentPoint(at),
    straddle: straddle?.edge ?? null,
    straddleOffset: straddle?.offsetMm ?? null,
  };
}

function presentPoint(at: SealingManner['at']): Partial<z.input<typeof place>> {
  if (at === null) return {};
  return at.kind === 'point'
    ? { page: at.page, x: at.xMm, y: at.yMm }
    : { keyword: at.keyword, occurrence: at.occurrence };
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
