/** How a later revision may change objects of the signed one: by adding signatures and what proves them. */
import { certificationLevel } from './certificationLevel.ts';
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import {
  asArray,
  asDictionary,
  asName,
  asReference,
  isKind,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';
import { assignRoles, type Role } from './revisionRoles.ts';
import type { LaterSignature } from './signatureFields.ts';
import { differsOnlyBy, isClear, isEqual, isSameReference, type Rule } from './valueComparison.ts';

export interface Revision {
  readonly file: PdfFile;
  /** The revision that was signed. */
  readonly base: PdfFile;
  /** Signatures made on later revisions. */
  readonly later: readonly LaterSignature[];
  /** Objects that differ. */
  readonly numbers: readonly number[];
}

interface Context extends Revision {
  /** Object numbers of later signatures' fields and their widgets. */
  readonly fieldNumbers: ReadonlySet<number>;
}

type Judge = (context: Context, before: PdfValue, after: PdfValue) => boolean;

const JUDGES: Readonly<Record<Role, Judge>> = {
  catalogue: isCatalogueExtended,
  form: isFormExtended,
  list: isListExtended,
  page: (context, before, after) =>
    differsOnlyBy(before, after, { Annots: (old, now) => isListExtended(context, old, now) }),
  information: (_context, before, after) =>
    differsOnlyBy(before, after, { ModDate: isString, Producer: isString }),
  metadata: (_context, before, after) => isMetadata(before) && isMetadata(after),
  store: isStoreExtended,
};

/** @returns a sentence that names the first change that is not permitted, or null. */
export function findForbiddenChange(revision: Revision): string | null {
  const { base, file } = revision;
  const fields = permittedSignatures(revision).flatMap(({ field }) => widgetNumbers(file, field));
  const context: Context = { ...revision, fieldNumbers: new Set(fields) };
  const roles = assignRoles(base);
  const forbidden = revision.numbers.find(
    // new objects are harmless: only what may refer to them matters
    (number) => !isNew(base, number) && !isPermitted(context, number, roles.get(number)),
  );
  return forbidden === undefined ? null : `object ${forbidden} was changed after signing`;
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

function isPermitted(context: Context, number: number, role: Role | undefined): boolean {
  const { base, file, fieldNumbers } = context;
  const generation = base.entryOf(number)?.generation ?? 0;
  const before = base.resolve({ kind: 'reference', number, generation });
  const after = file.resolve({ kind: 'reference', number, generation });
  if (isEqual(before, after)) return true;
  if (role !== undefined) return JUDGES[role](context, before, after);
  return fieldNumbers.has(number) && isFieldSigned(before, after);
}

function isNew(base: PdfFile, number: number): boolean {
  return (base.entryOf(number)?.kind ?? 'free') === 'free';
}

function isCatalogueExtended(context: Context, before: PdfValue, after: PdfValue): boolean {
  const { file } = context;
  return differsOnlyBy(before, after, {
    AcroForm: (old, now) => isFormExtended(context, old, now),
    DSS: (_old, now) => isStoreDictionary(file.resolve(now)),
    Extensions: (_old, now) => asDictionary(file.resolve(now)) !== null,
    Metadata: (old, now) => old === undefined && isMetadata(file.resolve(now)),
    Version: (_old, now) => isKind(now, 'name'),
  });
}

/** The form may come into being, and gain fields of later signatures. */
function isFormExtended(
  context: Context,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  if (isSameReference(before, after)) return true;
  const old = before === undefined ? EMPTY : context.base.resolve(before);
  return differsOnlyBy(old, context.file.resolve(after), {
    Fields: (oldFields, newFields) => isListExtended(context, oldFields, newFields),
    SigFlags: (_old, now) => typeof now === 'number',
    DR: (oldFonts, newFonts) => areFontsAdded(context, oldFonts, newFonts),
  });
}

const EMPTY: PdfDictionary = {
  kind: 'dictionary',
  entries: new Map(),
  isAmbiguous: false,
  source: new Uint8Array(),
  start: 0,
  end: 0,
};

/** Signing programs add the font of their appearances; harmless unless viewers shall draw the fields anew. */
function areFontsAdded(
  { base, file }: Context,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  const form = base.dictionaryAt(catalogueOf(base), 'AcroForm');
  const grows: Rule = (old, now) => {
    const known = asDictionary(old)?.entries ?? EMPTY.entries;
    return (
      isClear(now) &&
      [...known].every(([name, font]) => isEqual(font, now.entries.get(name))) &&
      [...now.entries].every(([name, font]) => known.has(name) || isNewObject(base, font))
    );
  };
  return (
    form?.entries.has('NeedAppearances') !== true &&
    differsOnlyBy(base.resolve(before), file.resolve(after), { Font: grows, Encoding: grows })
  );
}

function isNewObject(base: PdfFile, value: PdfValue): boolean {
  const reference = asReference(value);
  return reference !== null && isNew(base, reference.number);
}

/** Nothing may leave the list or change its place; only fields of later signatures may join it, at the end. */
function isListExtended(
  { base, file, fieldNumbers }: Context,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  if (isSameReference(before, after)) return true;
  const old = before === undefined ? [] : asArray(base.resolve(before))?.items;
  const now = asArray(file.resolve(after))?.items;
  if (old === undefined || now === undefined) return false;
  const added = now.slice(old.length).map((item) => asReference(item)?.number ?? -1);
  return (
    old.every((item, i) => isEqual(item, now[i])) &&
    added.every((number) => fieldNumbers.has(number) && isNew(base, number))
  );
}

/** An empty signature field that was there may be signed and shown. */
function isFieldSigned(before: PdfValue, after: PdfValue): boolean {
  const isAny: Rule = () => true;
  const isStillEmpty = asDictionary(before)?.entries.has('V') === false;
  const rules = { V: isAny, AP: isAny, M: isAny, F: isAny, AS: isAny };
  return isStillEmpty && differsOnlyBy(before, after, rules);
}

/** An XMP packet, which signing programs bring up to date; nothing of it is shown on a page. */
function isMetadata(value: PdfValue): boolean {
  if (!isKind(value, 'stream')) return false;
  const { entries } = value.dictionary;
  return asName(entries.get('Type')) === 'Metadata' && asName(entries.get('Subtype')) === 'XML';
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
  return (
    isClear(value) &&
    [...value.entries.keys()].every(
      (key) => STORE_KEYS.includes(key) || /^[0-9A-F]{40}$/u.test(key),
    )
  );
}

/** Lists of the store only grow, and hold nothing but streams. */
function isStoreExtended({ base, file }: Context, before: PdfValue, after: PdfValue): boolean {
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

function isString(_before: PdfValue | undefined, after: PdfValue | undefined): boolean {
  return isKind(after, 'string');
}
