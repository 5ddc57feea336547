/** How a later revision may change objects of the signed one: by adding signatures and what proves them. */
import { parseXml } from '../ofd/xml.ts';
import type { FormField } from './formFields.ts';
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import {
  asArray,
  asDictionary,
  asName,
  asReference,
  isKind,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
} from './pdfValue.ts';
import {
  findPlaces,
  type FieldPlace,
  type Place,
  type PlainPlace,
  type ReferencePlaces,
} from './referencePlaces.ts';
import type { LaterSignature } from './signatureFields.ts';
import { readSignersRules, type SignersRules } from './signersRules.ts';
import { isRecordsExtended, isStore, isStreamList, isStoreExtended } from './storeChanges.ts';
import {
  differsOnlyBy,
  isClear,
  isEqual,
  isSameReference,
  isSameStream,
  type Rule,
} from './valueComparison.ts';
import type { WorkBudget } from './workBudget.ts';

export interface Revision {
  readonly file: PdfFile;
  /** The revision that was signed. */
  readonly base: PdfFile;
  /** Signatures made on later revisions. */
  readonly later: readonly LaterSignature[];
  /** Objects that differ. */
  readonly numbers: readonly number[];
  readonly budget: WorkBudget;
}

interface Context extends Revision {
  /** Object numbers of later signatures' fields and their widgets. */
  readonly fieldNumbers: ReadonlySet<number>;
  readonly rules: SignersRules;
  readonly places: ReferencePlaces;
}

type Judge = (context: Context, before: PdfValue, after: PdfValue) => boolean;

const JUDGES: Readonly<Record<PlainPlace, Judge>> = {
  catalogue: isCatalogueExtended,
  form: isFormExtended,
  resources: isResourcesExtended,
  fonts: ({ base }, before, after) => areFontsAdded(base, before, after),
  list: isListExtended,
  page: (context, before, after) =>
    differsOnlyBy(before, after, { Annots: (old, now) => isListExtended(context, old, now) }),
  information: (_context, before, after) => isInformationKept(before, after),
  metadata: ({ file }, before, after) => isMetadata(before) && isReadableMetadata(file, after),
  extensions: (_context, before, after) => isClear(before) && isClear(after),
  store: isStoreExtended,
  storeList: ({ file }, before, after) => asArray(before) !== null && isStreamList(file, after),
  records: isRecordsExtended,
  record: () => false,
  other: () => false,
};

const FIELD_JUDGES: Readonly<
  Record<
    FieldPlace,
    (context: Context, field: FormField, before: PdfValue, after: PdfValue) => boolean
  >
> = {
  field: isFieldChanged,
  appearance: (context, field, _before, after) =>
    asDictionary(after) !== null && (isSignedNow(context, field) || isFillable(context, field)),
  value: (context, field) => isFillable(context, field),
};

/** @returns a sentence that names the first change that is not permitted, or null. */
export function findForbiddenChange(revision: Revision): string | null {
  const { base, file, numbers } = revision;
  const rules = readSignersRules(base);
  const fields = permittedSignatures(revision, rules).flatMap(({ field }) =>
    widgetNumbers(file, field),
  );
  if (!isTrailerKept(revision)) return 'the information dictionary was replaced after signing';
  // new objects are harmless: only what may refer to them matters
  const changed = numbers.filter((number) => !isNew(base, number));
  if (changed.length === 0) return null;
  const places = findPlaces(base, revision.budget);
  const context: Context = { ...revision, rules, places, fieldNumbers: new Set(fields) };
  const forbidden = changed.find((number) => !isPermitted(context, number));
  return forbidden === undefined ? null : `object ${forbidden} was changed after signing`;
}

/** Who certified against all changes, or locked a field, leaves room for document time-stamps only. */
function permittedSignatures({ later }: Revision, rules: SignersRules): readonly LaterSignature[] {
  return later.filter(
    ({ field }) =>
      asName(field.signature.entries.get('Type')) === 'DocTimeStamp' ||
      (rules.level !== 1 && !rules.isLocked(field.name)),
  );
}

function widgetNumbers(file: PdfFile, { number, field }: LaterSignature['field']): number[] {
  const kids = asArray(file.resolve(field.entries.get('Kids')))?.items ?? [];
  const numbers = [number, ...kids.map((kid) => asReference(kid)?.number ?? null)];
  return numbers.filter((one) => one !== null);
}

function isTrailerKept({ base, file }: Revision): boolean {
  const [before, after] = [base.trailer.entries.get('Info'), file.trailer.entries.get('Info')];
  if (before === undefined || after === undefined || isSameReference(before, after)) return true;
  return isInformationKept(base.resolve(before), file.resolve(after));
}

function isPermitted(context: Context, number: number): boolean {
  const { base, file } = context;
  if (file.entryOf(number)?.kind === 'free') return false;
  const before = base.objectAt(number);
  const after = file.objectAt(number);
  if (isEqual(before, after) || isSameStream(base, before, file, after)) return true;
  if (isXrefStream(before)) return true; // it has been read: no object refers to it
  const found = context.places.placesOf(number);
  return (
    found.length > 0 && found.every((place) => isChangePermitted(context, place, before, after))
  );
}

function isXrefStream(value: PdfValue): boolean {
  return isKind(value, 'stream') && asName(value.dictionary.entries.get('Type')) === 'XRef';
}

function isChangePermitted(
  context: Context,
  place: Place,
  before: PdfValue,
  after: PdfValue,
): boolean {
  return 'field' in place
    ? FIELD_JUDGES[place.kind](context, place.field, before, after)
    : JUDGES[place.kind](context, before, after);
}

function isNew(base: PdfFile, number: number): boolean {
  return (base.entryOf(number)?.kind ?? 'free') === 'free';
}

function isCatalogueExtended(context: Context, before: PdfValue, after: PdfValue): boolean {
  const { base, file } = context;
  return differsOnlyBy(before, after, {
    AcroForm: (old, now) => isFormExtended(context, old, now),
    DSS: (old, now) =>
      old === undefined
        ? isStore(file, file.resolve(now))
        : isStoreExtended(context, base.resolve(old), file.resolve(now)),
    Extensions: (_old, now) => isClear(file.resolve(now)),
    Metadata: (old, now) => old === undefined && isReadableMetadata(file, file.resolve(now)),
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
  const isOnlySet: Rule = (known, now) =>
    known === undefined && (isKind(now, 'string') || typeof now === 'number');
  return differsOnlyBy(old, context.file.resolve(after), {
    Fields: (oldFields, newFields) => isListExtended(context, oldFields, newFields),
    SigFlags: (_old, now) => typeof now === 'number',
    DR: (oldFonts, newFonts) => isResourcesExtended(context, oldFonts, newFonts),
    ...(before === undefined ? { DA: isOnlySet, Q: isOnlySet } : {}), // no field was there to be drawn by them
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
function isResourcesExtended(
  { base, file }: Context,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  if (isSameReference(before, after)) return true;
  const form = base.dictionaryAt(catalogueOf(base), 'AcroForm');
  const grows: Rule = (old, now) => areFontsAdded(base, base.resolve(old), file.resolve(now));
  const old = before === undefined ? EMPTY : base.resolve(before);
  return (
    form?.entries.has('NeedAppearances') !== true &&
    differsOnlyBy(old, file.resolve(after), { Font: grows, Encoding: grows })
  );
}

function areFontsAdded(base: PdfFile, before: PdfValue, after: PdfValue): boolean {
  const known = asDictionary(before)?.entries ?? EMPTY.entries;
  return (
    isClear(after) &&
    [...known].every(([name, font]) => isEqual(font, after.entries.get(name))) &&
    [...after.entries].every(([name, font]) => known.has(name) || isNewObject(base, font))
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

/** An empty signature field that was there and now holds a later signature. */
function isSignedNow({ fieldNumbers }: Context, { number, type, value }: FormField): boolean {
  return type === 'Sig' && value === null && number !== null && fieldNumbers.has(number);
}

const FILLABLE: readonly (string | null)[] = ['Tx', 'Ch', 'Btn'];

/** Forms may be filled in where a signer said so, and nobody locked the field. */
function isFillable({ rules }: Context, { type, name }: FormField): boolean {
  return (
    rules.level !== null && rules.level >= 2 && FILLABLE.includes(type) && !rules.isLocked(name)
  );
}

function isFieldChanged(
  context: Context,
  field: FormField,
  before: PdfValue,
  after: PdfValue,
): boolean {
  const isAny: Rule = () => true;
  const isOwn: Rule = (old, now) =>
    asDictionary(context.file.resolve(now)) !== null && isOwnAppearance(context, field, old);
  if (isSignedNow(context, field)) {
    const isAnnotation: Rule = (old, now) => old === undefined && asName(now) === 'Annot';
    return differsOnlyBy(before, after, {
      ...{ V: isAny, AS: isAny, M: isAny, F: isAny, DA: isAny, Q: isAny },
      AP: isOwn,
      Type: isAnnotation,
    });
  }
  if (field.kind === 'group' && isGroupExtended(context, before, after)) return true;
  if (isFillable(context, field)) {
    const rules = { V: isAny, AP: isOwn, AS: isAny, M: isAny, RV: isAny, I: isAny, TI: isAny };
    return differsOnlyBy(before, after, rules);
  }
  return false;
}

/** Fields of later signatures may join a group, and so take its name before their own. */
function isGroupExtended(context: Context, before: PdfValue, after: PdfValue): boolean {
  return differsOnlyBy(before, after, { Kids: (old, now) => isListExtended(context, old, now) });
}

/** An appearance that serves for something else, too, is not the field's to replace. */
function isOwnAppearance(
  { base, places }: Context,
  { index }: FormField,
  appearance: PdfValue | undefined,
): boolean {
  const members = asDictionary(base.resolve(appearance))?.entries.values() ?? [];
  const numbers = [appearance, ...members].flatMap((value) => asReference(value)?.number ?? []);
  return numbers.every((number) =>
    places
      .placesOf(number)
      .every((place) => place.kind === 'appearance' && place.field.index === index),
  );
}

/** An XMP packet, which signing programs bring up to date; nothing of it is shown on a page. */
function isMetadata(value: PdfValue): value is PdfStream {
  if (!isKind(value, 'stream')) return false;
  const { entries } = value.dictionary;
  return asName(entries.get('Type')) === 'Metadata' && asName(entries.get('Subtype')) === 'XML';
}

/** @throws ServiceError `DOCUMENT_MALFORMED` if it is no well-formed XML, or an entity makes of it what one likes. */
function isReadableMetadata(file: PdfFile, value: PdfValue): boolean {
  if (!isMetadata(value)) return false;
  parseXml(file.streamData(value));
  return true;
}

function isInformationKept(before: PdfValue, after: PdfValue): boolean {
  const isString: Rule = (_old, now) => isKind(now, 'string');
  return differsOnlyBy(before, after, {
    ModDate: isString,
    Producer: isString,
    CreationDate: (old, now) => old === undefined && isKind(now, 'string'),
  });
}
