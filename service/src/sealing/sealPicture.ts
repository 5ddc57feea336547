import type { Colour, Drawing, PathItem } from '../documents/drawing.ts';
import type { GlyphOutline } from '../documents/fontOutline.ts';
import { licenceFont, type LicenceFont } from '../documents/fonts.ts';
import { glyphPath, type Matrix } from '../documents/glyphPath.ts';
import { circlePath, filled, starPath, stroked } from '../documents/shapes.ts';
import { ServiceError } from '../errors.ts';

/** What a round official seal shows. */
export interface SealPictureText {
  /** 单位名称, along the ring: 2 to 40 characters. */
  readonly name: string;
  /** Straight line below the star, such as 电子证照专用章; at most 12 characters. */
  readonly bottomLine?: string;
  /** Small figures along the lower rim, such as a seal number; at most 18 characters. */
  readonly number?: string;
}

export const SEAL_DIAMETER_MM = 42;
const SEAL_RED: Colour = '#d7000f';

const CENTRE = SEAL_DIAMETER_MM / 2;
const RIM_WIDTH = 1.2;
const STAR_RADIUS = 7;
/** Where the characters of the ring end outwards. */
const RING_RADIUS = CENTRE - RIM_WIDTH - 1.1;
/** Gives thin strokes of narrow characters the weight they have on an engraved seal. */
const STROKE_WIDTH = 0.12;

/** A character ready to be placed: its box is `width` × 1 em, the ink in the middle. */
interface Cell {
  readonly outline: GlyphOutline;
  /** In ems. */
  readonly width: number;
  /** Font units: where the box starts, relative to the glyph's origin. */
  readonly left: number;
}

/**
 * Draws a round official seal of 42 mm: rim, star, the holder's name clockwise from lower left to lower
 * right, a straight line below the star. Paths only, so it needs no font where it is shown.
 *
 * @throws ServiceError `GLYPH_MISSING` if the font cannot show a character, `REQUEST_MALFORMED` if a text is
 * too short or too long.
 */
export function drawSealPicture(text: SealPictureText): Drawing {
  requireLength('name', text.name, 2, 40);
  requireLength('bottomLine', text.bottomLine ?? '-', 1, 12);
  requireLength('number', text.number ?? '-', 1, 18);
  const font = licenceFont();
  font.requireGlyphs([text.name, text.bottomLine ?? '', text.number ?? '']);
  const ring = fitRing(toCells(font, text.name), text.bottomLine !== undefined);
  const items: PathItem[] = [
    stroked(circlePath(CENTRE, CENTRE, CENTRE - RIM_WIDTH / 2), SEAL_RED, RIM_WIDTH),
    filled(starPath(CENTRE, CENTRE, STAR_RADIUS), SEAL_RED),
    inked(drawRing(ring)),
  ];
  if (text.bottomLine !== undefined) {
    items.push(inked(drawBottomLine(toCells(font, text.bottomLine), ring)));
  }
  if (text.number !== undefined)
    items.push(filled(drawNumber(toCells(font, text.number)), SEAL_RED));
  return { widthMm: SEAL_DIAMETER_MM, heightMm: SEAL_DIAMETER_MM, items };
}

function requireLength(member: string, text: string, min: number, max: number): void {
  const { length } = Array.from(text);
  if (length < min || length > max) {
    throw new ServiceError(
      'REQUEST_MALFORMED',
      `the seal's ${member} must have ${min} to ${max} characters, not ${length}`,
    );
  }
}

function inked(d: string): PathItem {
  return { kind: 'path', d, fill: SEAL_RED, stroke: SEAL_RED, strokeWidthMm: STROKE_WIDTH };
}

/** Han characters keep their square; what has little ink (brackets, figures) gets a narrow box around it. */
function toCells(font: LicenceFont, text: string): readonly Cell[] {
  return Array.from(text).flatMap((character) => {
    const outline = font.outline(character.codePointAt(0) ?? 0);
    if (outline === null) return [];
    const [xMin, , xMax] = outline.boundingBox;
    if (/\p{Script=Han}/u.test(character))
      return [{ outline, width: outline.advance / font.unitsPerEm, left: 0 }];
    const width = Math.max(xMax - xMin, 0.2 * font.unitsPerEm) + 0.16 * font.unitsPerEm;
    return [{ outline, width: width / font.unitsPerEm, left: (xMin + xMax - width) / 2 }];
  });
}

interface Ring {
  readonly cells: readonly Cell[];
  readonly heightMm: number;
  /** Width of one em. */
  readonly widthMm: number;
  /** Angle of one em with its gap, radians. */
  readonly step: number;
  /** Angle between the top and the outer edge of the last character, radians. */
  readonly halfArc: number;
}

/** The more characters, the lower and (more so) the narrower they are; the arc grows up to its limit. */
function fitRing(cells: readonly Cell[], hasBottomLine: boolean): Ring {
  const ems = cells.reduce((sum, cell) => sum + cell.width, 0);
  const heightMm = Math.min(6.4, Math.max(4.5, 7.1 - 0.12 * ems));
  const radius = RING_RADIUS - heightMm / 2;
  const limit = ((hasBottomLine ? 276 : 300) * Math.PI) / 180;
  const step = Math.min(limit / ems, (1.55 * heightMm) / radius);
  const innerWidth = step * (RING_RADIUS - heightMm);
  return {
    cells,
    heightMm,
    widthMm: Math.min(0.94 * heightMm, 0.96 * innerWidth),
    step,
    halfArc: (step * ems) / 2,
  };
}

function drawRing({ cells, heightMm, widthMm, step, halfArc }: Ring): string {
  let angle = -halfArc;
  return cells
    .map((cell) => {
      const middle = angle + (cell.width * step) / 2;
      angle += cell.width * step;
      return glyphPath(cell.outline, onCircle(cell, { middle, heightMm, widthMm }));
    })
    .join('');
}

/** Noto's em box for Han characters reaches from 120 units below the baseline to 880 above. */
const EM_BOTTOM = -120;

interface Place {
  /** Angle from the top, clockwise, radians. */
  readonly middle: number;
  readonly heightMm: number;
  readonly widthMm: number;
}

/** Upright outwards: x runs clockwise along the tangent, y away from the centre. */
function onCircle(cell: Cell, { middle, heightMm, widthMm }: Place): Matrix {
  const [sin, cos] = [Math.sin(middle), Math.cos(middle)];
  const [sx, sy] = [widthMm / 1000, heightMm / 1000];
  const x = -(cell.left + (cell.width * 1000) / 2) * sx;
  const y = RING_RADIUS - heightMm - EM_BOTTOM * sy;
  return [
    cos * sx,
    sin * sx,
    sin * sy,
    -cos * sy,
    CENTRE + cos * x + sin * y,
    CENTRE + sin * x - cos * y,
  ];
}

/** Between the star and the rim, no wider than the ring's ends leave room. */
function drawBottomLine(cells: readonly Cell[], ring: Ring): string {
  const heightMm = 3.7;
  const bottom = CENTRE + 13.2;
  const ems = cells.reduce((sum, cell) => sum + cell.width, 0);
  const room =
    2 *
    Math.min(
      9.6,
      (RING_RADIUS - ring.heightMm) * Math.sin(Math.max(ring.halfArc, Math.PI / 2)) - 0.7,
    );
  const pitch = Math.min(1.12 * heightMm, room / ems);
  const sx = Math.min(0.94 * heightMm, 0.94 * pitch) / 1000;
  const sy = heightMm / 1000;
  let x = CENTRE - (pitch * ems) / 2;
  return cells
    .map((cell) => {
      const left = x + (cell.width * (pitch - 1000 * sx)) / 2 - cell.left * sx;
      x += cell.width * pitch;
      return glyphPath(cell.outline, [sx, 0, 0, -sy, left, bottom + EM_BOTTOM * sy]);
    })
    .join('');
}

/** Figures along the lower rim, counter-clockwise, tops towards the centre. */
function drawNumber(cells: readonly Cell[]): string {
  const scale = 1.9 / 1000;
  const radius = CENTRE - RIM_WIDTH - 0.75;
  const total = cells.reduce((sum, cell) => sum + cell.width, 0) * 1.9;
  let along = -total / 2;
  return cells
    .map((cell) => {
      const width = cell.width * 1.9;
      const angle = (along + width / 2) / radius; // from the bottom, counter-clockwise
      along += width;
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      const x = -cell.left * scale - width / 2;
      return glyphPath(cell.outline, [
        cos * scale,
        -sin * scale,
        -sin * scale,
        -cos * scale,
        CENTRE + sin * radius + cos * x,
        CENTRE + cos * radius - sin * x,
      ]);
    })
    .join('');
}
