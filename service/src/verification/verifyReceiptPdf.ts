import type { ReceiptFile } from '../credentials/receiptFile.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { conclude, failed, passed, type Check } from '../report.ts';
import type { VerificationParts } from './parts.ts';
import type { KnownFile } from './readSealedFile.ts';
import type { Finding } from './report.ts';
import { verifyReceipt } from './verifyReceipt.ts';
import { verifySignedDocument } from './verifySealedDocument.ts';

/** Verifies a PDF that carries a receipt: what it shows by its seal, what it carries by its own signature. */
export async function verifyReceiptPdf(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: KnownFile & { readonly receipt: ReceiptFile },
): Promise<Finding> {
  const { receipt, file, time } = known;
  const sealed = await verifySignedDocument(parts, bytes, known);
  const { trust, endorsement = {} } = parts;
  const verdict = verifyReceipt(receipt, { trust, at: time.at, endorsement });
  const checks = [
    ...sealed.checks,
    checkSealer(receipt, file.pdfSigners[0] ?? null),
    ...verdict.checks,
  ];
  const isGenuine = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    ...{ subject: verdict.subject, licence: null, esId: sealed.esId, checks },
    ...{ statusAgeSeconds: sealed.statusAgeSeconds, since: undefined },
    currentIdentifier: undefined,
    ...(isGenuine && verdict.statement !== undefined ? { statement: verdict.statement } : {}),
  };
}

/** Every authority of a city could seal a page around a receipt of another's: it must be the receipt's own issuer. */
export function checkSealer({ receipt }: ReceiptFile, signer: Uint8Array | null): Check {
  const name = 'receipt.sealer';
  const { creditCode } = receipt.content.issuer;
  const certified = signer === null ? null : parseCertificate(signer).subject.creditCode;
  return certified === creditCode
    ? passed(name, `the page is sealed by ${creditCode}, who issued the receipt`)
    : failed(
        name,
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `issued by ${creditCode}, the page is sealed by ${certified ?? 'nobody with a credit code'}`,
      );
}
