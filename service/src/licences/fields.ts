import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ServiceError, type Fault } from '../errors.ts';
import type { LicenceFields, LicenceType } from '../store/store.ts';

const MAX_COMPILED = 500;
const compiled = new Map<string, ValidateFunction>();

/**
 * Checks a licence's fields against its type's JSON Schema.
 *
 * @throws ServiceError `LICENCE_FIELDS_INVALID` with one fault a member.
 */
export function validateFields(type: LicenceType, fields: LicenceFields): void {
  const validate = compiledSchema(type);
  if (validate(fields)) return;
  const faults = (validate.errors ?? []).slice(0, 50).map(toFault);
  throw new ServiceError(
    'LICENCE_FIELDS_INVALID',
    `fields do not fit ${type.typeCode}: ${faults.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ')}`,
    { faults },
  );
}

/**
 * Checks that a type's schema is one that can be used: an object without unknown members.
 *
 * @throws ServiceError `LICENCE_TYPE_MALFORMED`.
 */
export function checkSchema(schema: Readonly<Record<string, unknown>>): void {
  if (schema['type'] !== 'object' || schema['additionalProperties'] !== false) {
    throw malformed('fields must be a schema of type object with additionalProperties false');
  }
  try {
    compile(schema);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'schema cannot be compiled');
  }
}

/** Names of the fields that licences of a type can have. */
export function fieldNamesOf({ fields }: Pick<LicenceType, 'fields'>): readonly string[] {
  const { properties } = fields;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function compiledSchema(type: LicenceType): ValidateFunction {
  const key = JSON.stringify(type.fields); // not the version: services in one process may differ
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  const validate = compile(type.fields);
  compiled.set(key, validate);
  return validate;
}

/** A compiler of its own for each schema: one that bears an `$id` would be refused the second time. */
function compile(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  ajv.addVocabulary(['x-title-en', 'x-values-en']); // titles for readers of English; they say nothing about what is allowed
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv); // CommonJS default export, typed as a namespace
  return ajv.compile(schema);
}

function toFault(error: ErrorObject): Fault {
  const params = error.params as Readonly<Record<string, unknown>>;
  const member = params['missingProperty'] ?? params['additionalProperty'];
  const suffix = typeof member === 'string' ? `/${member}` : '';
  return {
    pointer: `/fields${error.instancePath}${suffix}`,
    detail: error.message ?? error.keyword,
  };
}

function malformed(message: string): ServiceError {
  return new ServiceError('LICENCE_TYPE_MALFORMED', message);
}
