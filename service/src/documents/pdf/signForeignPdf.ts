import { readSignersRules } from './signersRules.ts';
import { addToForm, addToPages, freeFieldName } from './formExtension.ts';
import { beginUpdate } from './incrementalUpdate.ts';
import { openPdf, type PdfFile } from './pdfFile.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import type { PreparedPdfSignature } from './pdfSeal.ts';
import { addWidgets, placeWidgets, type ForeignPdfSeal } from './sealWidgets.ts';
import { formatSignatureDictionary, prepareSignature } from './signatureDictionary.ts';
import { createWorkBudget } from './workBudget.ts';

export type { ForeignPdfSeal } from './sealWidgets.ts';

/**
 * Seals a person's own PDF by incremental update: its bytes stay as they are, earlier signatures stay valid. Seal and
 * code are the appearance of the signature field, not page content: verifiers know them as part of the signature. A seal
 * with further places, such as strips over page edges, is one field with a widget at each of them.
 *
 * @param bytes - the PDF (attacker-controlled), at most 256 MiB.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read, is encrypted, lacks the page, or is certified or
 * locked against further signatures; `REQUEST_MALFORMED` if seal or code would not lie on the page.
 */
export function signForeignPdf(bytes: Uint8Array, seal: ForeignPdfSeal): PreparedPdfSignature {
  if (bytes.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  const file = openPdf(bytes, createWorkBudget());
  const name = freeFieldName(file, 'Seal');
  requireSealable(file, name);
  const widgets = placeWidgets(file, seal);

  const update = beginUpdate(file);
  const { objects } = update;
  const dictionary = formatSignatureDictionary(seal);
  const signature = objects.add(dictionary.text);
  const { field, onPages } = addWidgets(objects, seal, { name, signature, widgets });
  addToPages(file, objects, onPages);
  addToForm(file, objects, field);
  const sealed = update.finish();
  const header = `${signature} 0 obj\n`.length;
  const at = (sealed.offsets.get(signature) ?? 0) + header;
  return prepareSignature(sealed.bytes, at, dictionary, seal);
}

/** Earlier signers may have had their say on what comes after them. */
function requireSealable(file: PdfFile, fieldName: string): void {
  const { level, isLocked } = readSignersRules(file);
  if (level === 1) throw malformed('its author certified it against every change', file.startXref);
  if (isLocked(fieldName)) {
    throw malformed('an earlier signer locked all of its fields, new ones too', file.startXref);
  }
}
