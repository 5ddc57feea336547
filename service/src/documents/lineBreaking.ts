import type { LicenceFont } from './fonts.ts';

/** Never at the start of a line (GB/T 15834 §5.1: closing marks stay with what they close). */
const CLOSING = /^[，。、；：！？）》〉」』】〕”’…%℃·,.;:!?)\]}]$/u;
/** Never at the end of a line. */
const OPENING = /^[（《〈「『【〔“‘([{￥$]$/u;
/** One Han character, with a mark behind it or without. */
const LONE_HAN = /^\p{Script=Han}[，。、；：！？）》”’]?$/u;
/** Parts of a figure, code or Latin word, which is broken only if it is longer than a line. */
const WORD = /^[\p{Script=Latin}\p{Nd}_./:@#&+-]$/u;

/**
 * Breaks a text into lines: between Han characters anywhere but before closing and after opening marks;
 * between Latin words at spaces. `\n` always ends a line. No Han character stands alone on the last line.
 *
 * @param widthMm - greater than one character.
 * @returns at least one line, none wider than `widthMm`, without spaces at their ends.
 */
export function breakLines(
  font: Pick<LicenceFont, 'measure' | 'widthOf'>,
  text: string,
  { sizeMm, widthMm }: { readonly sizeMm: number; readonly widthMm: number },
): readonly string[] {
  if (!text.includes('\n') && font.widthOf(text, sizeMm) <= widthMm) return [text];
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const piece of piecesOf(paragraph)) {
      const width = font.widthOf(piece, sizeMm);
      if (used + width <= widthMm) {
        line += piece;
        used += width;
        continue;
      }
      const parts = width <= widthMm ? [piece] : breakPiece(font, piece, { sizeMm, widthMm });
      for (const part of parts) {
        if (line.trimEnd() !== '') lines.push(line.trimEnd());
        line = part.trimStart();
        used = font.widthOf(line, sizeMm);
      }
    }
    const fits = (text: string): boolean => font.widthOf(text, sizeMm) <= widthMm;
    return keepCompany([...lines, line.trimEnd()], fits);
  });
}

/** A last line of a single Han character takes one more along from the line before. */
function keepCompany(lines: readonly string[], fits: (text: string) => boolean): readonly string[] {
  const [before = '', last = ''] = lines.slice(-2);
  const pieces = piecesOf(before);
  const moved = pieces.at(-1) ?? '';
  const kept = pieces.slice(0, -1);
  const areLone = LONE_HAN.test(last) && LONE_HAN.test(moved);
  if (!areLone || kept.length < 3 || !fits(moved + last)) return lines;
  return [...lines.slice(0, -2), kept.join('').trimEnd(), moved + last];
}

/** What must not be torn apart: a word, or a character with its marks. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let isOpen = false;
  let isWord = false;
  for (const character of text) {
    const joins = isOpen || CLOSING.test(character) || (isWord && WORD.test(character));
    pieces.push(joins ? (pieces.pop() ?? '') + character : character);
    isOpen = OPENING.test(character);
    isWord = WORD.test(character);
  }
  return pieces;
}

function breakPiece(
  font: Pick<LicenceFont, 'measure'>,
  piece: string,
  { sizeMm, widthMm }: { readonly sizeMm: number; readonly widthMm: number },
): readonly string[] {
  const advances = font.measure(piece, sizeMm);
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const [i, character] of Array.from(piece).entries()) {
    const advance = advances[i] ?? 0;
    if (part !== '' && used + advance > widthMm) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += advance;
  }
  return [...parts, part];
}
