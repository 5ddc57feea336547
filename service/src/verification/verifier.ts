import { isDocumentCodeText, parseDocumentCode } from '../credentials/documentCode.ts';
import { isReceiptCodeText, parseReceiptCode } from '../credentials/receiptCode.ts';
import { isReceiptText } from '../credentials/receiptFile.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Language } from '../language.ts';
import type { Report } from '../report.ts';
import { recordUse, type UseContext } from '../usage/recordUse.ts';
import { viewLicence } from './ledgerView.ts';
import { checkLicence } from './licenceChecks.ts';
import { verificationTime, type VerificationParts, type VerificationTime } from './parts.ts';
import { toReport, type Finding } from './report.ts';
import { verifyCode } from './verifyCode.ts';
import { verifyReceiptCodeOnline } from './verifyReceiptUpload.ts';
import { verifyCredentialText } from './verifyCredentialText.ts';
import { verifyUpload } from './verifyUpload.ts';
import { withStatus } from './withStatus.ts';

/** What is to be verified; all of it attacker-controlled. */
export type Evidence =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'identifier'; readonly text: string }
  | { readonly kind: 'credential'; readonly text: string }
  | {
      readonly kind: 'file';
      readonly bytes: Uint8Array;
      /** What an annotated copy is to be accepted for; absent: nobody said. */
      readonly purpose?: string | undefined;
    };

export interface VerificationRequest {
  readonly evidence: Evidence;
  readonly at?: Date | undefined;
  readonly knownAt?: Date | undefined;
  readonly language: Language;
  readonly context: UseContext;
}

/**
 * Verifies whatever it is given, records the use durably, and reports.
 *
 * @returns the report; a forged or revoked document is a report, not an error.
 * @throws ServiceError `CODE_MALFORMED`, `DOCUMENT_MALFORMED` for what is nothing we know; `STORE_UNAVAILABLE` when the
 * use cannot be recorded: then nothing is disclosed.
 */
export async function verify(
  parts: VerificationParts,
  request: VerificationRequest,
): Promise<Report> {
  const { report, licence, esId } = await examine(parts, request);
  const holderHash = licence === null ? null : await parts.store.licences.holderHash(licence);
  await recordUse(
    { clock: parts.clock, usage: parts.store.usage },
    {
      kind: 'verification',
      outcome: 'answered',
      reason: report.subIndication,
      subject: report.subject,
      licence,
      esId,
      indication: report.indication,
      holderHash,
    },
    request.context,
  );
  return report;
}

/** A report and what it is about. */
export interface Examined {
  readonly report: Report;
  /** Identifier of the licence it concerns; null if none. */
  readonly licence: string | null;
  readonly esId: string | null;
}

/**
 * Verifies without recording: for who writes the record together with something else. Nothing may leave before that.
 *
 * @throws ServiceError `CODE_MALFORMED`, `DOCUMENT_MALFORMED`.
 */
export async function examine(
  parts: VerificationParts,
  request: Omit<VerificationRequest, 'context'>,
): Promise<Examined> {
  await parts.prepareTrust?.();
  const time = verificationTime(parts.clock, request);
  const finding = await findEvidence(parts, request.evidence, time);
  const { licence, esId } = finding;
  return { report: toReport(finding, time, request.language), licence, esId };
}

async function findEvidence(
  parts: VerificationParts,
  evidence: Evidence,
  time: VerificationTime,
): Promise<Finding> {
  switch (evidence.kind) {
    case 'code':
      return await verifyText(parts, evidence.text, time);
    case 'identifier':
      return await verifyIdentifier(parts, evidence.text, time);
    case 'credential':
      return await (isReceiptText(evidence.text.trim())
        ? verifyFileOrText(parts, { bytes: new TextEncoder().encode(evidence.text) }, time)
        : verifyCredentialText(parts, evidence.text, time));
    case 'file':
      return await verifyFileOrText(parts, evidence, time);
  }
}

async function verifyFileOrText(
  parts: VerificationParts,
  { bytes, purpose }: Readonly<{ bytes: Uint8Array; purpose?: string | undefined }>,
  time: VerificationTime,
): Promise<Finding> {
  return await withStatus(parts, (asking) => verifyUpload(asking, bytes, time, purpose));
}

async function verifyText(
  parts: VerificationParts,
  text: string,
  time: VerificationTime,
): Promise<Finding> {
  if (isReceiptCodeText(text)) {
    return await verifyReceiptCodeOnline(parts, parseReceiptCode(text), time);
  }
  if (!isDocumentCodeText(text)) {
    throw new ServiceError('CODE_MALFORMED', 'text is no code of a known kind');
  }
  return await verifyCode(parts, parseDocumentCode(text), time);
}

async function verifyIdentifier(
  parts: VerificationParts,
  text: string,
  time: VerificationTime,
): Promise<Finding> {
  const asked = readIdentifier(text);
  const view = await viewLicence(parts.ledger, asked, time);
  return {
    subject: { kind: 'licence', identifier: asked.text },
    licence: asked.text,
    esId: view.version?.sealSignature.esId ?? null,
    statusAgeSeconds: view.ageSeconds,
    since: view.licence?.since,
    currentIdentifier: view.licence?.identifier,
    checks: checkLicence(asked, view, time),
  };
}
