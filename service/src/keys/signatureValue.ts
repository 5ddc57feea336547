/** The two forms of an ECDSA or SM2 signature over a 256-bit curve. */
import { ServiceError } from '../errors.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const HALF = 32;

/**
 * Converts r‖s into `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3; GM/T 0009 uses the same form).
 *
 * @param raw - r‖s, 64 bytes, big-endian.
 */
export function toDerSignature(raw: Uint8Array): Uint8Array {
  if (raw.length !== 2 * HALF) {
    throw new ServiceError('INTERNAL', `signature value has ${raw.length} bytes, not 64`);
  }
  const r = encodeInteger(raw.subarray(0, HALF));
  const s = encodeInteger(raw.subarray(HALF));
  return Uint8Array.of(SEQUENCE, r.length + s.length, ...r, ...s);
}

/**
 * Reads a DER signature value; attacker-controlled. Strict: minimal lengths and integers, nothing behind.
 *
 * @returns r‖s, 64 bytes, or `null` if the bytes are not the DER form of two integers in [1, 2²⁵⁶ − 1].
 */
export function fromDerSignature(der: Uint8Array): Uint8Array | null {
  if (der.length > 72 || der[0] !== SEQUENCE || der[1] !== der.length - 2) {
    return null;
  }
  const raw = new Uint8Array(2 * HALF);
  const afterR = decodeInteger(der, 2, raw.subarray(0, HALF));
  const afterS = afterR === null ? null : decodeInteger(der, afterR, raw.subarray(HALF));
  return afterS === der.length ? raw : null;
}

function encodeInteger(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : magnitude.subarray(first);
  const isNegativeLooking = ((digits[0] ?? 0) & 0x80) !== 0;
  return isNegativeLooking
    ? Uint8Array.of(INTEGER, digits.length + 1, 0, ...digits)
    : Uint8Array.of(INTEGER, digits.length, ...digits);
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
