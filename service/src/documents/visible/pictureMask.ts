import { createCanvas, Path2D } from '@napi-rs/canvas';
import type { Drawing } from '../drawing.ts';
import { findRedMarks } from './redMarks.ts';
import { PIXELS_PER_MM } from './visiblePage.ts';

const MAX_PICTURE_MM = 100;

/** The largest red figure of a seal's picture, as a page shows it; `null` if there is none. */
export function readPictureMask(picture: Drawing): Uint8Array | null {
  const width = Math.ceil(Math.min(picture.widthMm, MAX_PICTURE_MM) * PIXELS_PER_MM);
  const height = Math.ceil(Math.min(picture.heightMm, MAX_PICTURE_MM) * PIXELS_PER_MM);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.scale(PIXELS_PER_MM, PIXELS_PER_MM);
  for (const item of picture.items) {
    if (item.kind !== 'path') continue;
    const path = new Path2D(item.d);
    if (item.fill !== null) {
      context.fillStyle = item.fill;
      context.fill(path);
    }
    if (item.stroke !== null) {
      context.strokeStyle = item.stroke;
      context.lineWidth = item.strokeWidthMm;
      context.stroke(path);
    }
  }
  const { data } = context.getImageData(0, 0, width, height);
  const marks = findRedMarks({ width, height, data }, PIXELS_PER_MM);
  const largest = marks.toSorted((left, right) => right.box.widthMm - left.box.widthMm)[0];
  return largest?.mask ?? null;
}
