import { checkIdentifier, type IdentifierFeedback } from './identifier.ts';

/** What somebody typed, pasted or scanned. `presentation`: a code for windows, which no public page can redeem. */
export type Entry =
  | { readonly kind: 'empty' }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'presentation' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'identifier'; readonly feedback: IdentifierFeedback };

/** Longer than every code we print. */
export const MAX_ENTRY_LENGTH = 4096;

/** Tells the code of a document or a receipt (with or without its web address), a presentation code and an identifier apart. */
export function readEntry(text: string): Entry {
  const tidy = text.slice(0, MAX_ENTRY_LENGTH).replace(/\s/g, '');
  if (tidy === '') return { kind: 'empty' };
  const mark = tidy.search(/(?:^|#)YX[1R]\./i);
  if (mark >= 0) {
    const code = tidy.slice(mark).replace(/^#?YX[1R]\./i, (found) => found.slice(-4).toUpperCase());
    return { kind: 'code', code };
  }
  if (/^YXP\./i.test(tidy)) return { kind: 'presentation' };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(tidy)) return { kind: 'foreign' };
  return { kind: 'identifier', feedback: checkIdentifier(text) };
}

/** What the phone's camera opened: the code in the address's fragment; null if there is none. */
export function readFragment(hash: string): string | null {
  const entry = readEntry(hash.slice(1));
  return entry.kind === 'code' && /^#YX[1R]\./.test(hash) ? entry.code : null;
}
