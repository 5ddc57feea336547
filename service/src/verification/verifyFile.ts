import { formatOf } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import { conclude } from '../report.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import { licenceOf, readSealedFile, type NamedLicence, type ReadFile } from './readSealedFile.ts';
import { trustForVerdict } from './recognition.ts';
import type { Finding } from './report.ts';
import { verifyCopy } from './verifyCopy.ts';
import { verifyLicenceFile } from './verifyLicenceFile.ts';
import { verifyReceiptPdf } from './verifyReceiptPdf.ts';
import { verifySignedDocument } from './verifySealedDocument.ts';
import { checkVisible } from './visible/visibleChecks.ts';

/**
 * Verifies an uploaded OFD or PDF: its seals, then the ledger's word on the licence or seal signature it is.
 *
 * @param bytes - attacker-controlled.
 * @param purpose - what an annotated copy is to be accepted for; absent: nobody said.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export async function verifyFile(
  parts: VerificationParts,
  bytes: Uint8Array,
  time: VerificationTime,
  purpose?: string,
): Promise<Finding> {
  const format = formatOf(bytes);
  if (format === null) throw new ServiceError('DOCUMENT_MALFORMED', 'neither OFD nor PDF');
  const judging = await trustForVerdict(parts);
  const read = (at: Date): ReadFile => readSealedFile(bytes, format, { trust: judging.trust, at });
  const file = read(time.at);
  const licence = licenceOf(file);
  const known = { file, read, time, judging };
  if (licence === null && file.receipt !== null) {
    return await verifyReceiptPdf(parts, bytes, { ...known, receipt: file.receipt });
  }
  const finding =
    licence !== null
      ? await verifyLicenceFile(parts, bytes, { ...known, licence })
      : file.copy !== null
        ? await verifyCopy(parts, bytes, { ...known, copy: file.copy, purpose })
        : await verifySignedDocument(parts, bytes, known);
  return isOriginal(finding) ? finding : await addVisible(parts, finding, { bytes, file, licence });
}

/** Byte for byte what was issued or sealed here: what it shows was right then. */
function isOriginal({ checks }: Finding): boolean {
  return checks.some(
    ({ name, indication }) =>
      (name === 'file.digest' ||
        name === 'sealSignature.recorded' ||
        name === 'personalSignature.recorded') &&
      indication === 'TOTAL-PASSED',
  );
}

/**
 * Looks at what a file shows, which stands before its bearing no signature and after what is known of one. Where a signature
 * has failed, there is nothing more to find out.
 */
async function addVisible(
  { visible, store }: VerificationParts,
  finding: Finding,
  read: Readonly<{ bytes: Uint8Array; file: ReadFile; licence: NamedLicence | null }>,
): Promise<Finding> {
  const isSigned = !finding.checks.some(({ subIndication }) => subIndication === 'NOT_SIGNED');
  const isFailed = conclude(finding.checks).indication === 'TOTAL-FAILED';
  if (visible === undefined || (isSigned && isFailed)) return finding;
  const { bytes, file, licence } = read;
  const { format, holderName } = file;
  const named = licence?.text ?? null;
  const seen = await checkVisible(
    { ...visible, store },
    { bytes, format, holderName, named, isSealed: isSigned },
  );
  const claimed = isSigned || finding.licence !== null ? null : seen.licence;
  return {
    ...finding,
    ...(claimed === null
      ? {}
      : { licence: claimed, subject: { kind: 'licence', identifier: claimed } as const }),
    checks: isSigned ? [...finding.checks, ...seen.checks] : [...seen.checks, ...finding.checks],
  };
}
