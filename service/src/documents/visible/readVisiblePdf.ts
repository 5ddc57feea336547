/** Draws PDF pages by pdf.js; run on a thread of its own, for the bytes are attacker-controlled. */
import { createCanvas } from '@napi-rs/canvas';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { lookAt } from './lookAt.ts';
import { boxOf, MM_PER_POINT, withPdf } from './pdfDrawing.ts';
import {
  MAX_PAGE_MM,
  MAX_VISIBLE_PAGES,
  PIXELS_PER_MM,
  type VisibleDocument,
  type VisiblePage,
} from './visiblePage.ts';

const MAX_RUNS = 20_000;

/** @throws what pdf.js throws for a file that it cannot draw. */
export async function readVisiblePdf(bytes: Uint8Array): Promise<VisibleDocument> {
  return await withPdf(bytes, async (document) => ({
    pages: await readPages(document),
    pageCount: document.numPages,
  }));
}

async function readPages(document: PDFDocumentProxy): Promise<readonly VisiblePage[]> {
  const pages: VisiblePage[] = [];
  for (let number = 1; number <= Math.min(document.numPages, MAX_VISIBLE_PAGES); number += 1) {
    pages.push(await readPage(await document.getPage(number)));
  }
  return pages;
}

async function readPage(page: PDFPageProxy): Promise<VisiblePage> {
  const size = page.getViewport({ scale: 1 });
  const widthMm = size.width * MM_PER_POINT;
  const heightMm = size.height * MM_PER_POINT;
  const shrink = Math.min(1, MAX_PAGE_MM / Math.max(widthMm, heightMm));
  const viewport = page.getViewport({ scale: PIXELS_PER_MM * MM_PER_POINT * shrink });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  await page.render({ canvas: canvas as never, viewport }).promise; // a canvas as far as pdf.js asks
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const content = await page.getTextContent();
  const texts = content.items.flatMap((item) => ('str' in item && item.str !== '' ? item.str : []));
  const annotations = (await page.getAnnotations()) as readonly ShownAnnotation[];
  const annotationTexts = annotations.flatMap(({ textContent }) => textContent ?? []);
  page.cleanup();
  return {
    ...{ widthMm, heightMm },
    runs: [...texts, ...annotationTexts].slice(0, MAX_RUNS),
    signatureBoxes: annotations
      .filter(({ fieldType }) => fieldType === 'Sig')
      .map(({ rect: [x1 = 0, y1 = 0, x2 = 0, y2 = 0] }) =>
        boxOf([
          ...(size.convertToViewportPoint(x1, y1) as number[]),
          ...(size.convertToViewportPoint(x2, y2) as number[]),
        ]),
      ),
    ...(await lookAt({ width, height, data }, PIXELS_PER_MM * shrink)),
  };
}

/** What is used of pdf.js's annotations, which it leaves untyped. */
interface ShownAnnotation {
  readonly fieldType?: string;
  /** Lines of its appearance. */
  readonly textContent?: readonly string[];
  readonly rect: readonly number[];
}
