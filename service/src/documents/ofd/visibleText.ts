/** What a reader sees as text on the pages of an OFD, and where. */
import { ServiceError } from '../../errors.ts';
import type { BoxMm } from '../drawing.ts';
import {
  findCharacters,
  guessAdvance,
  isOnSheet,
  MAX_FOUND,
  readKeyword,
  type FoundText,
  type PlacedCharacter,
} from '../findText.ts';
import { boxAround, boxOfPoints, multiply, translation } from './matrix.ts';
import { readOfd } from './readOfd.ts';
import { countPages, readPage } from './readPages.ts';
import { characterAngle, placeText, type PlacedGlyph } from './textGlyphs.ts';
import { openPage, walkPage, type PlacedObject } from './walkPage.ts';

/** The text of one TextCode, in the order it is painted. */
export interface TextRun {
  readonly text: string;
  readonly box: BoxMm;
  /** Box of each character, by code point. */
  readonly characterBoxes: readonly BoxMm[];
}

export interface PageText {
  /** From 1. */
  readonly page: number;
  readonly runs: readonly TextRun[];
}

const MAX_CHARACTERS = 500_000;
/** Above and below the baseline, in ems. */
const ASCENT = 0.88;
const DESCENT = 0.12;

/**
 * Reads the text that pages of the first document show: templates and annotations too, invisible objects not. A seal's
 * picture and text inside of pictures are no text.
 *
 * @param bytes - attacker-controlled; at most 500,000 characters are read.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function readVisibleText(bytes: Uint8Array): readonly PageText[] {
  const ofd = readOfd(bytes);
  const [document] = ofd.documents;
  if (document === undefined) return [];
  let budget = MAX_CHARACTERS;
  return Array.from({ length: countPages(ofd, document) }, (_, index) => {
    const page = readPage(ofd, document, index + 1);
    const runs: TextRun[] = [];
    walkPage(openPage(ofd, document, page), (object) => {
      if (object.element.name !== 'TextObject' || !isPainted(object)) return;
      for (const run of runsOf(object)) {
        budget -= run.characterBoxes.length;
        if (budget < 0) throw tooMuch();
        if (isOnSheet(run.box, page.box)) runs.push(run);
      }
    });
    return { page: index + 1, runs };
  });
}

function tooMuch(): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', 'not a readable OFD: too much text');
}

function isPainted({ element: { attributes } }: PlacedObject): boolean {
  return attributes['Fill'] !== 'false' || attributes['Stroke'] === 'true';
}

function runsOf(object: PlacedObject): readonly TextRun[] {
  const angle = characterAngle(object.element);
  return placeText(object.element, guessAdvance).flatMap(({ glyphs, emWidth, size }) => {
    const shown = glyphs.filter((glyph) => glyph.text !== '');
    if (shown.length === 0 || size <= 0) return [];
    const characterBoxes = shown.flatMap((glyph, index) =>
      splitBox(boxOf(object, glyph, { next: shown[index + 1], emWidth, size, angle }), glyph.text),
    );
    return [
      {
        text: shown.map((glyph) => glyph.text).join(''),
        box: union(characterBoxes),
        characterBoxes,
      },
    ];
  });
}

interface GlyphPlace {
  readonly next: PlacedGlyph | undefined;
  readonly emWidth: number;
  readonly size: number;
  readonly angle: number;
}

/** As wide as the way to the next character, if that is to the right; else as the character is likely to be. */
function boxOf(
  { matrix }: PlacedObject,
  { text, x, y }: PlacedGlyph,
  { next, emWidth, size, angle }: GlyphPlace,
): BoxMm {
  const guessed = guessAdvance(text) * emWidth;
  const way = next === undefined ? 0 : next.x - x;
  const widthMm = way > 0 && way < 2 * guessed ? way : guessed;
  const upright = { xMm: 0, yMm: -ASCENT * size, widthMm, heightMm: (ASCENT + DESCENT) * size };
  const radians = (angle * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const turned = multiply(translation(x, y), [cos, sin, -sin, cos, 0, 0]);
  return boxAround(multiply(matrix, turned), upright);
}

/** Several characters of one glyph share its width. */
function splitBox(box: BoxMm, text: string): readonly BoxMm[] {
  const { length } = Array.from(text);
  const widthMm = box.widthMm / length;
  return Array.from({ length }, (_, i) => ({ ...box, xMm: box.xMm + i * widthMm, widthMm }));
}

function union(boxes: readonly BoxMm[]): BoxMm {
  return boxOfPoints(
    boxes.flatMap(({ xMm, yMm, widthMm, heightMm }): [number, number][] => [
      [xMm, yMm],
      [xMm + widthMm, yMm + heightMm],
    ]),
  );
}

/**
 * Finds a text on the pages, also where it is written in several pieces side by side or below each other. Blanks do not
 * count.
 *
 * @param bytes - attacker-controlled.
 * @param keyword - 1 to 100 characters that are no blanks.
 * @returns at most 200 places, in the order of pages and painting.
 * @throws ServiceError `DOCUMENT_MALFORMED`; `REQUEST_MALFORMED` for a keyword of another length.
 */
export function findKeyword(bytes: Uint8Array, keyword: string): readonly FoundText[] {
  const wanted = readKeyword(keyword);
  const found: FoundText[] = [];
  for (const { page, runs } of readVisibleText(bytes)) {
    for (const box of findCharacters(charactersOf(runs), wanted)) {
      if (found.length < MAX_FOUND) found.push({ page, box });
    }
  }
  return found;
}

function charactersOf(runs: readonly TextRun[]): readonly PlacedCharacter[] {
  return runs.flatMap(({ text, characterBoxes }) =>
    Array.from(text).flatMap((one, index): readonly PlacedCharacter[] => {
      const box = characterBoxes[index];
      return box === undefined ? [] : [{ text: one, box }];
    }),
  );
}
