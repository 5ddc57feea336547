import type { LicenceFields } from '../store/store.ts';

type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 4;
const MAX_MEMBERS = 100;
const MAX_TEXT = 40;

/** Fields that look like those of a licence, made from the schema of its type; they need not fit every rule of it. */
export function sampleFields(schema: Schema): LicenceFields {
  return membersOf(schema, 0);
}

function membersOf(schema: Schema, depth: number): Readonly<Record<string, unknown>> {
  const properties = Object.entries(schemaAt(schema, 'properties')).slice(0, MAX_MEMBERS);
  return Object.fromEntries(
    properties.map(([name, member]) => [name, sampleOf(toSchema(member), name, depth + 1)]),
  );
}

/** A value that the schema names itself comes first. */
function sampleOf(schema: Schema, name: string, depth: number): unknown {
  const named = [schema['const'], firstOf(schema['examples']), schema['default']];
  const given = [...named, firstOf(schema['enum'])].find((value) => value !== undefined);
  if (given !== undefined) return given;
  return depth > MAX_DEPTH ? null : madeUp(schema, name, depth);
}

function madeUp(schema: Schema, name: string, depth: number): unknown {
  const { type } = schema;
  switch (Array.isArray(type) ? firstOf(type) : type) {
    case 'integer':
    case 'number':
      return schema['minimum'] ?? schema['maximum'] ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [sampleOf(schemaAt(schema, 'items'), titleOf(schema, name), depth + 1)];
    case 'object':
      return membersOf(schema, depth);
    default:
      return textOf(schema, name);
  }
}

function textOf(schema: Schema, name: string): string {
  if (schema['format'] === 'date') return '2026-01-01';
  const most = schema['maxLength'];
  const length = typeof most === 'number' ? Math.min(most, MAX_TEXT) : MAX_TEXT;
  return Array.from(`${titleOf(schema, name)}（样本）`)
    .slice(0, length)
    .join('');
}

function titleOf(schema: Schema, name: string): string {
  return typeof schema['title'] === 'string' ? schema['title'] : name;
}

function schemaAt(schema: Schema, member: string): Schema {
  return toSchema(schema[member]);
}

function toSchema(value: unknown): Schema {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Schema) : {};
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? (value as readonly unknown[])[0] : undefined;
}
