import { ServiceError } from '../../errors.ts';
import type { Drawing, QrItem } from '../drawing.ts';
import { filled, rectanglePath } from '../shapes.ts';
import { certificationLevel } from './certificationLevel.ts';
import { formatDictionary, formatValue } from './formatValue.ts';
import { beginUpdate, requireFirstGeneration } from './incrementalUpdate.ts';
import { POINTS_PER_MM, drawPicture } from './pageContent.ts';
import { placeOnPage, type Box, type PlacedBox } from './pagePlacement.ts';
import { readPages, type Page } from './pageTree.ts';
import { catalogueOf, openPdf, type PdfFile } from './pdfFile.ts';
import { formatNumber, formatStream, type PdfObjects, type Piece } from './pdfObjects.ts';
import { malformed } from './pdfParser.ts';
import type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';
import { asArray, asReference, isKind, stringText, type PdfValue } from './pdfValue.ts';
import { formatSignatureDictionary, prepareSignature } from './signatureDictionary.ts';
import { formatSignatureField } from './signPdf.ts';
import { createWorkBudget } from './workBudget.ts';

/** Seal and document code to put on somebody's own PDF. */
export interface ForeignPdfSeal extends PdfSeal {
  /** The document code beside the seal, on the same page; null for none. It gets a white quiet zone of 4 modules. */
  readonly qr: QrItem | null;
}

const MAX_BYTES = 256 * 1024 * 1024;
const QUIET_ZONE_MODULES = 4; // ISO/IEC 18004 §6.3.8

/**
 * Seals a person's own PDF by incremental update: its bytes stay as they are, earlier signatures stay valid. Seal and
 * code are the appearance of the signature field, not page content: verifiers know them as part of the signature.
 *
 * @param bytes - the PDF (attacker-controlled), at most 256 MiB.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read, is encrypted, lacks the page, or is certified against
 * changes; `REQUEST_MALFORMED` if seal or code would not lie on the page.
 */
export function signForeignPdf(bytes: Uint8Array, seal: ForeignPdfSeal): PreparedPdfSignature {
  if (bytes.length > MAX_BYTES) throw malformed('it has more than 256 MiB', MAX_BYTES);
  const file = openPdf(bytes, createWorkBudget());
  if (certificationLevel(file) === 1) {
    throw malformed('its author certified it against every change', file.startXref);
  }
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
      name: freeFieldName(file, field),
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

function addToPage(file: PdfFile, objects: PdfObjects, page: Page, field: number): void {
  const list = extendList(file, objects, page.dictionary.entries.get('Annots'), field);
  if (list === null) return;
  objects.put(page.number, formatDictionary(page.dictionary, new Map([['Annots', list]])));
}

function addToForm(file: PdfFile, objects: PdfObjects, field: number): void {
  const catalogue = catalogueOf(file);
  const form = file.dictionaryAt(catalogue, 'AcroForm');
  const changes = new Map<string, string>();
  const list = extendList(file, objects, form?.entries.get('Fields'), field);
  if (list !== null) changes.set('Fields', list);
  if (form?.entries.get('SigFlags') !== 3) changes.set('SigFlags', '3');
  if (changes.size === 0) return;
  const text = formatDictionary(form ?? { entries: new Map() }, changes);
  const formReference = asReference(catalogue.entries.get('AcroForm'));
  const root = asReference(file.trailer.entries.get('Root'));
  if (form !== null && formReference !== null) {
    objects.put(requireFirstGeneration(formReference), text);
  } else if (root !== null) {
    const members = new Map([['AcroForm', text]]);
    objects.put(requireFirstGeneration(root), formatDictionary(catalogue, members));
  }
}

/** @returns the longer list as text for whoever holds it; null if it is an object of its own, now replaced. */
function extendList(
  file: PdfFile,
  objects: PdfObjects,
  list: PdfValue | undefined,
  field: number,
): string | null {
  const items = file.itemsOf(list);
  const text = `[${[...items.map(formatValue), `${field} 0 R`].join(' ')}]`;
  const reference = asReference(list);
  if (reference === null || asArray(file.resolve(list)) === null) return text;
  objects.put(requireFirstGeneration(reference), text);
  return null;
}

/** Names of fields on the top level must differ (ISO 32000-1 §12.7.3.2). */
function freeFieldName(file: PdfFile, number: number): string {
  const form = file.dictionaryAt(catalogueOf(file), 'AcroForm');
  const fields = file.itemsOf(form?.entries.get('Fields'));
  const names = new Set(
    fields.map((field) => {
      const dictionary = file.resolve(field);
      const name = isKind(dictionary, 'dictionary')
        ? file.resolve(dictionary.entries.get('T'))
        : null;
      return isKind(name, 'string') ? stringText(name) : '';
    }),
  );
  let name = `Seal${number}`;
  while (names.has(name)) name += 'a';
  return name;
}
