/** Bytes as decimal digits, for the numeric mode of a QR symbol: 7 bytes in 17 digits (3.35 bits a digit of 3.33). */

import { ServiceError } from '../errors.ts';

const GROUP_BYTES = 7;
const GROUP_DIGITS = 17; // ⌈56 · log10 2⌉

/** Digits of a last group of n bytes: ⌈n · 8 · log10 2⌉. */
const DIGITS_OF_BYTES = [0, 3, 5, 8, 10, 13, 15, GROUP_DIGITS] as const;
/** Bytes of a last group of n digits; −1 where no number of bytes gives that length. */
const BYTES_OF_DIGITS = Array.from({ length: GROUP_DIGITS }, (_, digits) =>
  DIGITS_OF_BYTES.findIndex((length) => length === digits),
);

/** Longest text {@link decodeDigits} takes: what a version 40 symbol holds in numeric mode at level L. */
export const MAX_DIGITS = 7089;

/**
 * Writes bytes as decimal digits: each 7 bytes, big-endian, as 17 digits; a last group of n bytes as
 * ⌈n · 8 · log10 2⌉ digits.
 */
export function encodeDigits(bytes: Uint8Array): string {
  let digits = '';
  for (let start = 0; start < bytes.length; start += GROUP_BYTES) {
    digits += encodeGroup(bytes, start, Math.min(start + GROUP_BYTES, bytes.length));
  }
  return digits;
}

/**
 * Reads what {@link encodeDigits} wrote; every byte string has exactly one text.
 *
 * @param text - attacker-controlled; at most {@link MAX_DIGITS} characters `0` to `9`.
 * @throws ServiceError `CODE_MALFORMED` for another character, an impossible length or a group out of range.
 */
export function decodeDigits(text: string): Uint8Array {
  if (text.length > MAX_DIGITS || !/^[0-9]*$/.test(text)) {
    throw new ServiceError('CODE_MALFORMED', 'code is not a bounded run of decimal digits');
  }
  const wholeGroups = Math.floor(text.length / GROUP_DIGITS);
  const lastBytes = BYTES_OF_DIGITS[text.length % GROUP_DIGITS] ?? -1;
  if (lastBytes < 0) {
    throw new ServiceError('CODE_MALFORMED', `no bytes give ${text.length} digits`);
  }
  const bytes = new Uint8Array(wholeGroups * GROUP_BYTES + lastBytes);
  for (let group = 0; group * GROUP_DIGITS < text.length; group++) {
    const into = bytes.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES);
    decodeGroup(text, group * GROUP_DIGITS, into);
  }
  return bytes;
}

/** Digits that n bytes take. */
export function digitsLength(byteLength: number): number {
  const last = DIGITS_OF_BYTES[byteLength % GROUP_BYTES] ?? 0;
  return Math.floor(byteLength / GROUP_BYTES) * GROUP_DIGITS + last;
}

/** A group is below 2^56 and doubles are whole below 2^53, so it is split into its first 3 and its other bytes. */
function encodeGroup(bytes: Uint8Array, start: number, end: number): string {
  const digits = DIGITS_OF_BYTES[end - start] ?? 0;
  if (end - start < GROUP_BYTES) {
    return wholeNumber(bytes, start, end).toString().padStart(digits, '0');
  }
  const high = wholeNumber(bytes, start, start + 3); // value = high · 2^32 + low, cut at 10^8
  const low = wholeNumber(bytes, start + 3, end);
  const lowDigits = high * (2 ** 32 % 1e8) + low;
  const highDigits = high * Math.floor(2 ** 32 / 1e8) + Math.floor(lowDigits / 1e8);
  return (
    highDigits.toString().padStart(digits - 8, '0') + (lowDigits % 1e8).toString().padStart(8, '0')
  );
}

function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index++) {
    value = value * 256 + (bytes[index] ?? 0);
  }
  return value;
}

/** The same split as in {@link encodeGroup}, by 10^8 and 2^16, keeps every step below 2^53. */
function decodeGroup(text: string, from: number, into: Uint8Array): void {
  const to = Math.min(from + GROUP_DIGITS, text.length);
  const cut = Math.max(from, to - 8);
  const first = numberIn(text, from, cut);
  const rest = (first % 2 ** 16) * 1e8 + numberIn(text, cut, to);
  const high = Math.floor(first / 2 ** 16) * 1e8 + Math.floor(rest / 2 ** 16);
  let low = rest % 2 ** 16;
  for (let index = into.length - 1; index >= 0; index--) {
    into[index] = low % 256; // the last two bytes, then those above
    low = Math.floor(low / 256);
    if (index === into.length - 2) low = high;
  }
  if (low !== 0 || (into.length < 2 && high !== 0)) {
    throw new ServiceError('CODE_MALFORMED', 'a group of digits is out of range');
  }
}

function numberIn(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) {
    value = value * 10 + text.charCodeAt(index) - 48; // digits only
  }
  return value;
}
