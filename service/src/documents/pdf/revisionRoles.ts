import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { readPages } from './pageTree.ts';
import { asArray, asDictionary, asReference, isKind, type PdfValue } from './pdfValue.ts';

/** What an object of the signed revision is, as far as later revisions may change it. */
export type Role = 'catalogue' | 'form' | 'list' | 'page' | 'information' | 'metadata' | 'store';

const MAX_STORE_DEPTH = 4; // store, VRI, record, list, stream

/** @returns roles by object number. An object in two roles has the one that allows least to be hidden. */
export function assignRoles(base: PdfFile): ReadonlyMap<number, Role> {
  const catalogue = catalogueOf(base);
  const form = base.dictionaryAt(catalogue, 'AcroForm');
  const pages = readPages(base);
  const listed = (key: string): readonly number[] =>
    pages.flatMap(({ dictionary }) => numberOf(dictionary.entries.get(key)));
  const roles = new Map<number, Role>();
  const assign = (role: Role, numbers: readonly number[]): void => {
    for (const number of numbers) roles.set(number, role);
  };
  assign('store', storeNumbers(base, catalogue.entries.get('DSS')));
  assign('metadata', numberOf(catalogue.entries.get('Metadata')));
  for (const number of listed('Contents')) roles.delete(number); // content cannot be any of these
  assign('information', numberOf(base.trailer.entries.get('Info')));
  assign('list', [...listed('Annots'), ...numberOf(form?.entries.get('Fields'))]);
  assign('form', numberOf(catalogue.entries.get('AcroForm')));
  assign('catalogue', numberOf(base.trailer.entries.get('Root')));
  for (const { number } of pages) roles.set(number, 'page');
  return roles;
}

function numberOf(value: PdfValue | undefined): number[] {
  const reference = asReference(value);
  return reference === null ? [] : [reference.number];
}

/** Objects of the security store: itself, its records and its lists, but not the streams in them. */
function storeNumbers(base: PdfFile, store: PdfValue | undefined): readonly number[] {
  const numbers = new Set<number>();
  const visit = (value: PdfValue | undefined, depth: number): void => {
    const [number] = numberOf(value);
    const resolved = base.resolve(value);
    const isSeen = number !== undefined && numbers.has(number);
    if (isSeen || depth > MAX_STORE_DEPTH || isKind(resolved, 'stream')) return;
    if (number !== undefined) numbers.add(number);
    for (const member of membersOf(resolved)) visit(member, depth + 1);
  };
  visit(store, 0);
  return [...numbers];
}

function membersOf(value: PdfValue): Iterable<PdfValue> {
  return asDictionary(value)?.entries.values() ?? asArray(value)?.items ?? [];
}
