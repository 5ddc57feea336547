import { ServiceError } from '../../errors.ts';
import { conclude, failed, passed, type Check } from '../../report.ts';
import { readAttachedFile } from './attachedFile.ts';
import { checkLaterContent } from './laterContent.ts';
import type { PdfAttachment } from './pdfContent.ts';
import { openPdf, type PdfFile } from './pdfFile.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import type { PdfQuestion, PdfSignatureResult, PdfVerification } from './pdfVerification.ts';
import { readSignedFields, type LaterSignature, type SignedField } from './signatureFields.ts';
import { checkByteRange, type SignatureRanges } from './signatureRanges.ts';
import { readValidationData, type ValidationData } from './validationData.ts';
import { earlier, verifySignature } from './verifySignature.ts';
import { createWorkBudget, type WorkBudget } from './workBudget.ts';

export type { PdfQuestion, PdfSignatureResult, PdfVerification } from './pdfVerification.ts';

const MAX_SIGNATURES = 64;
const MAX_REVISIONS_TRIED = 8;

/**
 * Verifies every signature of a PDF: format, byte range, digest, signature value, signer, path, later content. Revocation
 * is judged where the trust asks for it; lists and responses in the document help.
 *
 * @param bytes - attacker-controlled, at most 256 MiB; work is bounded.
 * @throws ServiceError `DOCUMENT_MALFORMED` if the bytes are no PDF that can be read, or demand too much work.
 */
export function verifyPdf(bytes: Uint8Array, question: PdfQuestion): PdfVerification {
  if (bytes.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  const budget = createWorkBudget();
  const newest = openNewestReadable(bytes, budget);
  const fields = readSignedFields(newest);
  if (fields.length > MAX_SIGNATURES) throw malformed('more than 64 signatures', 0);
  const validationData = readValidationData(newest);
  const parts: Parts = { bytes, newest, question, validationData, budget };
  const signatures = verifyFields(parts, fields);
  return {
    signatures,
    documentChecks: [checkPresence(signatures)],
    metadata: readMetadata(parts, signatures),
    validationData,
  };
}

interface Parts {
  /** All of the file, also what behind the newest readable revision cannot be read. */
  readonly bytes: Uint8Array;
  readonly newest: PdfFile;
  readonly question: PdfQuestion;
  readonly validationData: ValidationData;
  readonly budget: WorkBudget;
}

/** Something unreadable behind a readable revision is judged as an addition to it, not as "no document". */
function openNewestReadable(bytes: Uint8Array, budget: WorkBudget): PdfFile {
  try {
    return openWithFields(bytes, budget);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const earlier = openEarlier(bytes, budget);
    if (earlier === null) throw error;
    return earlier;
  }
}

function openEarlier(bytes: Uint8Array, budget: WorkBudget): PdfFile | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = buffer.length;
  for (let i = 0; i < MAX_REVISIONS_TRIED; i++) {
    const mark = end < MARK.length ? -1 : buffer.lastIndexOf(MARK, end - MARK.length);
    if (mark === -1) return null;
    end = mark;
    try {
      const file = openWithFields(bytes.subarray(0, endOfLine(bytes, mark + MARK.length)), budget);
      if (readSignedFields(file).length > 0) return file;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  return null;
}

const MARK = '%%EOF';

/** The line end behind the mark belongs to the revision, and so to what a signature on it covers. */
function endOfLine(bytes: Uint8Array, position: number): number {
  const afterReturn = bytes[position] === 13 ? position + 1 : position;
  return bytes[afterReturn] === 10 ? afterReturn + 1 : afterReturn;
}

/** Opening alone reads no object: a file is readable if its form is. */
function openWithFields(bytes: Uint8Array, budget: WorkBudget): PdfFile {
  const file = openPdf(bytes, budget);
  readSignedFields(file);
  return file;
}

interface RangedField {
  readonly field: SignedField;
  readonly check: Check;
  readonly ranges: SignatureRanges | null;
}

function verifyFields(parts: Parts, fields: readonly SignedField[]): PdfSignatureResult[] {
  const { newest, bytes } = parts;
  const ranged: RangedField[] = fields.map((field) => ({
    field,
    ...checkByteRange(newest, field.signature),
  }));
  const lengthOf = ({ ranges }: RangedField): number => ranges?.signedLength ?? 0;
  ranged.sort((a, b) => lengthOf(a) - lengthOf(b));
  const sound = ranged.flatMap(({ field, ranges }) =>
    ranges === null ? [] : [{ field, signedLength: ranges.signedLength }],
  );
  // from the last one back: what a document time-stamp proves of itself, it proves of all that it covers
  let provenBy = parts.question.at;
  const results = ranged.toReversed().map(({ field, check, ranges }) => {
    const result = verifySignature({ ...parts, field, rangeCheck: check, ranges, provenBy });
    if (isProof(result)) provenBy = earlier(provenBy, result.timeStampedAt);
    const later = ranges === null ? null : checkRest(parts, field, ranges.signedLength, sound);
    return {
      ...result,
      checks: later === null ? result.checks : [...result.checks, later],
      coversWholeFile: ranges?.signedLength === bytes.length,
    };
  });
  return results.toReversed();
}

function isProof({ kind, checks }: PdfSignatureResult): boolean {
  return kind === 'documentTimeStamp' && conclude(checks).indication === 'TOTAL-PASSED';
}

/** Whether the signed revision holds this very signature, and what came behind it. */
function checkRest(
  { bytes, newest, budget }: Parts,
  field: SignedField,
  signedLength: number,
  signatures: readonly LaterSignature[],
): Check {
  return newest.bytes.length === bytes.length
    ? checkLaterContent({ file: newest, field, signedLength, signatures, budget })
    : failed(
        'pdf.laterContent',
        'UNSIGNED_CONTENT',
        'what stands behind the signed bytes cannot be read',
      );
}

function checkPresence(signatures: readonly PdfSignatureResult[]): Check {
  const count = signatures.filter(({ kind }) => kind === 'signature').length;
  return count === 0
    ? failed('pdf.signed', 'NOT_SIGNED', 'the document carries no signature')
    : passed('pdf.signed', `the document carries ${count} signature${count === 1 ? '' : 's'}`);
}

/** Of a signed document only what the first signature covers is its issuer's word. */
function readMetadata(
  { newest, budget }: Parts,
  signatures: readonly PdfSignatureResult[],
): PdfAttachment | null {
  const first = signatures.find(
    ({ kind, signedLength }) => kind === 'signature' && signedLength > 0,
  );
  const isNewest = first === undefined || first.signedLength === newest.bytes.length;
  try {
    return readAttachedFile(
      isNewest ? newest : openPdf(newest.bytes.subarray(0, first.signedLength), budget),
    );
  } catch (error) {
    if (error instanceof ServiceError) return null; // no metadata is an answer; the checks tell why
    throw error;
  }
}
