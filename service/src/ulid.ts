import { freshBytes } from './freshBytes.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32, as the ULID specification says
const TIME_DIGITS = 10;

let lastTime = -1;
/** Random digits of the last one. */
let digits = new Uint8Array(16);

/**
 * Makes a ULID: 48 bits of milliseconds, 79 random bits; 26 characters that sort by time. Those of one process and
 * millisecond sort in the order in which they were made (ULID specification, "Monotonicity").
 *
 * @param at - the instant it stands for.
 */
export function ulid(at: Date): string {
  const time = at.getTime();
  digits = time === lastTime ? next(digits) : fresh();
  lastTime = time;
  let text = '';
  let rest = time;
  for (let digit = 0; digit < TIME_DIGITS; digit++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  for (const digit of digits) text += ALPHABET.charAt(digit);
  return text;
}

function fresh(): Uint8Array<ArrayBuffer> {
  const random = Uint8Array.from(freshBytes(16), (byte) => byte & 31);
  random[0] = (random[0] ?? 0) & 15; // leaves room to count up
  return random;
}

function next(last: Uint8Array): Uint8Array<ArrayBuffer> {
  const counted = Uint8Array.from(last);
  for (let place = counted.length - 1; place >= 0; place--) {
    const digit = (counted[place] ?? 0) + 1;
    counted[place] = digit % 32;
    if (digit < 32) return counted;
  }
  return fresh(); // 2⁷⁹ in one millisecond
}
