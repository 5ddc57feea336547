import { formatDictionary, formatValue } from './formatValue.ts';
import { beginUpdate, requireFirstGeneration } from './incrementalUpdate.ts';
import { catalogueOf, openPdf, type PdfFile } from './pdfFile.ts';
import { formatStream, type PdfObjects } from './pdfObjects.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import { asReference, isKind, type PdfDictionary } from './pdfValue.ts';
import type { ValidationData } from './validationData.ts';
import { createWorkBudget } from './workBudget.ts';

/** Members of the store and what they hold (ISO 32000-2 table 261). */
const LISTS = [
  ['Certs', 'certificates'],
  ['CRLs', 'crls'],
  ['OCSPs', 'ocspResponses'],
] as const;

/**
 * Adds certificates, revocation lists and responses to the document security store by incremental update: what a
 * verifier needs long after they can be fetched no more (PAdES-BASELINE-LT). What is there already stays, and is not
 * added twice. No `VRI`: it would only say again which of them one signature needs.
 *
 * @param pdf - attacker-controlled, at most 256 MiB; certified against all changes it may be.
 * @returns the same bytes if nothing is new.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read strictly or is encrypted.
 */
export function addValidationData(pdf: Uint8Array, data: ValidationData): Uint8Array {
  if (pdf.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  const file = openPdf(pdf, createWorkBudget());
  const catalogue = catalogueOf(file);
  const store = file.dictionaryAt(catalogue, 'DSS');
  const update = beginUpdate(file);
  const changes = new Map<string, string>();
  for (const [key, member] of LISTS) {
    const list = extendList(file, store, key, { objects: update.objects, added: data[member] });
    if (list !== null) changes.set(key, list);
  }
  if (changes.size === 0) return pdf;
  const text = formatDictionary(store ?? EMPTY_STORE, changes);
  const reference = asReference(catalogue.entries.get('DSS'));
  const root = asReference(file.trailer.entries.get('Root'));
  if (store !== null && reference !== null) {
    update.objects.put(requireFirstGeneration(reference), text);
  } else if (root !== null) {
    const members = new Map([['DSS', `${update.objects.add(text)} 0 R`]]);
    update.objects.put(requireFirstGeneration(root), formatDictionary(catalogue, members));
  }
  return new Uint8Array(update.finish().bytes);
}

const EMPTY_STORE: Pick<PdfDictionary, 'entries'> = {
  entries: new Map([['Type', { kind: 'name', name: 'DSS' }]]),
};

/** @returns the list with new streams at its end; null if there are none. */
function extendList(
  file: PdfFile,
  store: PdfDictionary | null,
  key: string,
  { objects, added }: { readonly objects: PdfObjects; readonly added: readonly Uint8Array[] },
): string | null {
  const items = file.itemsOf(store?.entries.get(key));
  const known = new Set(
    items.map((item) => {
      const stream = file.resolve(item);
      return isKind(stream, 'stream') ? digitsOf(file.streamData(stream)) : '';
    }),
  );
  const fresh = new Map(added.map((der) => [digitsOf(der), der]));
  for (const digits of known) fresh.delete(digits);
  if (fresh.size === 0) return null;
  const numbers = [...fresh.values()].map((der) => `${objects.add(...formatStream('', der))} 0 R`);
  return `[${[...items.map(formatValue), ...numbers].join(' ')}]`;
}

function digitsOf(der: Uint8Array): string {
  return Buffer.from(der).toString('base64');
}
