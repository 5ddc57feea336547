/** From PAdES-BASELINE-T to -LT: a PDF gets all that its signatures need to be judged when nobody can be asked any more. */
import { ServiceError } from '../../errors.ts';
import { parseCms } from '../../pki/cms/cmsParsing.ts';
import { addValidationData } from './addValidationData.ts';
import { openPdf } from './pdfFile.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import { readSignedFields } from './signatureFields.ts';
import { checkByteRange, decodeContents } from './signatureRanges.ts';
import type { ValidationData } from './validationData.ts';
import { createWorkBudget } from './workBudget.ts';

/**
 * Gathers what proves that certificates were not revoked.
 *
 * @param certificates - DER, attacker-controlled: of signers, time-stampers, and authorities above them.
 * @returns lists, responses, and further certificates needed: of issuers up to the root, of those who signed responses.
 */
export type ValidationSource = (certificates: readonly Uint8Array[]) => Promise<ValidationData>;

/**
 * Adds the certificates of all signatures and time-stamps, and what the source knows of them, to the document security
 * store.
 *
 * @param pdf - signed and time-stamped; attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read strictly or is encrypted; what the source throws.
 */
export async function addLongTermData(
  pdf: Uint8Array,
  source: ValidationSource,
): Promise<Uint8Array> {
  const certificates = certificatesIn(pdf);
  const gathered = await source(certificates);
  return addValidationData(pdf, {
    ...gathered,
    certificates: [...certificates, ...gathered.certificates],
  });
}

/** @returns DER of every certificate in signatures and their time-stamps; of those only that can be read. */
function certificatesIn(pdf: Uint8Array): readonly Uint8Array[] {
  if (pdf.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  const file = openPdf(pdf, createWorkBudget());
  return readSignedFields(file).flatMap(({ signature }) => {
    const { ranges } = checkByteRange(file, signature);
    const der = ranges === null ? '' : decodeContents(ranges.contents);
    return typeof der === 'string' ? [] : certificatesOf(der);
  });
}

function certificatesOf(der: Uint8Array): readonly Uint8Array[] {
  try {
    const { certificates, timeStampToken: token } = parseCms(new Uint8Array(der));
    return token === null ? certificates : [...certificates, ...parseCms(token).certificates];
  } catch (error) {
    if (error instanceof ServiceError) return []; // nobody can verify such a signature anyway
    throw error;
  }
}
