/** The widgets by which a signature field shows a seal, a document code, and strips of the seal (ISO 32000-1 §12.5.6.19). */
import { ServiceError } from '../../errors.ts';
import type { BoxMm, Drawing, QrItem, SealPlacement } from '../drawing.ts';
import { filled, rectanglePath } from '../shapes.ts';
import { requireFirstGeneration } from './incrementalUpdate.ts';
import { POINTS_PER_MM, drawPicture } from './pageContent.ts';
import { placeOnPage, type PlacedBox } from './pagePlacement.ts';
import { readPages, type Page } from './pageTree.ts';
import type { PdfFile } from './pdfFile.ts';
import { formatNumber, formatStream, type PdfObjects, type Piece } from './pdfObjects.ts';
import type { PdfSeal } from './pdfSeal.ts';
import { formatParentField, formatSignatureField, formatWidget } from './signPdf.ts';

/** Seal and document code to put on somebody's own PDF. */
export interface ForeignPdfSeal extends PdfSeal {
  /** Further places of the same seal. */
  readonly further?: readonly SealPlacement[];
  /** The document code beside the seal, on the page of its first place; null for none. It gets a white quiet zone of 4 modules. */
  readonly qr: QrItem | null;
}

/** A widget with its place in user space. */
export interface PlacedWidget {
  readonly page: Page;
  readonly placement: SealPlacement;
  /** What stands beside the seal in the same widget. */
  readonly qr: QrItem | null;
  /** All that is shown. */
  readonly box: BoxMm;
  readonly place: PlacedBox;
}

const QUIET_ZONE_MODULES = 4; // ISO/IEC 18004 §6.3.8

/**
 * Finds the places of all widgets of a seal.
 *
 * @throws ServiceError `REQUEST_MALFORMED` if a page is not there, or one of them would not lie on its page;
 * `DOCUMENT_MALFORMED`.
 */
export function placeWidgets(file: PdfFile, seal: ForeignPdfSeal): readonly PlacedWidget[] {
  const pages = readPages(file);
  const place = (placement: SealPlacement, qr: QrItem | null): PlacedWidget => {
    const page = pages[placement.page - 1];
    if (page === undefined) {
      throw new ServiceError(
        'REQUEST_MALFORMED',
        `there is no page ${placement.page}; the document has ${pages.length}`,
      );
    }
    const box = boxAround(shownBoxOf(placement), qr);
    return { page, placement, qr, box, place: placeOnPage(file, page, box) };
  };
  const { placement, qr, further = [] } = seal;
  return [place(placement, qr), ...further.map((one) => place(one, null))];
}

function shownBoxOf({ xMm, yMm, widthMm, heightMm, clip }: SealPlacement): BoxMm {
  if (clip === undefined) return { xMm, yMm, widthMm, heightMm };
  return { ...clip, xMm: xMm + clip.xMm, yMm: yMm + clip.yMm };
}

/** The smallest box that holds seal and code. */
function boxAround(shown: BoxMm, qr: QrItem | null): BoxMm {
  if (qr === null) return shown;
  const code = quietBoxOf(qr);
  const [xMm, yMm] = [Math.min(shown.xMm, code.xMm), Math.min(shown.yMm, code.yMm)];
  const right = Math.max(shown.xMm + shown.widthMm, code.xMm + code.widthMm);
  const bottom = Math.max(shown.yMm + shown.heightMm, code.yMm + code.heightMm);
  return { xMm, yMm, widthMm: right - xMm, heightMm: bottom - yMm };
}

function quietBoxOf(qr: QrItem): BoxMm {
  const quiet = QUIET_ZONE_MODULES * qr.moduleMm;
  const size = qr.modules.length * qr.moduleMm + 2 * quiet;
  return { xMm: qr.xMm - quiet, yMm: qr.yMm - quiet, widthMm: size, heightMm: size };
}

/** A signature field to be shown. */
export interface ShownField {
  readonly name: string;
  /** Object number of the signature dictionary. */
  readonly signature: number;
  readonly widgets: readonly PlacedWidget[];
}

export interface WidgetOnPage {
  readonly page: Page;
  readonly widget: number;
}

/**
 * Writes a field with its widgets: one alone is field and widget in one dictionary, several are kids of the field and
 * show one picture.
 */
export function addWidgets(
  objects: PdfObjects,
  seal: ForeignPdfSeal,
  { name, signature, widgets }: ShownField,
): Readonly<{ field: number; onPages: readonly WidgetOnPage[] }> {
  const [only] = widgets;
  if (only !== undefined && widgets.length === 1) {
    const appearance = objects.add(...drawAppearance(only, drawSeal(seal.picture, only)));
    const { number } = only.page;
    requireFirstGeneration(only.page);
    const { rectangle } = only.place;
    const field = objects.add(
      formatSignatureField({ name, page: number, rectangle, signature, appearance }),
    );
    return { field, onPages: [{ page: only.page, widget: field }] };
  }
  const field = objects.reserve();
  const picture = objects.add(...pictureForm(seal));
  const onPages = widgets.map((widget) => {
    const appearance = objects.add(...drawAppearance(widget, showSeal(seal, widget), picture));
    const page = requireFirstGeneration(widget.page);
    const { rectangle } = widget.place;
    const number = objects.add(
      formatWidget({ parent: field, page, rectangle, signature, appearance }),
    );
    return { page: widget.page, widget: number };
  });
  const kids = onPages.map(({ widget }) => widget);
  objects.put(field, formatParentField({ name, signature, kids }));
  return { field, onPages };
}

/** @param seal - operators that show the seal in the widget's box. @param picture - of the form that they name `Seal`. */
function drawAppearance(widget: PlacedWidget, seal: string, picture?: number): readonly Piece[] {
  const { qr, box, place } = widget;
  const parts = qr === null ? [seal] : [drawCode(qr, box), seal];
  const resources = picture === undefined ? '' : `/XObject<</Seal ${picture} 0 R>>`;
  return formatStream(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${sizeOf(box)}]/Matrix${place.matrix}/Resources<<${resources}>>`,
    Buffer.from(parts.join('\n'), 'latin1'),
  );
}

function drawCode(qr: QrItem, box: BoxMm): string {
  const code = quietBoxOf(qr);
  const { widthMm, heightMm } = code;
  const quiet = QUIET_ZONE_MODULES * qr.moduleMm;
  const background = filled(rectanglePath(0, 0, widthMm, heightMm), '#ffffff');
  const items = [background, { ...qr, xMm: quiet, yMm: quiet }];
  return moved(code, box, drawPicture({ widthMm, heightMm, items }, code));
}

function drawSeal(picture: Drawing, { placement, box }: PlacedWidget): string {
  return moved(placement, box, drawPicture(picture, placement));
}

/** The picture once, as large as at its first place. */
function pictureForm({ picture, placement }: ForeignPdfSeal): readonly Piece[] {
  return formatStream(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${sizeOf(placement)}]/Resources<<>>`,
    Buffer.from(drawPicture(picture, placement), 'latin1'),
  );
}

/** What reaches beyond a strip is cut off by the widget's BBox. */
function showSeal(seal: ForeignPdfSeal, { placement, box }: PlacedWidget): string {
  const scale = [
    placement.widthMm / seal.placement.widthMm,
    placement.heightMm / seal.placement.heightMm,
  ].map(formatNumber);
  return moved(placement, box, `${scale[0]} 0 0 ${scale[1]} 0 0 cm /Seal Do`);
}

function moved(place: BoxMm, box: BoxMm, operators: string): string {
  const x = (place.xMm - box.xMm) * POINTS_PER_MM;
  const y = (box.yMm + box.heightMm - place.yMm - place.heightMm) * POINTS_PER_MM;
  return `q 1 0 0 1 ${formatNumber(x)} ${formatNumber(y)} cm\n${operators}\nQ`;
}

function sizeOf({ widthMm, heightMm }: Readonly<{ widthMm: number; heightMm: number }>): string {
  return [widthMm, heightMm].map((mm) => formatNumber(mm * POINTS_PER_MM)).join(' ');
}
