/** Draws pages of a PDF of the reader's own, in a worker; loaded when a PDF is chosen. */
import { getDocument, GlobalWorkerOptions } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

/** Points of PDF in a millimetre. */
const POINTS_A_MM = 72 / 25.4;
/** Larger bitmaps are drawn smaller: phones have little memory. */
const MAX_PIXELS = 4_000_000;

/** A PDF that was opened. */
export interface PdfPages {
  readonly count: number;
  /** Draws a page, `width` pixels wide or less. @returns its size in millimetres. */
  draw(
    page: number,
    canvas: HTMLCanvasElement,
    width: number,
  ): Promise<{ readonly widthMm: number; readonly heightMm: number }>;
  close(): Promise<void>;
}

/** @param file - attacker-controlled. @throws if it is no PDF that can be drawn. */
export async function openPdf(file: Blob): Promise<PdfPages> {
  GlobalWorkerOptions.workerSrc = workerUrl;
  const data = new Uint8Array(await file.arrayBuffer());
  const task = getDocument({ data, enableXfa: false });
  const pdf = await task.promise;
  return {
    count: pdf.numPages,
    async draw(number, canvas, width) {
      const page = await pdf.getPage(number);
      const whole = page.getViewport({ scale: 1 });
      const fitting = Math.sqrt(MAX_PIXELS / (whole.width * whole.height));
      const viewport = page.getViewport({ scale: Math.min(width / whole.width, fitting) });
      canvas.width = Math.ceil(viewport.width);
      canvas.height = Math.ceil(viewport.height);
      await page.render({ canvas, viewport }).promise;
      return { widthMm: whole.width / POINTS_A_MM, heightMm: whole.height / POINTS_A_MM };
    },
    async close() {
      await task.destroy();
    },
  };
}
