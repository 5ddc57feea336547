import { malformed } from './pdfParser.ts';
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import {
  asDictionary,
  asName,
  asReference,
  isKind,
  stringText,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';

/** A signature field that has been signed. */
export interface SignedField {
  /** Fully qualified name (ISO 32000-1 §12.7.3.2). */
  readonly name: string;
  /** Object number of the field; null if it stands directly in another object. */
  readonly number: number | null;
  readonly field: PdfDictionary;
  /** Value of the field: the signature dictionary. */
  readonly signature: PdfDictionary;
}

/** A signature of the newest revision whose byte range was found in order. */
export interface LaterSignature {
  readonly field: SignedField;
  /** The signed revision is the file's first n bytes. */
  readonly signedLength: number;
}

const MAX_FIELDS = 10_000;
const MAX_FIELD_DEPTH = 32;

interface Walk {
  readonly file: PdfFile;
  readonly found: SignedField[];
  readonly seen: Set<number>;
}

/**
 * Finds the signed signature fields of the interactive form, in the order of its tree.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if the tree goes in circles or is too large.
 */
export function readSignedFields(file: PdfFile): readonly SignedField[] {
  const form = file.dictionaryAt(catalogueOf(file), 'AcroForm');
  const walk: Walk = { file, found: [], seen: new Set() };
  for (const root of file.itemsOf(form?.entries.get('Fields'))) {
    visit(walk, root, { name: '', type: null, value: null }, 0);
  }
  return walk.found;
}

/** What a field takes over from its parent (§12.7.3.1). */
interface Inherited {
  readonly name: string;
  readonly type: PdfValue;
  readonly value: PdfValue;
}

function visit(walk: Walk, node: PdfValue, inherited: Inherited, depth: number): void {
  const { file } = walk;
  const number = enter(walk, node, depth);
  const field = asDictionary(file.resolve(node));
  if (field === null) return;
  const own = inherit(file, field, inherited);
  const children = file.itemsOf(field.entries.get('Kids')).filter((kid) => isField(file, kid));
  for (const child of children) visit(walk, child, own, depth + 1);
  const signature = asDictionary(own.value);
  if (children.length === 0 && asName(own.type) === 'Sig' && signature !== null) {
    walk.found.push({ name: own.name, number, field, signature });
  }
}

/** @returns object number of the field, or null. */
function enter({ file, seen }: Walk, node: PdfValue, depth: number): number | null {
  const number = asReference(node)?.number ?? null;
  if (number !== null && seen.has(number))
    throw malformed('form fields go in circles', file.startXref);
  if (number !== null) seen.add(number);
  if (depth > MAX_FIELD_DEPTH || seen.size > MAX_FIELDS) {
    throw malformed('too many form fields', file.startXref);
  }
  return number;
}

/** A kid with a partial name is a field; one without is just another widget of this field. */
function isField(file: PdfFile, kid: PdfValue): boolean {
  return asDictionary(file.resolve(kid))?.entries.has('T') === true;
}

function inherit(file: PdfFile, field: PdfDictionary, inherited: Inherited): Inherited {
  const partial = file.resolve(field.entries.get('T'));
  const name = isKind(partial, 'string') ? stringText(partial) : null;
  return {
    name: [inherited.name, name].filter((part) => part !== null && part !== '').join('.'),
    type: field.entries.has('FT') ? file.resolve(field.entries.get('FT')) : inherited.type,
    value: field.entries.has('V') ? file.resolve(field.entries.get('V')) : inherited.value,
  };
}
