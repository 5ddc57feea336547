/** Unified social credit codes (GB 32100-2015) while they are typed. */

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'; // no I, O, S, V, Z
export const CREDIT_CODE_LENGTH = 18;

/** How a typed credit code stands. */
export type CreditCodeFeedback =
  | { readonly state: 'empty' | 'right' }
  | { readonly state: 'typing'; readonly missing: number }
  | { readonly state: 'foreign'; readonly character: string }
  | { readonly state: 'long' }
  | { readonly state: 'check'; readonly expected: string };

/** What was meant: capitals, no spaces or hyphens. */
export function tidyCreditCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}

/** Judges a code as far as it is typed. */
export function checkCreditCode(typed: string): CreditCodeFeedback {
  const code = tidyCreditCode(typed);
  if (code === '') return { state: 'empty' };
  const foreign = Array.from(code).find((character) => !ALPHABET.includes(character));
  if (foreign !== undefined) return { state: 'foreign', character: foreign };
  if (code.length > CREDIT_CODE_LENGTH) return { state: 'long' };
  if (code.length < CREDIT_CODE_LENGTH) {
    return { state: 'typing', missing: CREDIT_CODE_LENGTH - code.length };
  }
  const expected = creditCodeCheckCharacter(code.slice(0, -1));
  return code.endsWith(expected) ? { state: 'right' } : { state: 'check', expected };
}

/** @param first - the first 17 characters, of the code's alphabet. */
export function creditCodeCheckCharacter(first: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}
