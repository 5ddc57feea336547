/** The form that a licence type's JSON Schema asks for: pure. */

/** A JSON Schema, as far as the form reads it; attacker-controlled only by whoever defines licence types. */
export type Schema = Readonly<Record<string, unknown>>;

export type FieldKind =
  | 'text'
  | 'longText'
  | 'number'
  | 'integer'
  | 'date'
  | 'choice'
  | 'choices'
  | 'truth'
  | 'texts'
  | 'rows'
  /** What the form has no widget for: written as JSON. */
  | 'json';

export interface FormField {
  readonly name: string;
  /** As the type has it: its title and what its values are called. */
  readonly schema: Schema;
  readonly hint: string | null;
  readonly kind: FieldKind;
  readonly isRequired: boolean;
  readonly options: readonly string[];
  /** Of rows. */
  readonly columns: readonly FormField[];
  readonly limits: Limits;
}

export interface Limits {
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly pattern: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly exclusiveMinimum: number | null;
  readonly exclusiveMaximum: number | null;
  readonly minItems: number | null;
  readonly maxItems: number | null;
}

/** What the form holds for a field: texts as typed, lists, rows. */
export type FieldValue = string | boolean | readonly string[] | readonly FormValues[] | null;
export interface FormValues {
  readonly [name: string]: FieldValue;
}

const LONG_TEXT = 100;

/** Fields in the order of the schema. */
export function formOf(schema: Schema): readonly FormField[] {
  const properties = toSchema(schema['properties']);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).map(([name, one]) =>
    fieldOf(name, toSchema(one), required.includes(name)),
  );
}

/** Values to begin with: those of a licence, or nothing. */
export function valuesOf(
  form: readonly FormField[],
  fields: Readonly<Record<string, unknown>> = {},
): FormValues {
  return Object.fromEntries(form.map((field) => [field.name, valueOf(field, fields[field.name])]));
}

/** What the API is sent: empty members are left out. */
export function fieldsOf(
  form: readonly FormField[],
  values: FormValues,
): Readonly<Record<string, unknown>> {
  const entries = form.map((field) => [field.name, memberOf(field, values[field.name] ?? null)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<
    string,
    unknown
  >;
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): FormField {
  const items = toSchema(schema['items']);
  const kind = kindOf(schema, items);
  const columns = kind === 'rows' ? formOf(items) : [];
  return {
    ...{ name, schema, kind, columns, isRequired },
    hint: textOf(schema['description']),
    options: optionsOf(kind === 'choices' ? items : schema),
    limits: {
      minLength: numberOf(schema['minLength']),
      maxLength: numberOf(schema['maxLength']),
      pattern: textOf(schema['pattern']),
      minimum: numberOf(schema['minimum']),
      maximum: numberOf(schema['maximum']),
      exclusiveMinimum: numberOf(schema['exclusiveMinimum']),
      exclusiveMaximum: numberOf(schema['exclusiveMaximum']),
      minItems: numberOf(schema['minItems']),
      maxItems: numberOf(schema['maxItems']),
    },
  };
}

const KINDS: Readonly<Record<string, (schema: Schema, items: Schema) => FieldKind>> = {
  string: textKind,
  integer: () => 'integer',
  number: () => 'number',
  boolean: () => 'truth',
  array: listKind,
};

function kindOf(schema: Schema, items: Schema): FieldKind {
  if (optionsOf(schema).length > 0) return 'choice';
  return KINDS[String(schema['type'])]?.(schema, items) ?? 'json';
}

function textKind(schema: Schema): FieldKind {
  if (schema['format'] === 'date') return 'date';
  return (numberOf(schema['maxLength']) ?? 0) > LONG_TEXT ? 'longText' : 'text';
}

function listKind(_: Schema, items: Schema): FieldKind {
  if (optionsOf(items).length > 0) return 'choices';
  if (items['type'] === 'string') return 'texts';
  const columns = items['type'] === 'object' ? formOf(items) : [];
  const areFlat = columns.every(({ kind }) => !['rows', 'json', 'texts'].includes(kind));
  return columns.length > 0 && areFlat ? 'rows' : 'json';
}

/** Only texts can be chosen from a list. */
function optionsOf(schema: Schema): readonly string[] {
  const values = Array.isArray(schema['enum']) ? (schema['enum'] as readonly unknown[]) : [];
  return values.every((value) => typeof value === 'string') ? values : [];
}

/** How a member of a licence is put into the form, where it isn't simply a text. */
const TO_VALUE: Readonly<
  Partial<Record<FieldKind, (value: unknown, field: FormField) => FieldValue>>
> = {
  choices: (value) => (Array.isArray(value) ? value.map(String) : []),
  texts: (value) => (Array.isArray(value) ? value.map(String) : []),
  rows: (value, { columns }) =>
    Array.isArray(value) ? value.map((row) => valuesOf(columns, toSchema(row))) : [],
  truth: (value) => (typeof value === 'boolean' ? value : null),
  json: (value) => (value === undefined ? '' : JSON.stringify(value, null, 2)),
};

function valueOf(field: FormField, value: unknown): FieldValue {
  const convert = TO_VALUE[field.kind];
  if (convert !== undefined) return convert(value, field);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** How what was filled in is sent, where it isn't simply a text; undefined: nothing was. */
const TO_MEMBER: Readonly<Partial<Record<FieldKind, (value: never, field: FormField) => unknown>>> =
  {
    choices: (value: readonly string[]) => emptyToNothing(value),
    texts: (value: readonly string[]) =>
      emptyToNothing(value.map((text) => text.trim()).filter((text) => text !== '')),
    rows: (value: readonly FormValues[], { columns }) =>
      emptyToNothing(withoutEmptyEnd(value.map((row) => fieldsOf(columns, row)))),
    truth: (value: boolean) => value,
    number: toNumber,
    integer: toNumber,
    json: toJson,
  };

function memberOf(field: FormField, value: FieldValue): unknown {
  if (value === null || value === '') return undefined;
  const convert = TO_MEMBER[field.kind];
  if (convert !== undefined) return convert(value as never, field); // of the kind that the form holds
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** What is no number stays a text, so that it is refused and not lost. */
function toNumber(text: string): number | string {
  const tidy = text.normalize('NFKC').replace(/[\s,]/g, '');
  const value = Number(tidy);
  return tidy === '' || !Number.isFinite(value) ? text : value;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // refused by the schema
  }
}

function emptyToNothing<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Rows before the last one that says something keep their places: faults are told by them. */
function withoutEmptyEnd<T extends object>(rows: readonly T[]): readonly T[] {
  const last = rows.findLastIndex((row) => Object.keys(row).length > 0);
  return rows.slice(0, last + 1);
}

function toSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Schema)
    : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
