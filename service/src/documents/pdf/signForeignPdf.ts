import { ServiceError } from '../../errors.ts';
import type { Drawing, QrItem } from '../drawing.ts';
import { filled, rectanglePath } from '../shapes.ts';
import { readSignersRules } from './signersRules.ts';
import { addToForm, addToPage, freeFieldName } from './formExtension.ts';
import { beginUpdate, requireFirstGeneration } from './incrementalUpdate.ts';
import { POINTS_PER_MM, drawPicture } from './pageContent.ts';
import { placeOnPage, type Box, type PlacedBox } from './pagePlacement.ts';
import { readPages, type Page } from './pageTree.ts';
import { openPdf, type PdfFile } from './pdfFile.ts';
import { formatNumber, formatStream, type Piece } from './pdfObjects.ts';
import { MAX_PDF_BYTES, malformed } from './pdfParser.ts';
import type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';
import { formatSignatureDictionary, prepareSignature } from './signatureDictionary.ts';
import { formatSignatureField } from './signPdf.ts';
import { createWorkBudget } from './workBudget.ts';

/** Seal and document code to put on somebody's own PDF. */
export interface ForeignPdfSeal extends PdfSeal {
  /** The document code beside the seal, on the same page; null for none. It gets a white quiet zone of 4 modules. */
  readonly qr: QrItem | null;
}

const QUIET_ZONE_MODULES = 4; // ISO/IEC 18004 §6.3.8

/**
 * Seals a person's own PDF by incremental update: its bytes stay as they are, earlier signatures stay valid. Seal and
 * code are the appearance of the signature field, not page content: verifiers know them as part of the signature.
 *
 * @param bytes - the PDF (attacker-controlled), at most 256 MiB.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read, is encrypted, lacks the page, or is certified or
 * locked against further signatures; `REQUEST_MALFORMED` if seal or code would not lie on the page.
 */
export function signForeignPdf(bytes: Uint8Array, seal: ForeignPdfSeal): PreparedPdfSignature {
  if (bytes.length > MAX_PDF_BYTES) throw malformed('it has more than 256 MiB', MAX_PDF_BYTES);
  const file = openPdf(bytes, createWorkBudget());
  const name = freeFieldName(file, 'Seal');
  requireSealable(file, name);
  const page = findPage(file, seal.placement.page);
  const box = boxAround(seal);
  const place = placeOnPage(file, page, box);

  const update = beginUpdate(file);
  const { objects } = update;
  const dictionary = formatSignatureDictionary(seal);
  const signature = objects.add(dictionary.text);
  const appearance = objects.add(...drawAppearance(seal, box, place));
  const field = objects.reserve();
  objects.put(
    field,
    formatSignatureField({
      name,
      page: requireFirstGeneration(page),
      rectangle: place.rectangle,
      signature,
      appearance,
    }),
  );
  addToPage(file, objects, page, field);
  addToForm(file, objects, field);
  const sealed = update.finish();
  const header = `${signature} 0 obj\n`.length;
  const at = (sealed.offsets.get(signature) ?? 0) + header;
  return prepareSignature(sealed.bytes, at, dictionary, seal);
}

/** Earlier signers may have had their say on what comes after them. */
function requireSealable(file: PdfFile, fieldName: string): void {
  const { level, isLocked } = readSignersRules(file);
  if (level === 1) throw malformed('its author certified it against every change', file.startXref);
  if (isLocked(fieldName)) {
    throw malformed('an earlier signer locked all of its fields, new ones too', file.startXref);
  }
}

function findPage(file: PdfFile, number: number): Page {
  const pages = readPages(file);
  const page = pages[number - 1];
  if (page === undefined) {
    throw new ServiceError(
      'REQUEST_MALFORMED',
      `there is no page ${number}; the document has ${pages.length}`,
    );
  }
  return page;
}

function quietBoxOf(qr: QrItem): Box {
  const quiet = QUIET_ZONE_MODULES * qr.moduleMm;
  const size = qr.modules.length * qr.moduleMm + 2 * quiet;
  return { xMm: qr.xMm - quiet, yMm: qr.yMm - quiet, widthMm: size, heightMm: size };
}

/** The smallest box that holds seal and code. */
function boxAround({ placement, qr }: ForeignPdfSeal): Box {
  if (qr === null) return placement;
  const code = quietBoxOf(qr);
  const [xMm, yMm] = [Math.min(placement.xMm, code.xMm), Math.min(placement.yMm, code.yMm)];
  const right = Math.max(placement.xMm + placement.widthMm, code.xMm + code.widthMm);
  const bottom = Math.max(placement.yMm + placement.heightMm, code.yMm + code.heightMm);
  return { xMm, yMm, widthMm: right - xMm, heightMm: bottom - yMm };
}

function drawAppearance(seal: ForeignPdfSeal, box: Box, place: PlacedBox): readonly Piece[] {
  const parts = [drawAt(seal.picture, seal.placement, box)];
  if (seal.qr !== null) {
    const code = quietBoxOf(seal.qr);
    const { widthMm, heightMm } = code;
    const quiet = QUIET_ZONE_MODULES * seal.qr.moduleMm;
    const background = filled(rectanglePath(0, 0, widthMm, heightMm), '#ffffff');
    const items = [background, { ...seal.qr, xMm: quiet, yMm: quiet }];
    parts.unshift(drawAt({ widthMm, heightMm, items }, code, box));
  }
  const size = [box.widthMm, box.heightMm].map((mm) => formatNumber(mm * POINTS_PER_MM)).join(' ');
  return formatStream(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${size}]/Matrix${place.matrix}/Resources<<>>`,
    Buffer.from(parts.join('\n'), 'latin1'),
  );
}

function drawAt(picture: Drawing, place: Box, box: Box): string {
  const x = (place.xMm - box.xMm) * POINTS_PER_MM;
  const y = (box.yMm + box.heightMm - place.yMm - place.heightMm) * POINTS_PER_MM;
  return `q 1 0 0 1 ${formatNumber(x)} ${formatNumber(y)} cm\n${drawPicture(picture, place)}\nQ`;
}
