/** A licence type's JSON Schema as a table of fields, and back. What the table does not know stays as it is. */

export type Schema = Readonly<Record<string, unknown>>;

export const FIELD_KINDS = [
  'text',
  'date',
  'integer',
  'number',
  'boolean',
  'choice',
  'choices',
  'other',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export interface FieldRow {
  readonly name: string;
  readonly title: string;
  readonly titleEn: string;
  readonly kind: FieldKind;
  readonly isRequired: boolean;
  /** Longest text; smallest and largest number. Null: no limit. */
  readonly maxLength: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** Of a text; empty: any. */
  readonly pattern: string;
  /** Of a choice. */
  readonly values: readonly string[];
  /** What values are called in English, those that are. */
  readonly valuesEn: Readonly<Record<string, string>>;
  /** Members of the field's schema that the table does not show; of kind `other` all but the titles. */
  readonly rest: Schema;
}

export const NEW_FIELD: FieldRow = {
  name: '',
  title: '',
  titleEn: '',
  kind: 'text',
  isRequired: true,
  maxLength: 100,
  minimum: null,
  maximum: null,
  pattern: '',
  values: [],
  valuesEn: {},
  rest: { minLength: 1 },
};

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const SHOWN: Readonly<Record<FieldKind, readonly string[]>> = {
  text: ['type', 'maxLength', 'pattern'],
  date: ['type', 'format'],
  integer: ['type', 'minimum', 'maximum'],
  number: ['type', 'minimum', 'maximum'],
  boolean: ['type'],
  choice: ['type', 'enum'],
  choices: ['type', 'items'],
  other: [],
};

export function readRows(schema: Schema): readonly FieldRow[] {
  const required = new Set(listOf(schema['required']));
  return Object.entries(objectOf(schema['properties'])).map(([name, property]) =>
    readRow(name, objectOf(property), required.has(name)),
  );
}

/** @param before - the schema that the rows came from: what is not about single fields stays. */
export function writeSchema(before: Schema, title: string, rows: readonly FieldRow[]): Schema {
  const properties = Object.fromEntries(rows.map((row) => [row.name, writeField(row)]));
  const required = rows.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    ...{ $schema: DIALECT, ...before, title, type: 'object' },
    ...{ properties, required, additionalProperties: false },
  };
}

export type RowFault = 'name' | 'twice' | 'title' | 'pattern' | 'values' | 'range';

/** What the service would refuse of a row, or nobody could fill in. */
export function faultOfRow(rows: readonly FieldRow[], at: number): RowFault | null {
  const row = rows[at];
  if (row === undefined) return null;
  const { name, kind, minimum, maximum } = row;
  const checks: readonly (readonly [RowFault, boolean])[] = [
    ['name', !/^[^\s{},;:]{1,64}$/u.test(name)],
    ['twice', rows.findIndex((one) => one.name === name) < at],
    ['title', row.title.trim() === ''],
    ['pattern', kind === 'text' && !isPattern(row.pattern)],
    ['values', ['choice', 'choices'].includes(kind) && row.values.length === 0],
    ['range', minimum !== null && maximum !== null && minimum > maximum],
  ];
  return checks.find(([, isWrong]) => isWrong)?.[0] ?? null;
}

/** @returns what is wrong with the text of a schema; null: it is one that a licence type can have. */
export function faultOfSchema(text: string): 'json' | 'object' | 'open' | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'json';
  }
  const schema = objectOf(value);
  if (schema['type'] !== 'object') return 'object';
  return schema['additionalProperties'] === false ? null : 'open';
}

function readRow(name: string, property: Schema, isRequired: boolean): FieldRow {
  const { title, 'x-title-en': titleEn, 'x-values-en': valuesEn, ...others } = property;
  const kind = kindOf(others);
  const rest = Object.entries(others).filter(([member]) => !SHOWN[kind].includes(member));
  const source = kind === 'choices' ? objectOf(others['items']) : others;
  return {
    ...{ name, kind, isRequired },
    title: textOf(title),
    titleEn: textOf(titleEn),
    maxLength: numberOf(kind === 'text' ? others['maxLength'] : null),
    minimum: numberOf(isNumeric(kind) ? others['minimum'] : null),
    maximum: numberOf(isNumeric(kind) ? others['maximum'] : null),
    pattern: kind === 'text' ? textOf(others['pattern']) : '',
    values: kind === 'choice' || kind === 'choices' ? listOf(source['enum']) : [],
    valuesEn: wordsOf(valuesEn),
    rest: Object.fromEntries(rest),
  };
}

/** The kind whose rows say everything about a field; `other`: none does. */
function kindOf(property: Schema): FieldKind {
  const { type } = property;
  if (type === 'string') return kindOfString(property);
  if (type === 'array') return kindOfArray(objectOf(property['items']));
  if (property['enum'] !== undefined) return 'other';
  return type === 'integer' || type === 'number' || type === 'boolean' ? type : 'other';
}

function kindOfString({ format, enum: values }: Schema): FieldKind {
  if (format !== undefined) return format === 'date' ? 'date' : 'other';
  if (values === undefined) return 'text';
  return isWords(values) ? 'choice' : 'other';
}

function kindOfArray(items: Schema): FieldKind {
  const isPlain = Object.keys(items).every((member) => ['type', 'enum'].includes(member));
  return isPlain && items['type'] === 'string' && isWords(items['enum']) ? 'choices' : 'other';
}

function writeField(row: FieldRow): Schema {
  const { title, titleEn, rest } = row;
  return {
    title,
    ...(titleEn.trim() === '' ? {} : { 'x-title-en': titleEn.trim() }),
    ...englishValues(row),
    ...ownMembers(row),
    ...rest,
  };
}

/** English is kept of values that are still there, and as it was of a kind whose values the table does not show. */
function englishValues({ kind, values, valuesEn }: FieldRow): Schema {
  if (kind !== 'choice' && kind !== 'choices' && kind !== 'other') return {};
  const told = Object.entries(valuesEn)
    .map(([value, english]) => [value, english.trim()] as const)
    .filter(([value, english]) => english !== '' && (kind === 'other' || values.includes(value)));
  return told.length === 0 ? {} : { 'x-values-en': Object.fromEntries(told) };
}

function wordsOf(value: unknown): Readonly<Record<string, string>> {
  const words = Object.entries(objectOf(value)).flatMap(([name, word]) =>
    typeof word === 'string' ? [[name, word] as const] : [],
  );
  return Object.fromEntries(words);
}

function ownMembers({ kind, maxLength, minimum, maximum, pattern, values }: FieldRow): Schema {
  switch (kind) {
    case 'text':
      return {
        ...{ type: 'string', ...given('maxLength', maxLength) },
        ...(pattern === '' ? {} : { pattern }),
      };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'integer':
    case 'number':
      return { type: kind, ...given('minimum', minimum), ...given('maximum', maximum) };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: values };
    case 'choices':
      return { type: 'array', items: { type: 'string', enum: values } };
    case 'other':
      return {};
  }
}

/** What a row keeps when its kind changes: members that only the former kind knew are dropped. */
export function withKind(row: FieldRow, kind: FieldKind): FieldRow {
  if (kind === row.kind) return row;
  const rests: Readonly<Partial<Record<FieldKind, Schema>>> = {
    text: { minLength: 1 },
    choices: { minItems: 1, uniqueItems: true },
    other: { type: 'string' },
  };
  return { ...row, kind, rest: rests[kind] ?? {} };
}

function given(member: string, value: number | null): Schema {
  return value === null ? {} : { [member]: value };
}

function isNumeric(kind: FieldKind): boolean {
  return kind === 'integer' || kind === 'number';
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function objectOf(value: unknown): Schema {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Schema) : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
