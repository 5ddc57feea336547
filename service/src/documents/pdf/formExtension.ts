/** Joining a new field to a page and to the interactive form, in an update. */
import { formatDictionary, formatValue } from './formatValue.ts';
import { requireFirstGeneration } from './incrementalUpdate.ts';
import type { Page } from './pageTree.ts';
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import type { PdfObjects } from './pdfObjects.ts';
import { malformed } from './pdfParser.ts';
import { asArray, asReference, isKind, stringText, type PdfValue } from './pdfValue.ts';

/**
 * Joins widgets to their pages' annotations.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if two of the pages share one list of annotations.
 */
export function addToPages(
  file: PdfFile,
  objects: PdfObjects,
  onPages: readonly Readonly<{ page: Page; widget: number }>[],
): void {
  const pages = new Map<Page, number[]>();
  for (const { page, widget } of onPages) pages.set(page, [...(pages.get(page) ?? []), widget]);
  const lists = new Set<number>();
  for (const [page, widgets] of pages) {
    const annotations = page.dictionary.entries.get('Annots');
    const shared = asReference(annotations)?.number ?? null;
    if (shared !== null && lists.has(shared)) {
      throw malformed('pages share their annotations', file.startXref);
    }
    if (shared !== null) lists.add(shared);
    const list = extendList(file, objects, annotations, widgets);
    if (list === null) continue;
    const members = new Map([['Annots', list]]);
    objects.put(requireFirstGeneration(page), formatDictionary(page.dictionary, members));
  }
}

/** Joins the field to the form, which comes into being if there is none. */
export function addToForm(file: PdfFile, objects: PdfObjects, field: number): void {
  const catalogue = catalogueOf(file);
  const form = file.dictionaryAt(catalogue, 'AcroForm');
  const changes = new Map<string, string>();
  const list = extendList(file, objects, form?.entries.get('Fields'), [field]);
  if (list !== null) changes.set('Fields', list);
  if (form?.entries.get('SigFlags') !== 3) changes.set('SigFlags', '3');
  if (changes.size === 0) return;
  const text = formatDictionary(form ?? { entries: new Map() }, changes);
  const formReference = asReference(catalogue.entries.get('AcroForm'));
  const root = asReference(file.trailer.entries.get('Root'));
  if (form !== null && formReference !== null) {
    objects.put(requireFirstGeneration(formReference), text);
  } else if (root !== null) {
    const members = new Map([['AcroForm', text]]);
    objects.put(requireFirstGeneration(root), formatDictionary(catalogue, members));
  }
}

/** @returns the longer list as text for whoever holds it; null if it is an object of its own, now replaced. */
function extendList(
  file: PdfFile,
  objects: PdfObjects,
  list: PdfValue | undefined,
  added: readonly number[],
): string | null {
  const items = file.itemsOf(list);
  const references = added.map((number) => `${number} 0 R`);
  const text = `[${[...items.map(formatValue), ...references].join(' ')}]`;
  const reference = asReference(list);
  if (reference === null || asArray(file.resolve(list)) === null) return text;
  objects.put(requireFirstGeneration(reference), text);
  return null;
}

/** @returns a name that no field on the top level has (ISO 32000-1 §12.7.3.2). */
export function freeFieldName(file: PdfFile, base: string): string {
  const form = file.dictionaryAt(catalogueOf(file), 'AcroForm');
  const fields = file.itemsOf(form?.entries.get('Fields'));
  const names = new Set(
    fields.map((field) => {
      const dictionary = file.resolve(field);
      const name = isKind(dictionary, 'dictionary')
        ? file.resolve(dictionary.entries.get('T'))
        : null;
      return isKind(name, 'string') ? stringText(name) : '';
    }),
  );
  let number = names.size + 1;
  while (names.has(`${base}${number}`)) number++;
  return `${base}${number}`;
}
