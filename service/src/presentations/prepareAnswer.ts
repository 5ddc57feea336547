import { prepareDisclosure, type PreparedDisclosure } from '../disclosure/prepareDisclosure.ts';
import type { Language } from '../language.ts';
import { issueReceipt } from '../receipts/issueReceipt.ts';
import { newReceiptId, type ReceiptLicenceFacts } from '../receipts/receipt.ts';
import type { Report } from '../report.ts';
import type { AnswerRows, LicenceFields, UsageKind } from '../store/store.ts';
import type { UseContext, UseDetails } from '../usage/recordUse.ts';
import type { Asking } from './asking.ts';
import type { PresentationParts } from './parts.ts';

/** What a clerk is told of licences, by identifier, and the receipt of it. */
export interface Answer {
  readonly reports: Readonly<Record<string, Report>>;
  readonly fields: Readonly<Record<string, LicenceFields>>;
  /** SD-JWTs that disclose just these fields. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly receiptId: string;
  readonly receipt: string;
}

export interface AnswerOrder {
  readonly kind: UsageKind;
  readonly asking: Asking;
  readonly holderHash: string | null;
  readonly licences: readonly AskedLicence[];
  readonly details: Omit<UseDetails, 'fields' | 'receipt' | 'grant' | 'caseId'>;
  readonly language: Language;
}

export interface AskedLicence {
  readonly identifier: string;
  readonly fields: readonly string[];
  readonly grant: string | null;
}

/** An answer that may leave once `rows` are durable. */
export interface PreparedAnswer {
  readonly answer: Answer;
  readonly rows: AnswerRows;
}

/**
 * Judges every licence, picks its fields, makes the records, and signs the receipt. Nothing is written.
 *
 * @throws ServiceError `KEY_UNFIT` if no receipt can be signed: then nothing is disclosed.
 */
export async function prepareAnswer(
  parts: PresentationParts,
  order: AnswerOrder,
): Promise<PreparedAnswer> {
  const { asking } = order;
  const at = parts.clock.now();
  const receiptId = newReceiptId(at);
  const prepared: (readonly [string, PreparedDisclosure])[] = [];
  for (const { identifier, fields, grant } of order.licences) {
    const disclosure = await prepareDisclosure(parts.verification, {
      ...{ identifier, fields, kind: order.kind, language: order.language },
      context: contextOf(asking),
      details: detailsOf(order, receiptId, grant),
    });
    prepared.push([identifier, disclosure]);
  }
  const { legalBasis = null } = order.details;
  const receipt = await issueReceipt(parts.receipts, {
    ...{ id: receiptId, at, legalBasis, holderHash: order.holderHash },
    ...{ organisation: asking.organisation, window: asking.window, clerk: asking.clerk },
    matter: { code: asking.matter.code, name: asking.matter.name },
    ...{ purpose: asking.purpose, caseId: asking.caseId },
    licences: await Promise.all(prepared.map((one) => toReceiptFacts(parts, ...one))),
  });
  return {
    answer: { ...toMaps(prepared), receiptId, receipt: receipt.jws },
    rows: { uses: prepared.map(([, { use }]) => use), receipt: receipt.row },
  };
}

/** The context of whatever a clerk does at their window. */
export function contextOf({ window, clerk, matter, purpose }: Asking): UseContext {
  return {
    ...{ channel: 'window', window: window.code, clerk: clerk.accountId },
    ...{ matter: matter.code, purpose },
  };
}

function detailsOf(
  { asking, details }: AnswerOrder,
  receipt: string,
  grant: string | null,
): Omit<UseDetails, 'fields'> {
  return {
    ...{ ...details, receipt },
    ...(asking.caseId === null ? {} : { caseId: asking.caseId }),
    ...(grant === null ? {} : { grant }),
  };
}

async function toReceiptFacts(
  { store }: PresentationParts,
  identifier: string,
  { report, fields, use }: PreparedDisclosure,
): Promise<ReceiptLicenceFacts> {
  const typeCode = (await store.licences.facts(identifier))?.typeCode ?? '';
  const type = await store.licenceTypes.find(typeCode);
  return {
    ...{ identifier, typeCode, typeName: type?.name ?? '', fields, use },
    ...{ indication: report.indication, subIndication: report.subIndication },
  };
}

function toMaps(
  prepared: readonly (readonly [string, PreparedDisclosure])[],
): Pick<Answer, 'reports' | 'fields' | 'credentials'> {
  return {
    reports: Object.fromEntries(prepared.map(([name, { report }]) => [name, report])),
    fields: Object.fromEntries(prepared.map(([name, { fields }]) => [name, fields])),
    credentials: Object.fromEntries(
      prepared.flatMap(([name, { credential }]) =>
        credential === null ? [] : [[name, credential]],
      ),
    ),
  };
}
