import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { malformed } from './pdfParser.ts';
import {
  asDictionary,
  asName,
  asReference,
  isKind,
  stringText,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';

/** A node of the interactive form's tree (ISO 32000-1 §12.7.3). */
export interface FormField {
  /** Place in the order of the tree. */
  readonly index: number;
  /** `group` has fields below; `terminal` holds the value; `widget` only shows the terminal field above it. */
  readonly kind: 'group' | 'terminal' | 'widget';
  /** Fully qualified name (§12.7.3.2). */
  readonly name: string;
  /** Object number; null if it stands directly in another object. */
  readonly number: number | null;
  readonly dictionary: PdfDictionary;
  /** `FT`, inherited or own. */
  readonly type: string | null;
  /** `V`, inherited or own, resolved. */
  readonly value: PdfValue;
}

const MAX_FIELDS = 10_000;
const MAX_FIELD_DEPTH = 32;

interface Walk {
  readonly file: PdfFile;
  readonly found: FormField[];
  readonly seen: Set<number>;
}

/**
 * Reads all fields and widgets of the interactive form.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if the tree goes in circles or is too large.
 */
export function readFormFields(file: PdfFile): readonly FormField[] {
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
  const dictionary = asDictionary(file.resolve(node));
  if (dictionary === null) return;
  const own = inherit(file, dictionary, inherited);
  const kids = file.itemsOf(dictionary.entries.get('Kids'));
  const isGroup = kids.some((kid) => isField(file, kid));
  const isWidget = depth > 0 && !dictionary.entries.has('T');
  const kind = isGroup ? 'group' : isWidget ? 'widget' : 'terminal';
  const index = walk.found.length;
  walk.found.push({
    ...{ index, kind, number, dictionary },
    ...{ name: own.name, type: asName(own.type), value: own.value },
  });
  for (const kid of kids) visit(walk, kid, own, depth + 1);
}

/** @returns object number of the field, or null. */
function enter({ file, seen, found }: Walk, node: PdfValue, depth: number): number | null {
  const number = asReference(node)?.number ?? null;
  if (number !== null && seen.has(number))
    throw malformed('form fields go in circles', file.startXref);
  if (number !== null) seen.add(number);
  if (depth > MAX_FIELD_DEPTH || found.length > MAX_FIELDS) {
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
