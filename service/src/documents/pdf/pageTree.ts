import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { malformed } from './pdfParser.ts';
import {
  asArray,
  asDictionary,
  asReference,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';

export interface Page {
  readonly number: number;
  readonly generation: number;
  readonly dictionary: PdfDictionary;
  /** Members that pages take over from the tree above (ISO 32000-1 §7.7.3.4), resolved. */
  inherited(key: string): PdfValue;
}

const MAX_PAGES = 100_000;
const MAX_TREE_DEPTH = 50;

/**
 * Reads the pages in order.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if the tree goes in circles or is too large.
 */
export function readPages(file: PdfFile): readonly Page[] {
  const pages: Page[] = [];
  const seen = new Set<number>();
  const visit = (node: PdfValue | undefined, above: readonly PdfDictionary[]): void => {
    const reference = asReference(node);
    const dictionary = asDictionary(file.resolve(node));
    if (reference === null || dictionary === null) throw malformed('page tree', file.startXref);
    if (seen.has(reference.number) || seen.size > MAX_PAGES || above.length > MAX_TREE_DEPTH) {
      throw malformed('page tree goes in circles or is too large', file.startXref);
    }
    seen.add(reference.number);
    const chain = [dictionary, ...above];
    const kids = asArray(file.resolve(dictionary.entries.get('Kids')));
    for (const kid of kids?.items ?? []) visit(kid, chain);
    if (kids !== null) return;
    pages.push({
      number: reference.number,
      generation: reference.generation,
      dictionary,
      inherited(key) {
        const holder = chain.find((one) => one.entries.has(key));
        return file.resolve(holder?.entries.get(key));
      },
    });
  };
  visit(catalogueOf(file).entries.get('Pages'), []);
  return pages;
}
