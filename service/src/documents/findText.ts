/** Finding a text among characters that stand somewhere on pages. */
import { ServiceError } from '../errors.ts';
import type { BoxMm } from './drawing.ts';

/** A place where a text stands. */
export interface FoundText {
  /** From 1. */
  readonly page: number;
  readonly box: BoxMm;
}

export interface PlacedCharacter {
  readonly text: string;
  readonly box: BoxMm;
}

/** Further places are not told. */
export const MAX_FOUND = 200;
const MAX_KEYWORD = 100;

/**
 * Reads what is looked for. Blanks do not count, and forms of one character are the same (NFKC): fonts often map a
 * character to the radical that looks like it.
 *
 * @param keyword - 1 to 100 characters that are no blanks.
 * @throws ServiceError `REQUEST_MALFORMED` for a keyword of another length.
 */
export function readKeyword(keyword: string): readonly string[] {
  const wanted = Array.from(plain(keyword));
  if (wanted.length === 0 || wanted.length > MAX_KEYWORD) {
    throw new ServiceError('REQUEST_MALFORMED', 'a keyword has 1 to 100 characters');
  }
  return wanted;
}

function plain(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/gu, '');
}

/**
 * Finds a text on one page, also where it is written in several pieces side by side or below each other.
 *
 * @param placed - in the order in which they are painted.
 * @param wanted - of {@link readKeyword}.
 */
export function findCharacters(
  placed: readonly PlacedCharacter[],
  wanted: readonly string[],
): readonly BoxMm[] {
  const characters = placed.flatMap(({ text, box }) =>
    Array.from(plain(text), (one) => ({ text: one, box })),
  );
  const found: BoxMm[] = [];
  for (let start = 0; start + wanted.length <= characters.length; start += 1) {
    if (!wanted.every((one, index) => characters[start + index]?.text === one)) continue;
    const boxes = characters.slice(start, start + wanted.length).map((one) => one.box);
    if (boxes.every((box, index) => index === 0 || isBeside(boxes[index - 1] ?? box, box))) {
      found.push(unionOf(boxes));
      start += wanted.length - 1;
    }
  }
  return found;
}

/** No further apart than a blank and a half, in one line or one column. */
function isBeside(a: BoxMm, b: BoxMm): boolean {
  const reach = 1.5 * Math.max(a.heightMm, b.heightMm);
  const gapX = Math.max(b.xMm - (a.xMm + a.widthMm), a.xMm - (b.xMm + b.widthMm), 0);
  const gapY = Math.max(b.yMm - (a.yMm + a.heightMm), a.yMm - (b.yMm + b.heightMm), 0);
  const shiftX = Math.abs(b.xMm + b.widthMm / 2 - (a.xMm + a.widthMm / 2));
  const shiftY = Math.abs(b.yMm + b.heightMm / 2 - (a.yMm + a.heightMm / 2));
  const isInLine = gapX <= reach && shiftY <= reach / 3;
  const isInColumn = gapY <= reach && shiftX <= reach / 3;
  return isInLine || isInColumn;
}

/** The smallest box around all. */
function unionOf(boxes: readonly BoxMm[]): BoxMm {
  const xMm = Math.min(...boxes.map((box) => box.xMm));
  const yMm = Math.min(...boxes.map((box) => box.yMm));
  const right = Math.max(...boxes.map((box) => box.xMm + box.widthMm));
  const bottom = Math.max(...boxes.map((box) => box.yMm + box.heightMm));
  return { xMm, yMm, widthMm: right - xMm, heightMm: bottom - yMm };
}

/** Han characters fill an em, most others about half of one. */
export function guessAdvance(text: string): number {
  return Array.from(text).reduce((sum, one) => sum + (one > '\u2e7f' ? 1 : 0.5), 0);
}

/** Whether a part of a box lies on a sheet whose corner is the origin. */
export function isOnSheet(
  box: BoxMm,
  sheet: Readonly<{ widthMm: number; heightMm: number }>,
): boolean {
  return (
    box.xMm < sheet.widthMm &&
    box.yMm < sheet.heightMm &&
    box.xMm + box.widthMm > 0 &&
    box.yMm + box.heightMm > 0
  );
}
