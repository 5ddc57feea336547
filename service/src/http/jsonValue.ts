import { ServiceError } from '../errors.ts';

const MAX_DEPTH = 32;

/**
 * Parses a JSON body into a value that everything behind can carry: bounded in depth, with finite and exact numbers,
 * well-formed text and no member that could reach a prototype.
 *
 * @param text - attacker-controlled; its length is bounded by whoever read it.
 * @throws ServiceError `REQUEST_MALFORMED`.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError('REQUEST_MALFORMED', 'the body is no JSON'); // the parser's message quotes the body
  }
  assertBounded(value, '', 0);
  return value;
}

function assertBounded(value: unknown, pointer: string, depth: number): void {
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw refused(pointer, 'is no well-formed text');
  }
  if (typeof value === 'number' && !isExact(value)) {
    throw refused(pointer, 'is out of the range of exact numbers');
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_DEPTH) throw refused(pointer, `is nested deeper than ${MAX_DEPTH}`);
  for (const [name, member] of Object.entries(value)) {
    if (!isName(name)) throw refused(pointer, 'has a member with a forbidden name');
    assertBounded(member, `${pointer}/${name}`, depth + 1);
  }
}

/** `__proto__` would reach the prototype of whatever the member is copied into. */
function isName(name: string): boolean {
  return name !== '__proto__' && name.isWellFormed();
}

/** As I-JSON asks (RFC 7493 §2.2): an integer that a double holds exactly, or a finite fraction. */
function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function refused(pointer: string, detail: string): ServiceError {
  const where = pointer.length > 200 ? `${pointer.slice(0, 200)}…` : pointer;
  return new ServiceError('REQUEST_MALFORMED', 'the body holds what cannot be kept', {
    faults: [{ pointer: where, detail }],
  });
}
