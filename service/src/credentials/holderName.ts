/** How a holder's name stands in a code that anyone can photograph. */

/** Longest name in a code, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 60;

export type HolderKind = 'person' | 'organisation';

/**
 * Gives the name as a code carries it: of a person the first character, then one star for each other one
 * (张三 → 张*, 欧阳娜娜 → 欧***; a name of one character becomes one star). Compound surnames are not told apart:
 * that would need a list, and reveal more. An organisation's name is public and stands as it is. Both are cut at
 * {@link MAX_NAME_BYTES} bytes on a character boundary.
 */
export function toCodeName(name: string, kind: HolderKind): string {
  return cutAtBytes(kind === 'person' ? maskName(name) : name, MAX_NAME_BYTES);
}

/** Cuts a text to at most so many bytes of UTF-8, never inside a character (code point). */
export function cutAtBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character, 'utf8');
    if (bytes > maxBytes) {
      break;
    }
    kept += character;
  }
  return kept;
}

function maskName(name: string): string {
  const [first = '', ...others] = name;
  return others.length === 0
    ? '*'.repeat(first.length === 0 ? 0 : 1)
    : first + '*'.repeat(others.length);
}
