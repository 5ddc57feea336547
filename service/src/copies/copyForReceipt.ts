import type { DocumentFormat } from '@yinxin/chaincode/model';
import { hasRole, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Language } from '../language.ts';
import type { ReceiptLicence, StoredReceipt } from '../store/store.ts';
import type { AnnotatedCopy, CopyOrder, CopyParts } from './annotatedCopy.ts';
import { makeAnnotatedCopy } from './makeAnnotatedCopy.ts';
import { recordRefusal } from './recordRefusal.ts';

/** How long after its receipt copies are made, and are good. */
export const COPY_LIFE_DAYS = 30;
const DAY_MS = 86_400_000;

export interface ReceiptCopyRequest {
  readonly receiptId: string;
  /** Of a licence in the receipt. */
  readonly identifier: string;
  readonly format: DocumentFormat;
  readonly language: Language;
}

/**
 * Makes an annotated copy for whom a receipt was made: the same licence, the same fields, the same purpose.
 *
 * @throws ServiceError `RECEIPT_NOT_FOUND` (also another window's), `LICENCE_NOT_FOUND` (not in the receipt),
 * `LICENCE_NOT_IN_FORCE` (then or now), `COPY_PERIOD_OVER`; as {@link makeAnnotatedCopy}.
 */
export async function copyForReceipt(
  parts: CopyParts,
  principal: Principal,
  request: ReceiptCopyRequest,
): Promise<AnnotatedCopy> {
  const { store, clock } = parts.licences;
  const receipt = await store.receipts.find(request.receiptId);
  if (receipt === null || !isFor(receipt, principal)) {
    throw new ServiceError('RECEIPT_NOT_FOUND', `no receipt ${request.receiptId}`);
  }
  const identifier = readIdentifier(request.identifier).text;
  const licence = receipt.licences.find((one) => one.identifier === identifier);
  if (licence === undefined) {
    throw new ServiceError('LICENCE_NOT_FOUND', `the receipt does not name ${identifier}`);
  }
  const order = await orderOf(parts, receipt, principal);
  const validUntil = new Date(receipt.at.getTime() + COPY_LIFE_DAYS * DAY_MS);
  const refusal = refusalOf(licence, validUntil, clock.now());
  if (refusal !== null) {
    const reason = licence.subIndication ?? refusal.code;
    const { context, details } = order;
    await recordRefusal(parts, { identifier, reason, indication: null, context, details });
    throw refusal;
  }
  return await makeAnnotatedCopy(parts, {
    ...{ identifier, format: request.format, fields: licence.fields, validUntil },
    ...order,
    language: request.language,
  });
}

/** What the receipt itself stands against. */
function refusalOf(
  { identifier, indication, subIndication }: ReceiptLicence,
  validUntil: Date,
  now: Date,
): ServiceError | null {
  if (indication !== 'TOTAL-PASSED') {
    const verdict = subIndication ?? indication;
    const message = `${identifier} was ${verdict} when the receipt was made`;
    return new ServiceError('LICENCE_NOT_IN_FORCE', message);
  }
  return now > validUntil
    ? new ServiceError('COPY_PERIOD_OVER', `copies were made until ${validUntil.toISOString()}`)
    : null;
}

/** The clerk who got it, or another one at the same window. */
function isFor(receipt: StoredReceipt, principal: Principal): boolean {
  const isOfWindow = receipt.window !== null && receipt.window === principal.windowCode;
  return hasRole(principal, 'clerk') && (receipt.clerkId === principal.id || isOfWindow);
}

async function orderOf(
  { licences: { store } }: CopyParts,
  receipt: StoredReceipt,
  principal: Principal,
): Promise<
  Pick<
    CopyOrder,
    | 'purpose'
    | 'matter'
    | 'organisation'
    | 'window'
    | 'receiptId'
    | 'requesterId'
    | 'context'
    | 'details'
  >
> {
  const [organisation, window, matter] = await Promise.all([
    store.organisations.find(receipt.organisation),
    receipt.window === null ? null : store.windows.find(receipt.window),
    receipt.matter === null ? null : store.matters.find(receipt.matter),
  ]);
  if (organisation === null) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${receipt.organisation}`);
  }
  const { purpose, caseId } = receipt;
  return {
    ...{ purpose, matter, organisation, window },
    receiptId: receipt.id,
    requesterId: principal.id,
    context: {
      channel: 'window',
      window: principal.windowCode,
      clerk: principal.id,
      ...{ matter: receipt.matter, purpose },
    },
    details: { receipt: receipt.id, ...(caseId === null ? {} : { caseId }) },
  };
}
