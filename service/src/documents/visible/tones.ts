/** A page's lightness in coarse squares: enough to see that something was covered or drawn over. */
import type { BoxMm } from '../drawing.ts';
import { TONE_CELL_MM, type Raster, type ToneGrid } from './visiblePage.ts';

export function tonesOf(raster: Raster, pixelsPerMm: number): ToneGrid {
  const cell = Math.max(1, Math.round(TONE_CELL_MM * pixelsPerMm));
  const columns = Math.ceil(raster.width / cell);
  const rows = Math.ceil(raster.height / cell);
  const sums = new Float64Array(columns * rows);
  const counts = new Uint32Array(columns * rows);
  for (let y = 0; y < raster.height; y += 1) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < raster.width; x += 1) {
      const place = row + Math.floor(x / cell);
      sums[place] = (sums[place] ?? 0) + lightness(raster.data, (y * raster.width + x) * 4);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  const values = Uint8Array.from(sums, (sum, place) => Math.round(sum / (counts[place] ?? 1)));
  return { columns, rows, values };
}

/** ITU-R BT.601 luma. */
function lightness(data: Uint8ClampedArray, offset: number): number {
  const [red = 0, green = 0, blue = 0] = [data[offset], data[offset + 1], data[offset + 2]];
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/**
 * Squares whose lightness differs by more than `tolerance`.
 *
 * @param except - places that do not count.
 * @returns null where the pages are not of one size.
 */
export function countToneDifferences(
  left: ToneGrid,
  right: ToneGrid,
  { tolerance, except }: Readonly<{ tolerance: number; except: readonly BoxMm[] }>,
): number | null {
  if (left.columns !== right.columns || left.rows !== right.rows) return null;
  let count = 0;
  for (const [place, value] of left.values.entries()) {
    if (Math.abs(value - (right.values[place] ?? 0)) <= tolerance) continue;
    const x = (place % left.columns) * TONE_CELL_MM;
    const y = Math.floor(place / left.columns) * TONE_CELL_MM;
    if (!except.some((box) => isWithin(box, x, y))) count += 1;
  }
  return count;
}

function isWithin({ xMm, yMm, widthMm, heightMm }: BoxMm, x: number, y: number): boolean {
  const reach = TONE_CELL_MM; // a square that the edge cuts
  return (
    x > xMm - reach && x < xMm + widthMm + reach && y > yMm - reach && y < yMm + heightMm + reach
  );
}
