/** What comes into the one field of a counter: scanned, typed or pasted, told apart by its form alone. */
import { readCaseCode } from '../../caseProgress.ts';
import { MAX_ENTRY_LENGTH, readEntry } from '../../entry.ts';
import type { IdentifierFeedback } from '../../identifier.ts';

export type CounterEntry =
  | { readonly kind: 'empty' }
  /** A document's or a receipt's code: to be verified. */
  | { readonly kind: 'document' | 'receipt'; readonly code: string }
  /** What a holder shows: scanned, or eight spoken digits. */
  | { readonly kind: 'presentation' | 'spoken'; readonly code: string }
  /** Digits, still fewer than eight. */
  | { readonly kind: 'digits'; readonly digits: string }
  /** The code that a window shows: holders scan it, clerks don't. */
  | { readonly kind: 'windowCode' }
  /** By its query code or by its id. */
  | { readonly kind: 'case'; readonly code: string }
  | {
      readonly kind: 'identifier';
      readonly feedback: IdentifierFeedback;
      readonly isWhole: boolean;
    }
  | { readonly kind: 'foreign' };

export const SPOKEN_DIGITS = 8;
const PRESENTATION = /^YXP\.[A-Z2-7]{26}$/;
const WINDOW_CODE = /^YXW\.[A-Z2-7]{26}$/;
const CASE_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/; // a ULID
const CASE_ADDRESS = /\/case\/?#(.+)$/i;

/** Capitals, no white space, half-width characters, whatever dash and dot an input method gave. */
function tidied(text: string): string {
  return text
    .slice(0, MAX_ENTRY_LENGTH)
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200d\ufeff]/g, '')
    .replace(/[。．｡·]/g, '.');
}

/** Says what an entry is. Never asks: forms do not overlap once an entry is whole. */
export function readCounterEntry(text: string): CounterEntry {
  const tidy = tidied(text);
  if (tidy === '') return { kind: 'empty' };
  const capitals = tidy.toUpperCase();
  if (PRESENTATION.test(capitals)) return { kind: 'presentation', code: capitals };
  if (WINDOW_CODE.test(capitals)) return { kind: 'windowCode' };
  return readDigits(tidy) ?? readCase(tidy, capitals) ?? readVerifiable(tidy);
}

/** Eight digits; more of them are the beginning of something else. */
function readDigits(tidy: string): CounterEntry | null {
  const digits = tidy.replace(/\p{Pd}/gu, '');
  if (!/^\d{1,8}$/.test(digits)) return null;
  return digits.length === SPOKEN_DIGITS
    ? { kind: 'spoken', code: digits }
    : { kind: 'digits', digits };
}

function readCase(tidy: string, capitals: string): CounterEntry | null {
  const code = readCaseCode(CASE_ADDRESS.exec(tidy)?.[1] ?? tidy);
  if (code !== null) return { kind: 'case', code };
  return CASE_ID.test(capitals) ? { kind: 'case', code: capitals } : null;
}

function readVerifiable(tidy: string): CounterEntry {
  const entry = readEntry(tidy);
  switch (entry.kind) {
    case 'code':
      return { kind: entry.code.startsWith('YXR.') ? 'receipt' : 'document', code: entry.code };
    case 'identifier': {
      const { fault, next } = entry.feedback;
      return {
        kind: 'identifier',
        feedback: entry.feedback,
        isWhole: fault === null && next === null,
      };
    }
    case 'empty':
      return { kind: 'empty' };
    case 'presentation':
    case 'foreign':
      return { kind: 'foreign' };
  }
}

/** Digits in groups of four while they are typed; everything else as it is. */
export function groupDigits(text: string): string {
  const digits = text.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '');
  if (!/^\d*$/.test(digits)) return /^[\d\s]+$/.test(text.slice(0, -1)) ? digits : text;
  return digits.length > SPOKEN_DIGITS ? digits : digits.replace(/^(\d{4})(?=\d)/, '$1 ');
}
