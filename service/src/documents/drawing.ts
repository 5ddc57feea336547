/** A page as data: what a licence's layout yields and both the OFD and the PDF writer draw. Millimetres, origin top left. */

export interface Drawing {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly items: readonly DrawingItem[];
}

/** `#rrggbb`. */
export type Colour = `#${string}`;

export interface TextItem {
  readonly kind: 'text';
  readonly text: string;
  /** Start of the baseline. */
  readonly xMm: number;
  readonly yMm: number;
  readonly sizeMm: number;
  readonly colour: Colour;
  /** 0 (not seen) to 1; absent: 1. */
  readonly opacity?: number;
  /** Turns the text about the start of its baseline, degrees counter-clockwise; absent: 0. */
  readonly angle?: number;
}

/** Filled (and/or stroked) path: `d` in SVG path syntax with absolute M, L, C, Z only, in millimetres of the page. */
export interface PathItem {
  readonly kind: 'path';
  readonly d: string;
  readonly fill: Colour | null;
  readonly stroke: Colour | null;
  readonly strokeWidthMm: number;
}

/** A QR symbol without its quiet zone; `modules[row][column]`, true is dark. */
export interface QrItem {
  readonly kind: 'qr';
  readonly xMm: number;
  readonly yMm: number;
  readonly moduleMm: number;
  readonly modules: readonly (readonly boolean[])[];
}

export type DrawingItem = TextItem | PathItem | QrItem;

/** Where the seal's picture is shown on a page (page numbers start at 1). */
export interface SealPlacement extends BoxMm {
  readonly page: number;
  /** The part of the picture that is shown, from the picture's top left corner; absent: all of it. */
  readonly clip?: BoxMm;
}

/** A rectangle in millimetres; x to the right, y downwards. */
export interface BoxMm {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}
