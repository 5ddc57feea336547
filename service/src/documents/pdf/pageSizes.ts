import type { PageSize } from '../straddle.ts';
import { readPageSizes } from './pagePlacement.ts';
import { openPdf } from './pdfFile.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import { createWorkBudget } from './workBudget.ts';

/**
 * Reads how large the pages of a PDF are shown: turned, cut by their crop boxes, in their units.
 *
 * @param bytes - attacker-controlled, at most 256 MiB.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function pdfPageSizes(bytes: Uint8Array): readonly PageSize[] {
  if (bytes.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  return readPageSizes(openPdf(bytes, createWorkBudget()));
}
