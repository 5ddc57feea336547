import type { GlyphOutline } from './fontOutline.ts';

/** Affine transform of font units to millimetres: x' = a·x + c·y + e, y' = b·x + d·y + f (as in SVG and PDF). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * Writes an outline as SVG path data with absolute M, L, C, Z; quadratic curves are raised to cubic ones.
 *
 * @param matrix - takes font units (y upwards) to millimetres of the page (y downwards).
 */
export function glyphPath(outline: GlyphOutline, matrix: Matrix): string {
  const [a, b, c, d, e, f] = matrix;
  const point = (x: number, y: number): string =>
    `${hundredths(a * x + c * y + e)} ${hundredths(b * x + d * y + f)}`;
  let [fromX, fromY] = [0, 0];
  let path = '';
  for (const command of outline.commands) {
    if (command.kind === 'Z') {
      path += 'Z';
      continue;
    }
    const { x, y } = command;
    if (command.kind === 'Q') {
      const { cx, cy } = command;
      const first = point(fromX + (2 / 3) * (cx - fromX), fromY + (2 / 3) * (cy - fromY));
      path += `C${first} ${point(x + (2 / 3) * (cx - x), y + (2 / 3) * (cy - y))} ${point(x, y)}`;
    } else path += `${command.kind}${point(x, y)}`;
    [fromX, fromY] = [x, y];
  }
  return path;
}

/** A length with at most three decimals and no trailing zeros; never `-0` or an exponent. */
export function millimetres(value: number): string {
  return String(Math.round(value * 1000) / 1000 + 0);
}

/** A length with at most two decimals: fine enough for print (2,540 dpi), and shorter. */
export function hundredths(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}
