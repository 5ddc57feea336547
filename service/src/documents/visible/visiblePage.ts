/** What somebody who looks at a page sees; made by drawing it, whatever the file says of itself. */
import type { BoxMm } from '../drawing.ts';

export interface VisiblePage {
  readonly widthMm: number;
  readonly heightMm: number;
  /** Pieces of text in the order of the page's content, as the file cuts them. */
  readonly runs: readonly string[];
  /** Texts of the QR symbols that can be read. */
  readonly codes: readonly string[];
  /** Red figures of the size of a seal. */
  readonly marks: readonly RedMark[];
  /** Where the page shows signatures: not yet whether they hold. */
  readonly signatureBoxes: readonly BoxMm[];
  /** Mean lightness of each square of {@link TONE_CELL_MM}, row by row, 0 black to 255 white. */
  readonly tones: ToneGrid;
}

/** A red figure on a page. */
export interface RedMark {
  readonly box: BoxMm;
  /** {@link MASK_SIZE}² values, row by row: how much of each field of the box is red, 0 to 255. */
  readonly mask: Uint8Array;
}

export interface ToneGrid {
  readonly columns: number;
  readonly rows: number;
  readonly values: Uint8Array;
}

export interface VisibleDocument {
  /** The first {@link MAX_VISIBLE_PAGES} pages. */
  readonly pages: readonly VisiblePage[];
  readonly pageCount: number;
}

/** Pages that are looked at. */
export const MAX_VISIBLE_PAGES = 10;
export const MASK_SIZE = 48;
export const TONE_CELL_MM = 2;
/** Fine enough for QR modules of 0.4 mm. */
export const PIXELS_PER_MM = 8;
/** A page is drawn at most so many millimetres wide and high: a sheet of A2. */
export const MAX_PAGE_MM = 600;

/** Pixels of a drawn page, RGBA, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}
