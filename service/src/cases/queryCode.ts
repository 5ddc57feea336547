import { randomInt } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that it can be read out. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const GROUPS = 4;
const GROUP = 4;

/**
 * Draws a public query code: 16 characters, 80 random bits. Among 2³⁰ cases a guess hits one with probability 2⁻⁵⁰.
 *
 * @returns without separators.
 */
export function drawQueryCode(): string {
  return Array.from({ length: GROUPS * GROUP }, () => ALPHABET.charAt(randomInt(32))).join('');
}

/** In groups of four, to be read aloud. */
export function groupQueryCode(code: string): string {
  return code.replaceAll(/.{4}(?=.)/g, '$&-');
}

/**
 * Reads a code as people type it: in either case, with any spaces or dashes, I and L for 1, O for 0.
 *
 * @param text - attacker-controlled.
 * @returns null if it is none.
 */
export function readQueryCode(text: string): string | null {
  if (text.length > 64) return null;
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\-‐-―]/gu, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
  return CODE.test(plain) ? plain : null;
}
