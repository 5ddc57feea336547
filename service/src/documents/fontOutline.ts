import { ServiceError } from '../errors.ts';
import type { FontFile } from './fontFile.ts';

/** One step of an outline: quadratic curves, as TrueType has them; font units, y upwards. */
export type OutlineCommand =
  | { readonly kind: 'M' | 'L'; readonly x: number; readonly y: number }
  | {
      readonly kind: 'Q';
      readonly cx: number;
      readonly cy: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly kind: 'Z' };

export interface GlyphOutline {
  /** Font units. */
  readonly advance: number;
  /** xMin, yMin, xMax, yMax; zeros for an empty glyph. */
  readonly boundingBox: readonly [number, number, number, number];
  readonly commands: readonly OutlineCommand[];
}

interface OutlinePoint {
  readonly x: number;
  readonly y: number;
  readonly isOnCurve: boolean;
}

const ON_CURVE = 0x01;
const X_SHORT = 0x02;
const Y_SHORT = 0x04;
const REPEAT = 0x08;
const X_SAME_OR_POSITIVE = 0x10;
const Y_SAME_OR_POSITIVE = 0x20;

/**
 * Reads one simple glyph (OpenType 1.9, `glyf`). The licence font has no composite glyphs.
 *
 * @throws ServiceError `INTERNAL` on a composite glyph.
 */
export function parseOutline(file: FontFile, glyph: number): GlyphOutline {
  const advance = file.advances[glyph] ?? 0;
  const start = file.glyphOffsets[glyph] ?? 0;
  if (start === file.glyphOffsets[glyph + 1]) {
    return { advance, boundingBox: [0, 0, 0, 0], commands: [] };
  }
  const { view } = file;
  const contourCount = view.getInt16(start);
  if (contourCount < 0)
    throw new ServiceError('INTERNAL', `glyph ${glyph} of the licence font is composite`);
  const box = [2, 4, 6, 8].map((offset) => view.getInt16(start + offset));
  const commands = parseContours(view, start, contourCount);
  return { advance, boundingBox: box as [number, number, number, number], commands }; // four offsets above
}

/**
 * Reads the contours of a simple glyph.
 *
 * @param start - of the glyph in `view`.
 * @throws RangeError if it reaches beyond the view.
 */
export function parseContours(
  view: DataView,
  start: number,
  contourCount: number,
): readonly OutlineCommand[] {
  const contourEnds = Array.from({ length: contourCount }, (_, i) =>
    view.getUint16(start + 10 + 2 * i),
  );
  const points = parsePoints(view, start + 10 + 2 * contourCount, (contourEnds.at(-1) ?? -1) + 1);
  return contourEnds.flatMap((end, i) =>
    toCommands(points.slice(i === 0 ? 0 : (contourEnds[i - 1] ?? 0) + 1, end + 1)),
  );
}

function parsePoints(
  view: DataView,
  afterContours: number,
  count: number,
): readonly OutlinePoint[] {
  let cursor = afterContours + 2 + view.getUint16(afterContours); // instructions are skipped
  const flags: number[] = [];
  while (flags.length < count) {
    const flag = view.getUint8(cursor++);
    const times = (flag & REPEAT) === 0 ? 1 : 1 + view.getUint8(cursor++);
    for (let i = 0; i < times; i += 1) flags.push(flag);
  }
  const readAxis = (isShort: number, isSameOrPositive: number): readonly number[] => {
    let value = 0;
    return flags.map((flag) => {
      if ((flag & isShort) !== 0) {
        value +=
          (flag & isSameOrPositive) === 0 ? -view.getUint8(cursor++) : view.getUint8(cursor++);
      } else if ((flag & isSameOrPositive) === 0) {
        value += view.getInt16(cursor);
        cursor += 2;
      }
      return value;
    });
  };
  const xs = readAxis(X_SHORT, X_SAME_OR_POSITIVE);
  const ys = readAxis(Y_SHORT, Y_SAME_OR_POSITIVE);
  return flags.map((flag, i) => ({
    x: xs[i] ?? 0,
    y: ys[i] ?? 0,
    isOnCurve: (flag & ON_CURVE) !== 0,
  }));
}

/** Two off-curve points in a row have an on-curve one half-way between them; `Z` draws the last straight line. */
function toCommands(contour: readonly OutlinePoint[]): readonly OutlineCommand[] {
  const start = startOf(contour);
  if (start === null) return [];
  const commands: OutlineCommand[] = [{ kind: 'M', x: start.x, y: start.y }];
  let control: OutlinePoint | null = null;
  for (const point of [...(contour[0] === start ? contour.slice(1) : contour), start]) {
    if (control !== null) {
      const end: OutlinePoint = point.isOnCurve ? point : midpoint(control, point);
      commands.push({ kind: 'Q', cx: control.x, cy: control.y, x: end.x, y: end.y });
      control = point.isOnCurve ? null : point;
    } else if (!point.isOnCurve) control = point;
    else if (point !== start) commands.push({ kind: 'L', x: point.x, y: point.y });
  }
  commands.push({ kind: 'Z' });
  return commands;
}

function startOf(contour: readonly OutlinePoint[]): OutlinePoint | null {
  const [first] = contour;
  const last = contour.at(-1);
  if (first === undefined || last === undefined) return null;
  if (first.isOnCurve) return first;
  return last.isOnCurve ? last : midpoint(first, last);
}

function midpoint(a: OutlinePoint, b: OutlinePoint): OutlinePoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, isOnCurve: true };
}
