/** Where a text stands on the pages of a PDF; run on a thread of its own, for the bytes are attacker-controlled. */
import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { ServiceError } from '../../errors.ts';
import type { BoxMm } from '../drawing.ts';
import {
  findCharacters,
  guessAdvance,
  isOnSheet,
  MAX_FOUND,
  type FoundText,
  type PlacedCharacter,
} from '../findText.ts';
import { boxOf, MM_PER_POINT, withPdf } from './pdfDrawing.ts';

const MAX_PAGES = 200;
const MAX_CHARACTERS = 500_000;
/** Above and below the baseline, in ems. */
const ASCENT = 0.88;
const DESCENT = 0.12;

/**
 * Finds a text that pages paint, turned and cut pages included; text in pictures, annotations and form fields is not
 * looked at.
 *
 * @param wanted - of `readKeyword`.
 * @returns at most 200 places on the first 200 pages, in the order of pages and painting.
 * @throws ServiceError `DOCUMENT_MALFORMED` if there is too much text; what pdf.js throws for a file that it cannot read.
 */
export async function findInPdf(
  bytes: Uint8Array,
  wanted: readonly string[],
): Promise<readonly FoundText[]> {
  return await withPdf(bytes, async (document) => {
    const found: FoundText[] = [];
    const budget = { characters: MAX_CHARACTERS };
    const last = Math.min(document.numPages, MAX_PAGES);
    for (let number = 1; number <= last && found.length < MAX_FOUND; number += 1) {
      const page = await document.getPage(number);
      const characters = await readCharacters(page, budget);
      for (const box of findCharacters(characters, wanted)) found.push({ page: number, box });
      page.cleanup();
    }
    return found.slice(0, MAX_FOUND);
  });
}

type Viewport = ReturnType<PDFPageProxy['getViewport']>;

/** One piece of text as pdf.js tells of it. */
interface TextPiece {
  readonly str: string;
  /** From text space, whose unit is the em, to user space. */
  readonly transform: readonly number[];
  /** Of the whole piece, in user space. */
  readonly width: number;
  readonly height: number;
  readonly isVertical: boolean;
}

async function readCharacters(
  page: PDFPageProxy,
  budget: { characters: number },
): Promise<readonly PlacedCharacter[]> {
  const viewport = page.getViewport({ scale: 1 }); // turns, cuts, and takes UserUnit into account
  const sheet = {
    widthMm: viewport.width * MM_PER_POINT,
    heightMm: viewport.height * MM_PER_POINT,
  };
  const { items, styles } = await page.getTextContent();
  const characters: PlacedCharacter[] = [];
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue;
    budget.characters -= item.str.length;
    if (budget.characters < 0) {
      throw new ServiceError('DOCUMENT_MALFORMED', 'not a readable PDF: too much text');
    }
    const { str, width, height } = item;
    const transform = item.transform as readonly number[]; // untyped there
    const isVertical = styles[item.fontName]?.vertical === true;
    const piece = { str, width, height, transform, isVertical };
    for (const one of splitPiece(piece, viewport)) {
      if (isOnSheet(one.box, sheet)) characters.push(one);
    }
  }
  return characters;
}

/** Characters share the length of their piece as they are likely to be wide. */
function splitPiece(piece: TextPiece, viewport: Viewport): readonly PlacedCharacter[] {
  const total = guessAdvance(piece.str);
  const length = piece.isVertical ? piece.height : piece.width;
  let before = 0;
  return Array.from(piece.str, (text) => {
    const from = (before / total) * length;
    before += guessAdvance(text);
    return { text, box: boxAlong(piece, viewport, { from, to: (before / total) * length }) };
  });
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Text stands on its baseline; vertical text hangs from its origin, with its middle on the line. */
function boxAlong(piece: TextPiece, viewport: Viewport, { from, to }: Stretch): BoxMm {
  const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = piece.transform;
  const em = Math.hypot(c, d) || 1;
  const wide = Math.hypot(a, b) || 1;
  const [along, up] = [
    [a / wide, b / wide],
    [c / em, d / em],
  ] as const;
  const [left, right, low, high] = piece.isVertical
    ? [-wide / 2, wide / 2, -to, -from]
    : [from, to, -DESCENT * em, ASCENT * em];
  const corners = [left, right].flatMap((s) =>
    [low, high].map((t): readonly [number, number] => {
      const [px, py] = [x + s * along[0] + t * up[0], y + s * along[1] + t * up[1]];
      const [shownX = 0, shownY = 0] = viewport.convertToViewportPoint(px, py) as number[];
      return [shownX, shownY];
    }),
  );
  const [xs, ys] = [corners.map((corner) => corner[0]), corners.map((corner) => corner[1])];
  return boxOf([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
}
