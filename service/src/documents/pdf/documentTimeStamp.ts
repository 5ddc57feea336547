import { readSignersRules } from './signersRules.ts';
import { addToForm, addToPages, freeFieldName } from './formExtension.ts';
import { beginUpdate, requireFirstGeneration } from './incrementalUpdate.ts';
import { readPages } from './pageTree.ts';
import { openPdf } from './pdfFile.ts';
import { formatText } from './pdfObjects.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import { layOutDictionary, openGap } from './signatureDictionary.ts';
import { createWorkBudget } from './workBudget.ts';

/** A PDF that waits for its document time-stamp. */
export interface PreparedDocumentTimeStamp {
  /** What the time-stamp is made over: every byte of the file but the token's place. */
  readonly toBeStamped: Uint8Array;
  /**
   * @param token - RFC 3161 TimeStampToken, DER.
   * @returns the whole file. @throws ServiceError `INTERNAL` if the token is longer than its place.
   */
  complete(token: Uint8Array): Uint8Array;
}

/** Room for a token with a chain of certificates: those of public authorities have 4 to 7 KiB. */
const TOKEN_BYTES = 12_288;

/**
 * Prepares a document time-stamp by incremental update (ISO 32000-2 §12.8.5): it proves that all before it, signatures
 * without a time-stamp among them, existed then.
 *
 * @param pdf - attacker-controlled, at most 256 MiB; certified against all changes it may be.
 * @param tokenBytes - room for the token.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read strictly or is encrypted.
 */
export function prepareDocumentTimeStamp(
  pdf: Uint8Array,
  tokenBytes = TOKEN_BYTES,
): PreparedDocumentTimeStamp {
  if (pdf.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  const file = openPdf(pdf, createWorkBudget());
  const [page] = readPages(file);
  if (page === undefined) throw malformed('it has no page', file.startXref);
  const update = beginUpdate(file);
  const { objects } = update;
  const dictionary = layOutDictionary(
    '/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161',
    '',
    tokenBytes,
  );
  const stamp = objects.add(dictionary.text);
  const field = objects.reserve();
  const name = formatText(freeFieldName(file, 'TimeStamp'));
  objects.put(
    field,
    `<</Type/Annot/Subtype/Widget/FT/Sig/T${name}/F 132/Rect[0 0 0 0]` +
      `/P ${requireFirstGeneration(page)} 0 R/V ${stamp} 0 R>>`,
  );
  // who certified against all changes still lets time be proven, but nothing on a page
  if (readSignersRules(file).level !== 1) addToPages(file, objects, [{ page, widget: field }]);
  addToForm(file, objects, field);
  const { bytes, offsets } = update.finish();
  const gap = openGap(bytes, (offsets.get(stamp) ?? 0) + `${stamp} 0 obj\n`.length, dictionary);
  return {
    toBeStamped: Buffer.concat(gap.covered),
    complete: (token) => gap.fill(token),
  };
}
