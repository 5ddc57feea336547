/** From where the objects of a signed revision are reached: an object may change only as all its places permit. */
import { readFormFields, type FormField } from './formFields.ts';
import { readPages } from './pageTree.ts';
import type { PdfFile } from './pdfFile.ts';
import { asArray, asDictionary, asReference, isKind, type PdfValue } from './pdfValue.ts';
import type { WorkBudget } from './workBudget.ts';

/** What an object serves as. `field`, `appearance` and `value` belong to one field or widget. */
export type Place =
  { readonly kind: PlainPlace } | { readonly kind: FieldPlace; readonly field: FormField };
export type PlainPlace =
  | 'catalogue'
  | 'form'
  | 'resources'
  | 'fonts'
  | 'list'
  | 'page'
  | 'information'
  | 'metadata'
  | 'extensions'
  | 'store'
  | 'storeList'
  | 'records'
  | 'record'
  | 'other';
export type FieldPlace = 'field' | 'appearance' | 'value';

export interface ReferencePlaces {
  /** @returns every place of an object; none for one that nothing leads to. */
  placesOf(number: number): readonly Place[];
}

const OTHER: Place = { kind: 'other' };
const MAX_DEPTH = 100;

/** Members that lead to another place; all others lead to `other`. */
const MEMBERS: Readonly<Partial<Record<Place['kind'], Readonly<Record<string, PlainPlace>>>>> = {
  catalogue: {
    AcroForm: 'form',
    DSS: 'store',
    Metadata: 'metadata',
    Extensions: 'extensions',
  },
  form: { Fields: 'list', DR: 'resources' },
  resources: { Font: 'fonts', Encoding: 'fonts' },
  page: { Annots: 'list' },
  store: { Certs: 'storeList', CRLs: 'storeList', OCSPs: 'storeList', VRI: 'records' },
  record: { Cert: 'storeList', CRL: 'storeList', OCSP: 'storeList' },
};
const FIELD_MEMBERS: Readonly<Record<string, FieldPlace>> = {
  AP: 'appearance',
  V: 'value',
};
/** By these members other objects refer to a field without making it something else. */
const BACK_REFERENCES: ReadonlySet<string> = new Set([
  ...['Parent', 'Obj', 'Kids', 'Annots', 'Annot', 'Fields', 'CO', 'T', 'P', 'IRT', 'Popup'],
]);

/** Walks everything that the trailer leads to. Work is bounded by the budget. */
export function findPlaces(base: PdfFile, budget: WorkBudget): ReferencePlaces {
  return new Walk(base, budget);
}

class Walk implements ReferencePlaces {
  readonly #base: PdfFile;
  readonly #budget: WorkBudget;
  /** Objects that are what they are, whoever refers to them. */
  readonly #fixed = new Map<number, Place>();
  readonly #places = new Map<number, Map<string, Place>>();

  constructor(base: PdfFile, budget: WorkBudget) {
    this.#base = base;
    this.#budget = budget;
    const root = asReference(base.trailer.entries.get('Root'));
    if (root !== null) this.#fix(root.number, { kind: 'catalogue' });
    for (const { number } of readPages(base)) this.#fix(number, { kind: 'page' });
    for (const field of readFormFields(base)) {
      if (field.number !== null) this.#fix(field.number, { kind: 'field', field });
    }
    for (const [number, place] of this.#fixed) {
      this.#walkMembers(base.objectAt(number), place, '', 0);
    }
    for (const [key, value] of base.trailer.entries) {
      if (key === 'Root') continue;
      this.#visit(value, key === 'Info' ? { kind: 'information' } : OTHER, key, 0);
    }
  }

  placesOf(number: number): readonly Place[] {
    const places = [...(this.#places.get(number)?.values() ?? [])];
    const fixed = this.#fixed.get(number);
    return fixed === undefined ? places : [fixed, ...places];
  }

  /** One that is two things at once may not change at all. */
  #fix(number: number, place: Place): void {
    this.#fixed.set(number, this.#fixed.has(number) ? OTHER : place);
  }

  #visit(value: PdfValue | undefined, place: Place, key: string, depth: number): void {
    this.#budget.spend(1);
    const reference = asReference(value);
    if (reference === null) {
      this.#walkMembers(value ?? null, place, key, depth);
      return;
    }
    const fixed = this.#fixed.get(reference.number);
    if (fixed !== undefined) {
      const isMisused = fixed.kind === 'field' && !BACK_REFERENCES.has(key);
      if (isMisused) this.#enter(reference.number, OTHER);
      return;
    }
    if (this.#enter(reference.number, place)) {
      this.#walkMembers(this.#base.resolve(reference), place, key, 0);
    }
  }

  /** @returns whether the object was not known to be there. */
  #enter(number: number, place: Place): boolean {
    const places = this.#places.get(number) ?? new Map<string, Place>();
    this.#places.set(number, places);
    const name = 'field' in place ? `${place.kind} ${place.field.index}` : place.kind;
    if (places.has(name)) return false;
    places.set(name, place);
    return true;
  }

  /** @param key - of the member that led here: items of an array are there by its name. */
  #walkMembers(value: PdfValue, place: Place, key: string, depth: number): void {
    if (depth > MAX_DEPTH) return; // the parser does not read deeper
    const items = asArray(value)?.items ?? [];
    for (const item of items) this.#visit(item, itemPlace(place), key, depth + 1);
    const isStream = isKind(value, 'stream');
    for (const [name, member] of asDictionary(value)?.entries ?? []) {
      this.#visit(member, isStream ? OTHER : memberPlace(place, name), name, depth + 1);
    }
  }
}

const SAME_IN_ARRAYS: ReadonlySet<Place['kind']> = new Set(['storeList', 'extensions', 'value']);

/** Where the items of an array stand. Fields, pages and widgets among them have places of their own. */
function itemPlace(place: Place): Place {
  return SAME_IN_ARRAYS.has(place.kind) ? place : OTHER;
}

function memberPlace(place: Place, key: string): Place {
  if (place.kind === 'appearance') return place; // of normal, rollover and down, and of states
  if (place.kind === 'extensions') return place;
  if (place.kind === 'records') return { kind: 'record' };
  if (place.kind === 'field') return fieldMemberPlace(place.field, key);
  const members = MEMBERS[place.kind];
  const kind = members !== undefined && Object.hasOwn(members, key) ? members[key] : undefined;
  return kind === undefined ? OTHER : { kind };
}

function fieldMemberPlace(field: FormField, key: string): Place {
  if (key === 'Kids' && field.kind === 'group') return { kind: 'list' };
  const kind = Object.hasOwn(FIELD_MEMBERS, key) ? FIELD_MEMBERS[key] : undefined;
  return kind === undefined ? OTHER : { kind, field };
}
