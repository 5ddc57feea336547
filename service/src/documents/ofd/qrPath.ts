/** A QR symbol as OFD path data. Written as bytes, since thousands of small strings would cost more than all else on a page. */
import type { QrItem } from '../drawing.ts';

type Modules = QrItem['modules'];

const [M, L, C, SPACE, ZERO] = [0x4d, 0x4c, 0x43, 0x20, 0x30];
const MAX_RECTANGLE_BYTES = 4 * 10 + 2; // four points of a letter and two numbers up to 177, then C

/**
 * Draws rectangles, unit one module: runs of dark modules in a row, grown downwards while the next row has the same run.
 *
 * @param modules - square, at most 177 rows (version 40).
 */
export function encodeModules(modules: Modules): string {
  const path = takeSpace(Math.ceil(modules.length / 2) * modules.length * MAX_RECTANGLE_BYTES);
  let position = 0;
  modules.forEach((row, top) => {
    for (let left = darkFrom(row, 0); left < row.length;) {
      const right = lightFrom(row, left);
      if (!isRun(modules[top - 1], left, right)) {
        const bottom = bottomOf(modules, { top, left, right });
        position = writeRectangle(path, position, { left, top, right, bottom });
      }
      left = darkFrom(row, right);
    }
  });
  return path.toString('latin1', 0, Math.max(position - 1, 0));
}

let space = Buffer.alloc(0);

/** The same memory again and again: each path is copied into a text before the next one. */
function takeSpace(length: number): Buffer {
  if (space.length < length) space = Buffer.allocUnsafeSlow(length);
  return space;
}

interface Run {
  readonly top: number;
  readonly left: number;
  /** Exclusive. */
  readonly right: number;
}

function bottomOf(modules: Modules, { top, left, right }: Run): number {
  let bottom = top + 1;
  while (isRun(modules[bottom], left, right)) bottom += 1;
  return bottom;
}

function darkFrom(row: readonly boolean[], start: number): number {
  let column = start;
  while (column < row.length && row[column] !== true) column += 1;
  return column;
}

function lightFrom(row: readonly boolean[], start: number): number {
  let column = start;
  while (row[column] === true) column += 1;
  return column;
}

/** Whether the modules from left to right (exclusive) are dark and their neighbours are not. */
function isRun(row: readonly boolean[] | undefined, left: number, right: number): boolean {
  return (
    row !== undefined &&
    row[left] === true &&
    row[left - 1] !== true &&
    lightFrom(row, left) === right
  );
}

function writeRectangle(
  path: Buffer,
  start: number,
  { left, top, right, bottom }: Run & { readonly bottom: number },
): number {
  let position = writePoint(path, start, M, left, top);
  position = writePoint(path, position, L, right, top);
  position = writePoint(path, position, L, right, bottom);
  position = writePoint(path, position, L, left, bottom);
  path[position] = C;
  path[position + 1] = SPACE;
  return position + 2;
}

// one call a point, 4,000 points a symbol: plain parameters, no object each
function writePoint(path: Buffer, start: number, letter: number, x: number, y: number): number {
  path[start] = letter;
  path[start + 1] = SPACE;
  return writeNumber(path, writeNumber(path, start + 2, x), y);
}

/** Whole, 0 to 999, and a space. */
function writeNumber(path: Buffer, start: number, value: number): number {
  let position = start;
  if (value > 99) path[position++] = ZERO + Math.floor(value / 100);
  if (value > 9) path[position++] = ZERO + (Math.floor(value / 10) % 10);
  path[position++] = ZERO + (value % 10);
  path[position] = SPACE;
  return position + 1;
}
