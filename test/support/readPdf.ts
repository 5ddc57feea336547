/** PDFs through the eyes of another reader: pdf.js. */
import { createCanvas } from '@napi-rs/canvas';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';

import { readQr } from './readQr.ts';

export interface ReadPdfPage {
  readonly text: string;
  readonly title: string;
  readonly png: Uint8Array;
  /** Texts of the QR symbols on the page. */
  readonly codes: readonly string[];
}

/** Reads and draws the first page. @param scale - pixels a point. */
export async function readPdfPage(pdf: Uint8Array, scale = 2): Promise<ReadPdfPage> {
  const task = getDocument({
    data: new Uint8Array(pdf),
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
  });
  const document = await task.promise;
  const page = await document.getPage(1);
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  await page.render({ canvas: canvas as never, viewport }).promise;
  const content = await page.getTextContent();
  const { info } = await document.getMetadata();
  const png = new Uint8Array(await canvas.encode('png'));
  await task.destroy();
  return {
    text: content.items.map((item) => ('str' in item ? item.str : '')).join('\n'),
    title: String((info as { Title?: string }).Title),
    png,
    codes: await readQr(png),
  };
}
