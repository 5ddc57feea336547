/** PKCS#12 files are often BER: of indefinite length, with strings in pieces. Here they become DER. */
import { TAG } from '../der.ts';
import { encodeDer } from '../derEncoding.ts';
import { malformedPkcs12 } from './malformed.ts';

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 20_000;
const CONSTRUCTED = 0x20;
const CONSTRUCTED_OCTETS = 0x24;

interface Read {
  readonly der: Uint8Array;
  /** Behind the element. */
  readonly end: number;
}

interface Budget {
  elements: number;
}

/**
 * Writes one BER element (X.690 §8) anew with definite, shortest lengths and strings in one piece.
 *
 * @param bytes - attacker-controlled; nothing may follow the element.
 * @throws ServiceError `PKCS12_MALFORMED`.
 */
export function berToDer(bytes: Uint8Array): Uint8Array {
  const { der, end } = readElement(bytes, 0, 0, { elements: MAX_ELEMENTS });
  if (end !== bytes.length) throw malformedPkcs12('bytes follow');
  return der;
}

function readElement(bytes: Uint8Array, at: number, depth: number, budget: Budget): Read {
  budget.elements -= 1;
  if (budget.elements < 0 || depth > MAX_DEPTH) throw malformedPkcs12('it is nested too deeply');
  const tag = bytes[at];
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw malformedPkcs12('a tag cannot be read');
  const { length, start } = readLength(bytes, at + 1);
  if (length === null && (tag & CONSTRUCTED) === 0) throw malformedPkcs12('a length is missing');
  if ((tag & CONSTRUCTED) === 0) {
    const end = start + (length ?? 0);
    if (end > bytes.length) throw malformedPkcs12('it is cut off');
    return { der: encodeDer(tag, bytes.subarray(start, end)), end };
  }
  const { children, end } = readChildren(bytes, { start, length }, depth, budget);
  return { der: encodeConstructed(tag, children), end };
}

function readChildren(
  bytes: Uint8Array,
  { start, length }: Readonly<{ start: number; length: number | null }>,
  depth: number,
  budget: Budget,
): Readonly<{ children: readonly Uint8Array[]; end: number }> {
  const children: Uint8Array[] = [];
  const limit = length === null ? bytes.length : start + length;
  if (limit > bytes.length) throw malformedPkcs12('it is cut off');
  let at = start;
  while (at < limit) {
    if (length === null && bytes[at] === 0 && bytes[at + 1] === 0) return { children, end: at + 2 };
    const child = readElement(bytes, at, depth + 1, budget);
    children.push(child.der);
    at = child.end;
  }
  if (length === null || at !== limit) throw malformedPkcs12('an element does not end');
  return { children, end: at };
}

function encodeConstructed(tag: number, children: readonly Uint8Array[]): Uint8Array {
  if (tag !== CONSTRUCTED_OCTETS) return encodeDer(tag, ...children);
  return encodeDer(TAG.octetString, ...children.map(contentOfOctets));
}

/** @returns the content of a primitive OCTET STRING that was just written. */
export function contentOfOctets(der: Uint8Array): Uint8Array {
  if (der[0] !== TAG.octetString) throw malformedPkcs12('a string has other pieces');
  const first = der[1] ?? 0;
  return der.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
}

/** @returns length null: indefinite. */
function readLength(
  bytes: Uint8Array,
  at: number,
): Readonly<{ length: number | null; start: number }> {
  const first = bytes[at];
  if (first === undefined) throw malformedPkcs12('it is cut off');
  if (first < 0x80) return { length: first, start: at + 1 };
  if (first === 0x80) return { length: null, start: at + 1 };
  const count = first & 0x7f;
  if (count > 4) throw malformedPkcs12('a length is too large');
  let length = 0;
  for (let index = 0; index < count; index += 1)
    length = length * 256 + (bytes[at + 1 + index] ?? 0);
  return { length, start: at + 1 + count };
}
