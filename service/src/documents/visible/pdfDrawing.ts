/** Opening PDFs by pdf.js; run on a thread of its own, for the bytes are attacker-controlled. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  getDocument,
  VerbosityLevel,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { BoxMm } from '../drawing.ts';

export const MM_PER_POINT = 25.4 / 72;
const package_ = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

/** Opens a PDF for a while. @throws what pdf.js throws for a file that it cannot read, and what `use` throws. */
export async function withPdf<T>(
  bytes: Uint8Array,
  use: (document: PDFDocumentProxy) => Promise<T>,
): Promise<T> {
  const task = getDocument({
    data: new Uint8Array(bytes), // pdf.js takes it over
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    isImageDecoderSupported: false,
    maxImageSize: 40_000_000,
    cMapUrl: join(package_, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(package_, 'standard_fonts/'),
    wasmUrl: join(package_, 'wasm/'),
  });
  try {
    return await use(await task.promise);
  } finally {
    await task.destroy();
  }
}

/** @param corners - two opposite corners in points of the page as it is shown, from its top left: x, y, x, y. */
export function boxOf([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): BoxMm {
  return {
    xMm: Math.min(x1, x2) * MM_PER_POINT,
    yMm: Math.min(y1, y2) * MM_PER_POINT,
    widthMm: Math.abs(x2 - x1) * MM_PER_POINT,
    heightMm: Math.abs(y2 - y1) * MM_PER_POINT,
  };
}
