/** JSON that is its own canonical form (RFC 8785), so that it has one reading. */

const MAX_DEPTH = 64;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/**
 * Parses JSON text that must be canonical: members in order, none twice, no other spelling of anything.
 *
 * @param text - attacker-controlled; bound its length before.
 * @returns undefined for anything else.
 */
export function parseCanonical(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return write(value, 0) === text ? value : undefined;
  } catch {
    return undefined; // no JSON, or nothing that has a canonical form
  }
}

/**
 * The canonical form of a JSON value.
 *
 * @param value - of `JSON.parse`; attacker-controlled.
 * @throws RangeError for what has none: nested too deep, or not well-formed text.
 */
export function canonicalise(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError('too deep');
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join()}]`;
  if (typeof value === 'object' && value !== null) return writeObject(value, depth);
  return String(value); // numbers, booleans, null: as ECMAScript prints them (RFC 8785 §3.2.2)
}

function writeObject(value: object, depth: number): string {
  const members = value as Readonly<Record<string, unknown>>; // of JSON.parse
  const written = Object.keys(members)
    .sort()
    .map((name) => `${quote(name)}:${write(members[name], depth + 1)}`);
  return `{${written.join()}}`;
}

function quote(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new RangeError('a lone surrogate');
  return JSON.stringify(text);
}
