/** Handwriting as the service takes it. */
export type Point = readonly [x: number, y: number];
export type Stroke = readonly Point[];

/** Points nearer than this to the one before add nothing that can be seen. */
const LEAST_STEP = 1.5;
const MAX_STROKES = 200;
const MAX_POINTS = 2500;

/** A stroke with another point, unless the point is where the last one was. */
export function extend(stroke: Stroke, [x, y]: Point): Stroke {
  const last = stroke.at(-1);
  const isNear = last !== undefined && Math.hypot(x - last[0], y - last[1]) < LEAST_STEP;
  return isNear ? stroke : [...stroke, [round(x), round(y)]];
}

/** Whether the service would still take another point. */
export function hasRoom(strokes: readonly Stroke[]): boolean {
  const points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  return strokes.length <= MAX_STROKES && points < MAX_POINTS;
}

/** The outline of a stroke for SVG; a dot where the pen did not move. */
export function strokePath(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (first === undefined) return '';
  const begin = `M${first.join(' ')}`;
  return rest.length === 0 ? `${begin}h0.1` : begin + rest.map((at) => `L${at.join(' ')}`).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
