import { PDFDocument } from '@cantoo/pdf-lib';

/** A PDF of somebody's own: unsigned, A4. */
export async function foreignPdf(pages = 1): Promise<Uint8Array<ArrayBuffer>> {
  const pdf = await PDFDocument.create();
  for (let page = 0; page < pages; page++) pdf.addPage([595, 842]);
  return new Uint8Array(await pdf.save());
}
