/** Finds and compares red figures of the size of a seal in a drawn page. */
import { MASK_SIZE, type Raster, type RedMark } from './visiblePage.ts';

/** Seals are 16 to 58 mm wide and high by custom; tilted or cut ones somewhat less. */
const MIN_MM = 10;
const MAX_MM = 65;
const MAX_MARKS = 50;
const CELL_MM = 1;
/** Share of red pixels above which a square millimetre belongs to a figure. */
const MIN_SHARE = 0.02;

/** A rectangle of pixels; the ends are outside of it. */
interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Red figures of a page, the first fifty. */
export function findRedMarks(raster: Raster, pixelsPerMm: number): readonly RedMark[] {
  const cell = Math.max(1, Math.round(CELL_MM * pixelsPerMm));
  const grid = redCells(raster, cell);
  const figures = connectedBoxes(grid).map(({ left, top, right, bottom }) => ({
    left: left * cell,
    top: top * cell,
    right: Math.min(right * cell, raster.width),
    bottom: Math.min(bottom * cell, raster.height),
  }));
  return figures
    .map((box) => tighten(raster, box))
    .filter((box) => isOfSealSize(box, pixelsPerMm))
    .slice(0, MAX_MARKS)
    .map((box) => ({
      box: {
        xMm: box.left / pixelsPerMm,
        yMm: box.top / pixelsPerMm,
        widthMm: (box.right - box.left) / pixelsPerMm,
        heightMm: (box.bottom - box.top) / pixelsPerMm,
      },
      mask: maskOf(raster, box),
    }));
}

/** How alike two figures are: 1 the same, 0 nothing in common. */
export function likenessOf(left: Uint8Array, right: Uint8Array): number {
  let product = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (const [place, value] of left.entries()) {
    const other = right[place] ?? 0;
    product += value * other;
    leftSquares += value * value;
    rightSquares += other * other;
  }
  const size = Math.sqrt(leftSquares * rightSquares);
  return size === 0 ? 0 : product / size;
}

function isRed({ data }: Raster, pixel: number): boolean {
  const red = data[pixel * 4] ?? 0;
  const green = data[pixel * 4 + 1] ?? 0;
  const blue = data[pixel * 4 + 2] ?? 0;
  return red > 120 && red - green > 50 && red - blue > 50;
}

interface CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly isRed: Uint8Array;
}

function redCells(raster: Raster, cell: number): CellGrid {
  const columns = Math.ceil(raster.width / cell);
  const rows = Math.ceil(raster.height / cell);
  const counts = new Uint32Array(columns * rows);
  for (let y = 0; y < raster.height; y += 1) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < raster.width; x += 1) {
      if (!isRed(raster, y * raster.width + x)) continue;
      const place = row + Math.floor(x / cell);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  const least = cell * cell * MIN_SHARE;
  return { columns, rows, isRed: Uint8Array.from(counts, (count) => (count > least ? 1 : 0)) };
}

/** Boxes of what hangs together, in cells; a gap of one cell does not part a figure. */
function connectedBoxes({ columns, rows, isRed: red }: CellGrid): readonly PixelBox[] {
  const isSeen = new Uint8Array(red.length);
  const boxes: PixelBox[] = [];
  for (const [start, value] of red.entries()) {
    if (value === 0 || isSeen[start] === 1) continue;
    let [left, top, right, bottom] = [columns, rows, 0, 0];
    const open = [start];
    isSeen[start] = 1;
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const [x, y] = [place % columns, Math.floor(place / columns)];
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
      for (const next of neighbours({ x, y }, { columns, rows })) {
        if (red[next] === 0 || isSeen[next] === 1) continue;
        isSeen[next] = 1;
        open.push(next);
      }
    }
    boxes.push({ left, top, right, bottom });
  }
  return boxes;
}

const REACH = 2;

function neighbours(
  { x, y }: Readonly<{ x: number; y: number }>,
  { columns, rows }: Readonly<{ columns: number; rows: number }>,
): readonly number[] {
  const places: number[] = [];
  for (let row = Math.max(0, y - REACH); row <= Math.min(rows - 1, y + REACH); row += 1) {
    for (
      let column = Math.max(0, x - REACH);
      column <= Math.min(columns - 1, x + REACH);
      column += 1
    )
      places.push(row * columns + column);
  }
  return places;
}

function tighten(raster: Raster, box: PixelBox): PixelBox {
  let [left, top, right, bottom] = [box.right, box.bottom, box.left, box.top];
  for (let y = box.top; y < box.bottom; y += 1) {
    for (let x = box.left; x < box.right; x += 1) {
      if (!isRed(raster, y * raster.width + x)) continue;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
    }
  }
  return { left, top, right, bottom };
}

function isOfSealSize({ left, top, right, bottom }: PixelBox, pixelsPerMm: number): boolean {
  return [right - left, bottom - top].every(
    (pixels) => pixels >= MIN_MM * pixelsPerMm && pixels <= MAX_MM * pixelsPerMm,
  );
}

function maskOf(raster: Raster, { left, top, right, bottom }: PixelBox): Uint8Array {
  const reds = new Uint32Array(MASK_SIZE * MASK_SIZE);
  const all = new Uint32Array(MASK_SIZE * MASK_SIZE);
  for (let y = top; y < bottom; y += 1) {
    const row = Math.floor(((y - top) * MASK_SIZE) / (bottom - top)) * MASK_SIZE;
    for (let x = left; x < right; x += 1) {
      const place = row + Math.floor(((x - left) * MASK_SIZE) / (right - left));
      all[place] = (all[place] ?? 0) + 1;
      if (isRed(raster, y * raster.width + x)) reds[place] = (reds[place] ?? 0) + 1;
    }
  }
  return Uint8Array.from(reds, (count, place) => Math.round((255 * count) / (all[place] ?? 1)));
}
