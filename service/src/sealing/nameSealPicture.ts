import type { Colour, Drawing } from '../documents/drawing.ts';
import type { GlyphOutline } from '../documents/fontOutline.ts';
import { licenceFont } from '../documents/fonts.ts';
import { glyphPath } from '../documents/glyphPath.ts';
import { rectanglePath, stroked } from '../documents/shapes.ts';
import { ServiceError } from '../errors.ts';

/** Side of a name seal: the usual size of a legal representative's. */
export const NAME_SEAL_SIDE_MM = 18;
const SEAL_RED: Colour = '#d7000f';

const RIM_WIDTH = 0.9;
const PADDING = 1.1;
const STROKE_WIDTH = 0.14;
const MIN_CHARACTERS = 2;
const MAX_CHARACTERS = 16;

/** Words after a name that say what it is, and are not drawn. */
const SUFFIX = /(?:之印|印章|名章|法定代表人章|法定代表人|法人章|印)$/u;

/** What fills two by two characters after a name. */
const ENDINGS: Readonly<Record<number, string>> = { 2: '之印', 3: '印' };

/**
 * Draws a square name seal of 18 mm, characters from the right column to the left, each downwards: a name of two
 * characters is followed by 之印, one of three by 印.
 *
 * @param name - 2 to 16 characters, after a word such as 之印 is dropped.
 * @throws ServiceError `GLYPH_MISSING`, `REQUEST_MALFORMED` for a name that is too short or too long.
 */
export function drawNameSeal(name: string): Drawing {
  const written = name.replaceAll(/\s/gu, '').replace(SUFFIX, '');
  const { length } = Array.from(written);
  if (length < MIN_CHARACTERS || length > MAX_CHARACTERS) {
    throw new ServiceError(
      'REQUEST_MALFORMED',
      `a name seal shows ${MIN_CHARACTERS} to ${MAX_CHARACTERS} characters, not ${length}`,
    );
  }
  const characters = Array.from(written + (ENDINGS[length] ?? ''));
  const rows = Math.ceil(Math.sqrt(characters.length));
  const columns = Math.ceil(characters.length / rows);
  const font = licenceFont();
  font.requireGlyphs([characters.join('')]);
  const inner = NAME_SEAL_SIDE_MM - 2 * (RIM_WIDTH + PADDING);
  const [width, height] = [inner / columns, inner / rows];
  const paths = characters.flatMap((character, place) => {
    const outline = font.outline(character.codePointAt(0) ?? 0);
    const column = columns - 1 - Math.floor(place / rows);
    const left = RIM_WIDTH + PADDING + column * width;
    const top = RIM_WIDTH + PADDING + (place % rows) * height;
    return outline === null ? [] : [fitInto(outline, { left, top, width, height })];
  });
  const rim = RIM_WIDTH / 2;
  const side = NAME_SEAL_SIDE_MM - RIM_WIDTH;
  return {
    widthMm: NAME_SEAL_SIDE_MM,
    heightMm: NAME_SEAL_SIDE_MM,
    items: [
      stroked(rectanglePath(rim, rim, side, side), SEAL_RED, RIM_WIDTH),
      {
        kind: 'path',
        d: paths.join(''),
        fill: SEAL_RED,
        stroke: SEAL_RED,
        strokeWidthMm: STROKE_WIDTH,
      },
    ],
  };
}

interface Cell {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Ink fills its cell, as on a carved seal; what is slim by nature (一, 卜) is stretched no more than half as far again. */
function fitInto(outline: GlyphOutline, cell: Cell): string {
  const [xMin, yMin, xMax, yMax] = outline.boundingBox;
  const ink = 0.92;
  const even = Math.min(cell.width, cell.height) / 1000;
  const scale = (room: number, size: number): number =>
    Math.min((ink * room) / Math.max(size, 1), 1.5 * even);
  const [sx, sy] = [scale(cell.width, xMax - xMin), scale(cell.height, yMax - yMin)];
  const x = cell.left + cell.width / 2 - (sx * (xMin + xMax)) / 2;
  const y = cell.top + cell.height / 2 + (sy * (yMin + yMax)) / 2;
  return glyphPath(outline, [sx, 0, 0, -sy, x, y]);
}
