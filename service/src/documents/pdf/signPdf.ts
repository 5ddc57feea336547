import type { Drawing } from '../drawing.ts';
import { ServiceError } from '../../errors.ts';
import { POINTS_PER_MM, drawPicture } from './pageContent.ts';
import { formatNumber, formatStream, formatText, type Piece } from './pdfObjects.ts';
import { formatSignatureDictionary, prepareSignature } from './signatureDictionary.ts';
import type { PdfContent } from './pdfContent.ts';
import type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';
import { draftPdf } from './writePdf.ts';

export type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';

/** Name of the signature field in PDFs of our own. */
const FIELD_NAME = 'Seal1';

/**
 * Writes a PDF whose visible signature field shows the seal: PAdES baseline B in two phases.
 *
 * @throws ServiceError `GLYPH_MISSING` if the font lacks a character; `KEY_UNFIT` if the leaf is not for P-256.
 */
export function signPdf(content: PdfContent, seal: PdfSeal): PreparedPdfSignature {
  const draft = draftPdf(content);
  const { placement } = seal;
  const page = draft.pages[placement.page - 1];
  const drawing = content.pages[placement.page - 1];
  if (page === undefined || drawing === undefined) {
    throw new ServiceError('INTERNAL', `no page ${placement.page} to seal`);
  }
  const dictionary = formatSignatureDictionary(seal);
  const signature = draft.objects.add(dictionary.text);
  const appearance = draft.objects.add(...sealAppearance(seal.picture, placement));
  const left = placement.xMm * POINTS_PER_MM;
  const bottom = (drawing.heightMm - placement.yMm - placement.heightMm) * POINTS_PER_MM;
  const field = draft.objects.add(
    formatSignatureField({
      name: FIELD_NAME,
      page,
      rectangle: [
        left,
        bottom,
        left + placement.widthMm * POINTS_PER_MM,
        bottom + placement.heightMm * POINTS_PER_MM,
      ],
      signature,
      appearance,
    }),
  );
  const { bytes, offsets } = draft.finish({
    catalogue: `/AcroForm<</Fields[${field} 0 R]/SigFlags 3>>`,
    annotations: new Map([[page, field]]),
  });
  const header = `${signature} 0 obj\n`.length;
  return prepareSignature(bytes, (offsets.get(signature) ?? 0) + header, dictionary, seal);
}

/** What a signature field with its one widget says (§12.7.4.5, §12.5.6.19). */
export interface SignatureField {
  readonly name: string;
  /** Object number of the page, and its generation if that is not 0. */
  readonly page: number;
  readonly pageGeneration?: number;
  /** Left, bottom, right, top in user space. */
  readonly rectangle: readonly number[];
  readonly signature: number;
  readonly appearance: number;
}

/** Writes field and widget in one dictionary; flags: print, locked. */
export function formatSignatureField(field: SignatureField): string {
  return (
    `<</Type/Annot/Subtype/Widget/FT/Sig/T${formatText(field.name)}/F 132` +
    `/Rect[${field.rectangle.map(formatNumber).join(' ')}]/P ${field.page} ${field.pageGeneration ?? 0} R` +
    `/V ${field.signature} 0 R/AP<</N ${field.appearance} 0 R>>>>`
  );
}

/** Writes a field whose widgets are objects of their own. */
export function formatParentField({
  name,
  signature,
  kids,
}: Pick<SignatureField, 'name' | 'signature'> & { readonly kids: readonly number[] }): string {
  const widgets = kids.map((kid) => `${kid} 0 R`).join(' ');
  return `<</FT/Sig/T${formatText(name)}/V ${signature} 0 R/Kids[${widgets}]>>`;
}

/**
 * Writes one of several widgets of a field; flags: print, locked. It repeats the field's value, for some readers take each
 * widget for a field of its own.
 */
export function formatWidget({
  parent,
  page,
  rectangle,
  signature,
  appearance,
}: Omit<SignatureField, 'name' | 'pageGeneration'> & {
  /** Object number of the field. */
  readonly parent: number;
}): string {
  return (
    `<</Type/Annot/Subtype/Widget/Parent ${parent} 0 R/F 132` +
    `/Rect[${rectangle.map(formatNumber).join(' ')}]/P ${page} 0 R` +
    `/V ${signature} 0 R/AP<</N ${appearance} 0 R>>>>`
  );
}

const appearances = new WeakMap<Drawing, Map<string, Piece[]>>();

/** The seal as form XObject; drawn once a seal and size. */
function sealAppearance(
  picture: Drawing,
  box: { readonly widthMm: number; readonly heightMm: number },
): readonly Piece[] {
  const size = [box.widthMm, box.heightMm].map((mm) => formatNumber(mm * POINTS_PER_MM)).join(' ');
  const known = appearances.get(picture) ?? new Map<string, Piece[]>();
  appearances.set(picture, known);
  const drawn = known.get(size);
  if (drawn !== undefined) return drawn;
  const content = Buffer.from(drawPicture(picture, box), 'latin1');
  const appearance = formatStream(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${size}]/Resources<<>>`,
    content,
  );
  if (known.size < MAX_SIZES) known.set(size, appearance);
  return appearance;
}

/** Sizes of one picture that are remembered: licence layouts use one or two. */
const MAX_SIZES = 8;
