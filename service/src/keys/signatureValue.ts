/** The two forms of an ECDSA or SM2 signature over a 256-bit curve. */
import { ServiceError } from '../errors.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const HALF = 32;
const MAX_DER = 72;

/**
 * Converts r‖s into `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3; GM/T 0009 uses the same form).
 *
 * @param raw - r‖s, 64 bytes, big-endian.
 */
export function toDerSignature(raw: Uint8Array): Uint8Array {
  if (raw.length !== 2 * HALF) {
    throw new ServiceError('INTERNAL', `signature value has ${raw.length} bytes, not 64`);
  }
  const der = new Uint8Array(MAX_DER);
  der[0] = SEQUENCE;
  const end = writeInteger(der, writeInteger(der, 2, raw, 0), raw, HALF);
  der[1] = end - 2;
  return der.subarray(0, end);
}

/**
 * Reads a DER signature value; attacker-controlled. Strict: minimal lengths and integers, nothing behind.
 *
 * @returns r‖s, 64 bytes, or `null` if the bytes are not the DER form of two integers in [1, 2²⁵⁶ − 1].
 */
export function fromDerSignature(der: Uint8Array): Uint8Array | null {
  if (der.length > MAX_DER || der[0] !== SEQUENCE || der[1] !== der.length - 2) {
    return null;
  }
  const raw = new Uint8Array(2 * HALF);
  const afterR = decodeInteger(der, 2, raw.subarray(0, HALF));
  const afterS = afterR === null ? null : decodeInteger(der, afterR, raw.subarray(HALF));
  return afterS === der.length ? raw : null;
}

/** Writes the 32 bytes from `start` as the shortest integer. @returns the offset behind it. */
function writeInteger(der: Uint8Array, offset: number, raw: Uint8Array, start: number): number {
  const end = start + HALF;
  let first = start;
  while (first < end - 1 && raw[first] === 0) first += 1;
  const padding = (raw[first] ?? 0) >> 7; // a leading zero keeps it from looking negative
  const digitsAt = offset + 2 + padding;
  der[offset] = INTEGER;
  der[offset + 1] = padding + end - first;
  for (let index = first; index < end; index++) der[digitsAt + index - first] = raw[index] ?? 0;
  return digitsAt + end - first;
}

/** @returns the offset behind the integer, or `null`. */
function decodeInteger(der: Uint8Array, offset: number, into: Uint8Array): number | null {
  const start = offset + 2;
  const end = start + (der[offset + 1] ?? der.length);
  if (der[offset] !== INTEGER || end > der.length) {
    return null;
  }
  const content = der.subarray(start, end);
  const isPadded = content[0] === 0;
  const digits = isPadded ? content.subarray(1) : content;
  const highBit = (digits[0] ?? 0) & 0x80;
  if (digits.length === 0 || digits.length > into.length || isPadded !== (highBit !== 0)) {
    return null; // X.690 §8.3.2: the shortest form; and no signature holds zero or a negative number
  }
  into.set(digits, into.length - digits.length);
  return end;
}
