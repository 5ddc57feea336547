/** From millimetres on the page as it is shown to user space (ISO 32000-1 §7.7.3.3, §8.3). */
import { ServiceError } from '../../errors.ts';
import { POINTS_PER_MM } from './pageContent.ts';
import type { PdfFile } from './pdfFile.ts';
import { readPages, type Page } from './pageTree.ts';
import { asArray } from './pdfValue.ts';

/** Millimetres from the top left corner of the page as it is shown. */
export interface Box {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface PlacedBox {
  /** Left, bottom, right, top in user space. */
  readonly rectangle: readonly [number, number, number, number];
  /** `Matrix` of an appearance that shall stand upright on a turned page. */
  readonly matrix: string;
}

interface Rectangle {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

const MATRICES: Readonly<Record<number, string>> = {
  0: '[1 0 0 1 0 0]',
  90: '[0 1 -1 0 0 0]',
  180: '[-1 0 0 -1 0 0]',
  270: '[0 -1 1 0 0 0]',
};

/**
 * Finds the place of a box on a page, turned pages included.
 *
 * @throws ServiceError `REQUEST_MALFORMED` if the box is not wholly on the page, `DOCUMENT_MALFORMED` if the page has
 * no size.
 */
export function placeOnPage(file: PdfFile, page: Page, box: Box): PlacedBox {
  const { visible, turn, scale, shownWidth, shownHeight } = measure(file, page);
  const [left, top] = [box.xMm * scale, box.yMm * scale];
  const [right, bottom] = [left + box.widthMm * scale, top + box.heightMm * scale];
  const slack = 0.01; // points: millimetres never fit exactly
  if (left < -slack || top < -slack || right > shownWidth + slack || bottom > shownHeight + slack) {
    throw new ServiceError(
      'REQUEST_MALFORMED',
      `the seal does not fit on page of ${Math.floor(shownWidth / scale)} × ${Math.floor(shownHeight / scale)} mm`,
    );
  }
  const [x1, y1] = toUserSpace(visible, turn, left, top);
  const [x2, y2] = toUserSpace(visible, turn, right, bottom);
  return {
    rectangle: [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)],
    matrix: MATRICES[turn] ?? '',
  };
}

/** Sizes of all pages as they are shown. @throws ServiceError `DOCUMENT_MALFORMED`. */
export function readPageSizes(
  file: PdfFile,
): readonly Readonly<{ widthMm: number; heightMm: number }>[] {
  return readPages(file).map((page) => {
    const { scale, shownWidth, shownHeight } = measure(file, page);
    return { widthMm: shownWidth / scale, heightMm: shownHeight / scale };
  });
}

interface Measures {
  readonly visible: Rectangle;
  readonly turn: number;
  /** Units of user space in a millimetre. */
  readonly scale: number;
  /** Of the page as it is shown, in units of user space. */
  readonly shownWidth: number;
  readonly shownHeight: number;
}

function measure(file: PdfFile, page: Page): Measures {
  const visible = visibleRectangle(file, page);
  const turn = turnOf(page);
  const scale = POINTS_PER_MM / userUnitOf(file, page);
  const isSideways = turn === 90 || turn === 270;
  const [width, height] = [visible.right - visible.left, visible.top - visible.bottom];
  const [shownWidth, shownHeight] = isSideways ? [height, width] : [width, height];
  return { visible, turn, scale, shownWidth, shownHeight };
}

/** @param x - from the left, @param y - from the top of the page as shown; points. */
function toUserSpace(visible: Rectangle, turn: number, x: number, y: number): [number, number] {
  switch (turn) {
    case 90:
      return [visible.left + y, visible.bottom + x];
    case 180:
      return [visible.right - x, visible.bottom + y];
    case 270:
      return [visible.right - y, visible.top - x];
    default:
      return [visible.left + x, visible.top - y];
  }
}

function visibleRectangle(file: PdfFile, page: Page): Rectangle {
  const media = readRectangle(file, page, 'MediaBox');
  if (media === null) throw new ServiceError('DOCUMENT_MALFORMED', 'the page has no size');
  const crop = readRectangle(file, page, 'CropBox') ?? media;
  const visible = {
    left: Math.max(media.left, crop.left),
    bottom: Math.max(media.bottom, crop.bottom),
    right: Math.min(media.right, crop.right),
    top: Math.min(media.top, crop.top),
  };
  return visible.left < visible.right && visible.bottom < visible.top ? visible : media;
}

function readRectangle(file: PdfFile, page: Page, key: string): Rectangle | null {
  const items = asArray(page.inherited(key))?.items.map((item) => file.resolve(item)) ?? [];
  const [a, b, c, d] = items;
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  if (typeof c !== 'number' || typeof d !== 'number') return null;
  return {
    left: Math.min(a, c),
    bottom: Math.min(b, d),
    right: Math.max(a, c),
    top: Math.max(b, d),
  };
}

function turnOf(page: Page): number {
  const turn = page.inherited('Rotate');
  const degrees = typeof turn === 'number' ? ((turn % 360) + 360) % 360 : 0;
  return degrees in MATRICES ? degrees : 0;
}

/** Points in one unit of user space (table 30). */
function userUnitOf(file: PdfFile, page: Page): number {
  const unit = file.resolve(page.dictionary.entries.get('UserUnit'));
  return typeof unit === 'number' && unit > 0 ? unit : 1;
}
