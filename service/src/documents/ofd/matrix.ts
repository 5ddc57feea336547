/** Affine transforms as OFD and SVG write them (GB/T 33190 CTM). */
import type { BoxMm } from '../drawing.ts';
import type { Matrix } from '../glyphPath.ts';

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
/** Beyond it nothing is on a sheet of paper, and sums stay exact enough. */
const LIMIT = 1e6;

export function translation(x: number, y: number): Matrix {
  return [1, 0, 0, 1, x, y];
}

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [
    a * g + c * h,
    b * g + d * h,
    a * i + c * j,
    b * i + d * j,
    a * k + c * l + e,
    b * k + d * l + f,
  ];
}

export function transform([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** @returns the transform written; the identity if it is absent or cannot be read. */
export function parseMatrix(text: string | undefined): Matrix {
  const [a, b, c, d, e, f] = numbersIn(text ?? '');
  return a === undefined ||
    b === undefined ||
    c === undefined ||
    d === undefined ||
    e === undefined ||
    f === undefined
    ? IDENTITY
    : [a, b, c, d, e, f];
}

/** Numbers between blanks or commas; such as are none, or too large, are 0. */
export function numbersIn(text: string, limit = 1000): readonly number[] {
  const words = text.trim().split(/[\s,]+/u, limit);
  return words[0] === '' ? [] : words.map(numberOf);
}

/** @returns 0 for what is no number, or too large for a page. */
export function numberOf(word: string): number {
  const value = Number(word);
  return Number.isFinite(value) && Math.abs(value) <= LIMIT ? value : 0;
}

/** The upright box around a transformed one. */
export function boxAround(matrix: Matrix, { xMm, yMm, widthMm, heightMm }: BoxMm): BoxMm {
  const corners = [
    transform(matrix, xMm, yMm),
    transform(matrix, xMm + widthMm, yMm),
    transform(matrix, xMm, yMm + heightMm),
    transform(matrix, xMm + widthMm, yMm + heightMm),
  ];
  return boxOfPoints(corners);
}

export function boxOfPoints(points: readonly (readonly [number, number])[]): BoxMm {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { xMm: left, yMm: top, widthMm: Math.max(...xs) - left, heightMm: Math.max(...ys) - top };
}
