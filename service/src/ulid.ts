import { freshBytes } from './freshBytes.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32, as the ULID specification says

/**
 * Makes a ULID: 48 bits of milliseconds, 80 random bits; 26 characters that sort by time.
 *
 * @param at - the instant it stands for.
 */
export function ulid(at: Date): string {
  let time = at.getTime();
  let text = '';
  for (let digit = 0; digit < 10; digit++) {
    text = ALPHABET.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  for (const byte of freshBytes(16)) text += ALPHABET.charAt(byte & 31);
  return text;
}
