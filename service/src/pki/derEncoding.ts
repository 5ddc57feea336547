/** Writing DER (X.690 §10). */
import { TAG } from './der.ts';

/** Any element. @param tag - whole identifier octet. @param parts - the content, in order. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Uint8Array(Buffer.concat([encodeHeader(tag, length), ...parts]));
}

/** A SEQUENCE of elements that are DER already. */
export function encodeSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return encodeDer(TAG.sequence, ...parts);
}

/** Orders the members as DER wants them (X.690 §11.6). */
export function encodeSetOf(...parts: readonly Uint8Array[]): Uint8Array {
  return encodeDer(TAG.set, ...[...parts].sort((left, right) => Buffer.compare(left, right)));
}

/** @param oid - dotted form. */
export function encodeOid(oid: string): Uint8Array {
  const [root = 0n, second = 0n, ...rest] = oid.split('.').map(BigInt);
  return encodeDer(TAG.oid, Uint8Array.from([root * 40n + second, ...rest].flatMap(encodeArc)));
}

/** @param magnitude - big-endian, not negative; leading zeros are dropped. */
export function encodeUnsigned(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Uint8Array.of(0) : magnitude.subarray(start);
  const pad = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return encodeDer(TAG.integer, pad, digits);
}

/** @param value - 0 to 255. */
export function encodeSmallInteger(value: number): Uint8Array {
  return encodeUnsigned(Uint8Array.of(value));
}

/** An ENUMERATED. @param value - 0 to 127. */
export function encodeEnumerated(value: number): Uint8Array {
  return encodeDer(0x0a, Uint8Array.of(value));
}

/** A BOOLEAN: 00 or FF. */
export function encodeBoolean(value: boolean): Uint8Array {
  return encodeDer(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** A UTF8String. */
export function encodeText(value: string): Uint8Array {
  return encodeDer(TAG.utf8String, Buffer.from(value, 'utf8'));
}

/** A PrintableString; the caller keeps to its alphabet. */
export function encodePrintable(value: string): Uint8Array {
  return encodeDer(TAG.printableString, Buffer.from(value, 'latin1'));
}

/** An OCTET STRING. */
export function encodeOctets(value: Uint8Array): Uint8Array {
  return encodeDer(TAG.octetString, value);
}

/** A BIT STRING of whole octets. */
export function encodeBits(value: Uint8Array): Uint8Array {
  return encodeDer(TAG.bitString, Uint8Array.of(0), value);
}

/** A BIT STRING of named bits without trailing zeros (X.690 §11.2.2). @param bits - 0 to 15. */
export function encodeNamedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const octets = new Uint8Array(Math.ceil((highest + 1) / 8));
  for (const bit of bits) {
    octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return encodeDer(TAG.bitString, Uint8Array.of(octets.length * 8 - highest - 1), octets);
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); parts of a second are cut off. */
export function encodeTime(instant: Date): Uint8Array {
  const digits = `${instant.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  const year = instant.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? encodeDer(TAG.utcTime, Buffer.from(digits.slice(2)))
    : encodeDer(TAG.generalizedTime, Buffer.from(digits));
}

/** A GeneralizedTime with seconds, whatever the year; parts of a second are cut off. */
export function encodeGeneralizedTime(instant: Date): Uint8Array {
  const digits = instant.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return encodeDer(TAG.generalizedTime, Buffer.from(`${digits}Z`));
}

/** A constructed, context-specific element. @param number - 0 to 30. */
export function encodeExplicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return encodeDer(0xa0 | number, ...parts);
}

function encodeHeader(tag: number, length: number): Uint8Array {
  if (length < 0x80) {
    return Uint8Array.of(tag, length);
  }
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    octets.unshift(rest % 256);
  }
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}

function encodeArc(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) {
    octets.unshift(Number(rest & 0x7fn) | 0x80);
  }
  return octets;
}

/** IMPLICIT tagging: another identifier octet over the same content (X.690 §8.14). */
export function retag(tag: number, element: Uint8Array): Uint8Array {
  const retagged = element.slice();
  retagged[0] = tag;
  return retagged;
}
