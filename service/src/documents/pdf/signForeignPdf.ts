import type { QrItem } from '../drawing.ts';
import type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';

/** Seal and document code to put on somebody's own PDF. */
export interface ForeignPdfSeal extends PdfSeal {
  /** The document code beside the seal, on the same page; null for none. */
  readonly qr: QrItem | null;
}

/**
 * Seals a person's own PDF by incremental update: its bytes stay as they are, earlier signatures stay valid.
 *
 * @param bytes - the PDF (attacker-controlled), at most 256 MiB.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is no PDF, encrypted, lacks the page, or certified against changes.
 */
export function signForeignPdf(bytes: Uint8Array, seal: ForeignPdfSeal): PreparedPdfSignature {
  throw new Error(`not written yet: ${bytes.length} ${seal.signerName}`);
}
