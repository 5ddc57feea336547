/** Pictures of personal signatures: handwriting as strokes or as a picture, or a typed name. Paths only. */
import type { Colour, Drawing } from '../documents/drawing.ts';
import { licenceFont } from '../documents/fonts.ts';
import { glyphPath, hundredths } from '../documents/glyphPath.ts';
import { filled, stroked } from '../documents/shapes.ts';
import { ServiceError } from '../errors.ts';
import { readPngInk, type Ink } from './readPng.ts';

/** A pen's way, point by point, y downwards, in any unit. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** The largest a signature is drawn, millimetres. */
const BOX = { widthMm: 40, heightMm: 16 };
const INK: Colour = '#101040';
const PEN_MM = 0.5;
const MARGIN_MM = 0.5;

const MAX_STROKES = 200;
const MAX_POINTS = 5000;
const MAX_COORDINATE = 100_000;
/** Pictures are drawn with at most so many columns. */
const MAX_COLUMNS = 320;
const MAX_RUNS = 12_000;
const MAX_TYPED = 40;

function refusal(why: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `the signature cannot be drawn: ${why}`);
}

/**
 * Draws handwriting given as strokes, at most 40 × 16 mm.
 *
 * @param strokes - attacker-controlled; at most 200 with 5,000 points together.
 * @throws ServiceError `REQUEST_MALFORMED`.
 */
export function drawStrokes(strokes: readonly Stroke[]): Drawing {
  const points = strokes.flat();
  if (strokes.length === 0 || strokes.length > MAX_STROKES || points.length > MAX_POINTS) {
    throw refusal(`it must have 1 to ${MAX_STROKES} strokes of ${MAX_POINTS} points together`);
  }
  if (strokes.some((stroke) => stroke.length < 2))
    throw refusal('a stroke has less than two points');
  if (!points.flat().every((value) => Math.abs(value) <= MAX_COORDINATE)) {
    throw refusal('a point is too far away');
  }
  const frame = frameOf(points);
  const d = strokes
    .map((stroke) =>
      stroke
        .map(
          ([x, y], index) =>
            `${index === 0 ? 'M' : 'L'}${hundredths(MARGIN_MM + (x - frame.left) * frame.scale)} ` +
            hundredths(MARGIN_MM + (y - frame.top) * frame.scale),
        )
        .join(''),
    )
    .join('');
  return { widthMm: frame.widthMm, heightMm: frame.heightMm, items: [stroked(d, INK, PEN_MM)] };
}

/**
 * Draws handwriting given as a PNG: its ink, nothing else of it.
 *
 * @param png - attacker-controlled.
 * @throws ServiceError `REQUEST_MALFORMED` also for a picture without ink, or of nothing but specks.
 */
export function drawInk(png: Uint8Array): Drawing {
  const ink = shrink(readPngInk(png));
  const runs = runsOf(ink);
  if (runs.length === 0) throw refusal('the picture has no ink');
  if (runs.length > MAX_RUNS) throw refusal('the picture is no handwriting');
  const frame = frameOf(
    runs.flatMap(({ x, y, length }): [number, number][] => [
      [x, y],
      [x + length, y + 1],
    ]),
  );
  const point = (x: number, y: number): string =>
    `${hundredths(MARGIN_MM + (x - frame.left) * frame.scale)} ${hundredths(MARGIN_MM + (y - frame.top) * frame.scale)}`;
  const d = runs
    .map(
      ({ x, y, length }) =>
        `M${point(x, y)}L${point(x + length, y)}L${point(x + length, y + 1)}L${point(x, y + 1)}Z`,
    )
    .join('');
  return { widthMm: frame.widthMm, heightMm: frame.heightMm, items: [filled(d, INK)] };
}

/**
 * Draws a typed name.
 *
 * @throws ServiceError `GLYPH_MISSING`, `REQUEST_MALFORMED`.
 */
export function drawTypedName(name: string): Drawing {
  const characters = Array.from(name.trim());
  if (characters.length === 0 || characters.length > MAX_TYPED) {
    throw refusal(`a typed name has 1 to ${MAX_TYPED} characters`);
  }
  const font = licenceFont();
  font.requireGlyphs([name]);
  const outlines = characters.flatMap((one) => font.outline(one.codePointAt(0) ?? 0) ?? []);
  const advance = outlines.reduce((sum, outline) => sum + outline.advance, 0);
  const scale =
    Math.min(8, (BOX.widthMm * font.unitsPerEm) / Math.max(advance, 1)) / font.unitsPerEm;
  const heightMm = 1.2 * scale * font.unitsPerEm;
  let x = MARGIN_MM;
  const d = outlines.map((outline) => {
    const path = glyphPath(outline, [scale, 0, 0, -scale, x, heightMm * 0.8]);
    x += outline.advance * scale;
    return path;
  });
  return { widthMm: x + MARGIN_MM, heightMm, items: [filled(d.join(''), INK)] };
}

interface Frame {
  readonly left: number;
  readonly top: number;
  /** Millimetres a unit. */
  readonly scale: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

function frameOf(points: readonly (readonly [number, number])[]): Frame {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const [width, height] = [right - left, bottom - top];
  if (!(width > 0 || height > 0)) throw refusal('it is a dot');
  const scale = Math.min(
    (BOX.widthMm - 2 * MARGIN_MM) / Math.max(width, 1e-6),
    (BOX.heightMm - 2 * MARGIN_MM) / Math.max(height, 1e-6),
  );
  return {
    ...{ left, top, scale },
    widthMm: width * scale + 2 * MARGIN_MM,
    heightMm: height * scale + 2 * MARGIN_MM,
  };
}

/** A coarser picture: a cell is ink if any of its pixels is. */
function shrink(ink: Ink): Ink {
  const step = Math.ceil(Math.max(ink.width, ink.height) / MAX_COLUMNS);
  if (step === 1) return ink;
  const [width, height] = [Math.ceil(ink.width / step), Math.ceil(ink.height / step)];
  const pixels = new Uint8Array(width * height);
  ink.pixels.forEach((value, index) => {
    if (value === 0) return;
    const column = Math.floor((index % ink.width) / step);
    pixels[Math.floor(index / ink.width / step) * width + column] = 1;
  });
  return { width, height, pixels };
}

function runsOf({ width, height, pixels }: Ink): { x: number; y: number; length: number }[] {
  const runs: { x: number; y: number; length: number }[] = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const start = x;
      while (x < width && pixels[y * width + x] === 1) x += 1;
      if (x > start) runs.push({ x: start, y, length: x - start });
    }
  }
  return runs;
}
