/** Which objects a later revision may change, and how. */
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { certificationLevel } from './certificationLevel.ts';
import { readPages } from './pageTree.ts';
import type { LaterSignature } from './signatureFields.ts';
import {
  asArray,
  asDictionary,
  asName,
  asReference,
  isKind,
  stringBytes,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';

export interface Revision {
  readonly file: PdfFile;
  /** The revision that was signed. */
  readonly base: PdfFile;
  /** Signatures made on later revisions. */
  readonly later: readonly LaterSignature[];
  /** Objects that differ. */
  readonly numbers: readonly number[];
}

/** @returns a sentence that names the first change that is not permitted, or null. */
export function findForbiddenChange(revision: Revision): string | null {
  const { base, file } = revision;
  const fieldNumbers = new Set(
    permittedSignatures(revision).flatMap(({ field }) => widgetNumbers(file, field)),
  );
  const context: Context = { ...revision, fieldNumbers, roles: assignRoles(base) };
  for (const number of revision.numbers) {
    const old = base.entryOf(number);
    if (old === undefined || old.kind === 'free') continue; // new: only what may refer to it matters
    if (!isPermitted(context, number)) return `object ${number} was changed after signing`;
  }
  return null;
}

interface Context extends Revision {
  /** Object numbers of later signatures' fields and their widgets. */
  readonly fieldNumbers: ReadonlySet<number>;
  readonly roles: Roles;
}

/** What objects of the signed revision are, by number. */
interface Roles {
  readonly catalogue: number | null;
  readonly form: number | null;
  readonly fields: number | null;
  readonly pages: ReadonlySet<number>;
  /** Lists of annotations. */
  readonly annotations: ReadonlySet<number>;
  readonly information: number | null;
  /** Parts of the document security store that no page uses as content. */
  readonly store: ReadonlySet<number>;
}

/** A certification against all changes leaves room for document time-stamps only. */
function permittedSignatures({ base, later }: Revision): readonly LaterSignature[] {
  if (certificationLevel(base) !== 1) return later;
  return later.filter(
    ({ field }) => asName(field.signature.entries.get('Type')) === 'DocTimeStamp',
  );
}

function widgetNumbers(file: PdfFile, { number, field }: LaterSignature['field']): number[] {
  const kids = asArray(file.resolve(field.entries.get('Kids')))?.items ?? [];
  const numbers = [number, ...kids.map((kid) => asReference(kid)?.number ?? null)];
  return numbers.filter((one) => one !== null);
}

function assignRoles(base: PdfFile): Roles {
  const catalogue = catalogueOf(base);
  const form = base.dictionaryAt(catalogue, 'AcroForm');
  const pages = readPages(base);
  const listed = (key: string): ReadonlySet<number> =>
    new Set(pages.flatMap(({ dictionary }) => numberOf(dictionary.entries.get(key))));
  const contents = listed('Contents');
  const store = [...storeNumbers(base, catalogue.entries.get('DSS'))];
  return {
    catalogue: numberOf(base.trailer.entries.get('Root'))[0] ?? null,
    form: numberOf(catalogue.entries.get('AcroForm'))[0] ?? null,
    fields: numberOf(form?.entries.get('Fields'))[0] ?? null,
    pages: new Set(pages.map(({ number }) => number)),
    annotations: listed('Annots'),
    information: numberOf(base.trailer.entries.get('Info'))[0] ?? null,
    store: new Set(store.filter((number) => !contents.has(number))),
  };
}

function numberOf(value: PdfValue | undefined): number[] {
  const reference = asReference(value);
  return reference === null ? [] : [reference.number];
}

/** Objects of the security store: itself, its records and its lists, but not the streams in them. */
function storeNumbers(base: PdfFile, store: PdfValue | undefined): Set<number> {
  const numbers = new Set<number>();
  const visit = (value: PdfValue | undefined, depth: number): void => {
    const [number] = numberOf(value);
    const resolved = base.resolve(value);
    if (depth > MAX_STORE_DEPTH || isKind(resolved, 'stream')) return;
    if (number !== undefined) numbers.add(number);
    const members = asDictionary(resolved)?.entries.values() ?? asArray(resolved)?.items ?? [];
    for (const member of members) visit(member, depth + 1);
  };
  visit(store, 0);
  return numbers;
}

const MAX_STORE_DEPTH = 4; // store, VRI, record, list, stream

function isPermitted(context: Context, number: number): boolean {
  const { base, file, roles } = context;
  const oldEntry = base.entryOf(number);
  const generation = oldEntry?.generation ?? 0;
  const before = base.resolve({ kind: 'reference', number, generation });
  const after = file.resolve({ kind: 'reference', number, generation });
  if (isEqual(before, after)) return true;
  if (number === roles.catalogue) return isCatalogueExtended(context, before, after);
  if (number === roles.form) return isFormExtended(context, before, after);
  if (number === roles.fields || roles.annotations.has(number)) {
    return isListExtended(context, before, after);
  }
  if (roles.pages.has(number)) {
    return isDictionaryChanged(before, after, {
      Annots: (old, now) => isListExtended(context, old, now),
    });
  }
  if (number === roles.information) {
    return isDictionaryChanged(before, after, { ModDate: isText, Producer: isText });
  }
  if (context.fieldNumbers.has(number)) return isFieldSigned(before, after);
  return roles.store.has(number) && isStoreExtended(context, before, after);
}

type Rule = (before: PdfValue | undefined, after: PdfValue | undefined) => boolean;

function isCatalogueExtended(context: Context, before: PdfValue, after: PdfValue): boolean {
  return isDictionaryChanged(before, after, {
    AcroForm: (old, now) => isFormExtended(context, old, now),
    DSS: (old, now) => isLink(old, now) || isStoreDictionary(context.file.resolve(now)),
    Extensions: (_old, now) => asDictionary(context.file.resolve(now)) !== null,
    Version: (_old, now) => isKind(now, 'name'),
  });
}

/** The form may come into being, and gain fields of later signatures. */
function isFormExtended(
  context: Context,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  if (isLink(before, after)) return true; // the object behind it is judged by itself
  const old = before === undefined ? EMPTY : context.base.resolve(before);
  return isDictionaryChanged(old, context.file.resolve(after), {
    Fields: (oldFields, newFields) => isListExtended(context, oldFields, newFields),
    SigFlags: (_old, now) => typeof now === 'number',
  });
}

/** Nothing may leave the list or change its place; only fields of later signatures may join it, at the end. */
function isListExtended(
  context: Context,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  if (isLink(before, after)) return true;
  const old = before === undefined ? [] : asArray(context.base.resolve(before))?.items;
  const now = asArray(context.file.resolve(after))?.items;
  if (old === undefined || now === undefined) return false;
  const added = now.slice(old.length).map((item) => asReference(item)?.number ?? -1);
  return (
    old.every((item, i) => isEqual(item, now[i])) &&
    added.every((number) => context.fieldNumbers.has(number) && isNew(context.base, number))
  );
}

function isNew(base: PdfFile, number: number): boolean {
  const entry = base.entryOf(number);
  return entry === undefined || entry.kind === 'free';
}

/** An empty signature field that was there may be signed and shown. */
function isFieldSigned(before: PdfValue, after: PdfValue): boolean {
  const old = asDictionary(before);
  if (old === null || old.entries.has('V')) return false;
  const any: Rule = (_old, now) => now !== undefined;
  return isDictionaryChanged(before, after, { V: any, AP: any, M: any, F: any, AS: any });
}

const STORE_KEYS: readonly string[] = [
  ...['Type', 'VRI', 'Certs', 'CRLs', 'OCSPs'], // the store
  ...['Cert', 'CRL', 'OCSP', 'TU', 'TS'], // one signature's record
];

/**
 * Whether a value can only be part of a document security store. No page, form or content has nothing but such keys,
 * so that nothing visible can hide here.
 */
function isStoreDictionary(value: PdfValue): boolean {
  if (!isKind(value, 'dictionary') || value.isAmbiguous) return false;
  return [...value.entries.keys()].every(
    (key) => STORE_KEYS.includes(key) || /^[0-9A-F]{40}$/u.test(key),
  );
}

/** Lists of the store only grow, and hold nothing but streams. */
function isStoreExtended({ base, file }: Revision, before: PdfValue, after: PdfValue): boolean {
  const old = asArray(before)?.items;
  const now = asArray(after)?.items;
  if (old === undefined || now === undefined) {
    return isStoreDictionary(before) && isStoreDictionary(after);
  }
  return (
    old.every((item, i) => isEqual(item, now[i]) && isKind(base.resolve(item), 'stream')) &&
    now.every((item) => isKind(file.resolve(item), 'stream'))
  );
}

/** Whether two dictionaries differ only in members that have a rule, and each such member follows it. */
function isDictionaryChanged(
  before: PdfValue,
  after: PdfValue,
  rules: Readonly<Record<string, Rule>>,
): boolean {
  if (!isKind(before, 'dictionary') || !isKind(after, 'dictionary')) return false;
  if (before.isAmbiguous || after.isAmbiguous) return false;
  for (const key of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    const [old, now] = [before.entries.get(key), after.entries.get(key)];
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (old !== undefined && now !== undefined && isEqual(old, now)) continue;
    if (now === undefined || rule?.(old, now) !== true) return false;
  }
  return true;
}

const EMPTY: PdfDictionary = {
  kind: 'dictionary',
  entries: new Map(),
  isAmbiguous: false,
  source: new Uint8Array(),
  start: 0,
  end: 0,
};

function isText(_before: PdfValue | undefined, after: PdfValue | undefined): boolean {
  return isKind(after, 'string');
}

/** Both are the same reference. */
function isLink(before: PdfValue | undefined, after: PdfValue | undefined): boolean {
  return asReference(before) !== null && before !== undefined && isEqual(before, after);
}

/** Whether two values say the same; references by number, streams never. */
function isEqual(before: PdfValue, after: PdfValue | undefined): boolean {
  if (after === undefined || before === null || typeof before !== 'object') return before === after;
  if (after === null || typeof after !== 'object' || before.kind !== after.kind) return false;
  switch (before.kind) {
    case 'name':
      return isKind(after, 'name') && before.name === after.name;
    case 'string':
      return (
        isKind(after, 'string') && Buffer.compare(stringBytes(before), stringBytes(after)) === 0
      );
    case 'reference':
      return (
        isKind(after, 'reference') &&
        before.number === after.number &&
        before.generation === after.generation
      );
    case 'array':
      return isKind(after, 'array') && areItemsEqual(before.items, after.items);
    case 'dictionary':
      return isDictionaryChanged(before, after, {});
    case 'stream':
      return false;
  }
}

function areItemsEqual(before: readonly PdfValue[], after: readonly PdfValue[]): boolean {
  return before.length === after.length && before.every((item, i) => isEqual(item, after[i]));
}
