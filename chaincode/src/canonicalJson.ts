/** JSON Canonicalization Scheme, RFC 8785. The only canonicaliser of the project. */
import { ContractError } from './errors.js';

/** Deeper nesting is refused, so that hostile input cannot exhaust the stack. */
const MAX_DEPTH = 64;
/** ASCII text that needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/**
 * Writes a value in the canonical form of RFC 8785 §3.2: members sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript prints them.
 *
 * @param value - plain JSON: null, booleans, finite numbers, well-formed strings, arrays, plain objects.
 * @throws ContractError `JSON_NOT_CANONICAL` for anything else (`undefined` members, dates, bytes, lone
 * surrogates, more than 64 levels).
 */
export function canonicalise(value: unknown): string {
  return write(value, 0);
}

/** UTF-8 bytes of {@link canonicalise}. */
export function canonicalBytes(value: unknown): Uint8Array {
  return Buffer.from(write(value, 0), 'utf8');
}

/**
 * Parses JSON text that must be its own canonical form; so no duplicate member, no other spelling gets through.
 *
 * @param text - attacker-controlled; bound its length before.
 * @throws ContractError `JSON_NOT_CANONICAL`.
 */
export function parseCanonical(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ContractError('JSON_NOT_CANONICAL', 'the text is not JSON');
  }
  if (canonicalise(value) !== text)
    throw new ContractError('JSON_NOT_CANONICAL', 'the text is not in canonical form (RFC 8785)');
  return value;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  if (typeof value !== 'object') throw unfit(`a value of type ${typeof value}`);
  if (depth === MAX_DEPTH) throw unfit(`more than ${MAX_DEPTH} levels`);
  return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
}

/** ECMAScript prints numbers as RFC 8785 §3.2.2.3 wants them; -0 prints as 0. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw unfit('a number that is not finite');
  return String(value);
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '';
  // by index: an array with holes must not lose them silently
  for (let index = 0; index < items.length; index++)
    text += (index === 0 ? '' : ',') + write(items[index], depth + 1);
  return `[${text}]`;
}

function writeObject(value: object, depth: number): string {
  if (!isPlain(value)) throw unfit('an object that is not plain');
  const members = value as Readonly<Record<string, unknown>>; // plain, so indexed by its own string keys
  let text = '';
  for (const name of Object.keys(members).sort())
    text += `${text === '' ? '' : ','}${quote(name)}:${write(members[name], depth + 1)}`;
  return `{${text}}`;
}

/** Plain objects of any realm: their prototype is a root. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`; // nearly all of it, and faster
  const quoted = JSON.stringify(text);
  // a lone surrogate is printed as a longer escape; RFC 8785 §3.2.2.2 wants an error
  if (quoted.length !== text.length + 2 && LONE_SURROGATE.test(text))
    throw unfit('a lone surrogate');
  return quoted;
}

function unfit(what: string): ContractError {
  return new ContractError('JSON_NOT_CANONICAL', `canonical JSON cannot hold ${what}`);
}
