/** Decimal digits as bytes: each 17 digits are 7 bytes, a last group of n bytes has ⌈n · 8 · log10 2⌉ digits. */
import { MalformedError, type Bytes } from './bytes.ts';

const GROUP_BYTES = 7;
const GROUP_DIGITS = 17;
const DIGITS_OF_BYTES: readonly number[] = [0, 3, 5, 8, 10, 13, 15];
/** What a version 40 symbol holds in numeric mode at level L. */
const MAX_DIGITS = 7089;

/**
 * Every byte string has exactly one text.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `CODE_MALFORMED` for another character, an impossible length or a group out of range.
 */
export function decodeDigits(text: string): Bytes {
  if (text.length > MAX_DIGITS || !/^[0-9]*$/.test(text)) {
    throw malformed('code is not a bounded run of decimal digits');
  }
  const lastBytes = DIGITS_OF_BYTES.indexOf(text.length % GROUP_DIGITS);
  if (lastBytes < 0) throw malformed(`no bytes give ${text.length} digits`);
  const groups = Math.floor(text.length / GROUP_DIGITS);
  const bytes = new Uint8Array(groups * GROUP_BYTES + lastBytes);
  for (let group = 0; group * GROUP_DIGITS < text.length; group += 1) {
    const digits = text.slice(group * GROUP_DIGITS, (group + 1) * GROUP_DIGITS);
    decodeGroup(digits, bytes.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES));
  }
  return bytes;
}

function decodeGroup(digits: string, into: Uint8Array): void {
  let value = BigInt(digits);
  for (let index = into.length - 1; index >= 0; index -= 1) {
    into[index] = Number(value & 0xffn);
    value >>= 8n;
  }
  if (value !== 0n) throw malformed('a group of digits is out of range');
}

function malformed(reason: string): MalformedError {
  return new MalformedError('CODE_MALFORMED', reason);
}
