/** The page of an annotated copy: the licence's page made smaller, a watermark over it, a band below it. */
import type { CopyRecord } from './copyRecord.ts';
import { BAND_TITLE, bandLines, watermarkLines } from './copyText.ts';
import type { BoxMm, Colour, Drawing, DrawingItem, SealPlacement } from './drawing.ts';
import { licenceFont, type LicenceFont } from './fonts.ts';
import { layoutLicence, type LaidOutLicence, type LayoutInput } from './layout.ts';
import { breakLines } from './lineBreaking.ts';
import { scaleItem } from './scaleDrawing.ts';
import { circlePath, stroked } from './shapes.ts';

export interface CopyLayoutInput {
  /** The licence with its masked values in place. */
  readonly layout: Omit<LayoutInput, 'qrModules' | 'codeNote'>;
  readonly record: CopyRecord;
  /** The service seal's picture. */
  readonly seal: Pick<Drawing, 'widthMm' | 'heightMm'>;
}

const TOP_MM = 6;
const BAND_MM = 46;
const SIDE_MM = 12;
const INK: Colour = '#1f1f1f';
const GREY: Colour = '#6b6b6b';
const BLUE: Colour = '#1f4e79';
const CODE_NOTE =
  '加注件不带原证照的二维码，请上传本文件核验。\nA copy bears no licence code: upload this file to verify it.';
const SEAL_NOTE = '原件印章处';

/**
 * Sets an annotated copy on one page of the licence's size.
 *
 * The licence's code and seal are not on it: what they vouch for is another file.
 *
 * @throws ServiceError as {@link layoutLicence}.
 */
export function layoutCopy({ layout, record, seal }: CopyLayoutInput): LaidOutLicence {
  const font = licenceFont();
  const original = layoutLicence({ ...layout, qrModules: [], codeNote: CODE_NOTE });
  const { widthMm, heightMm, items } = original.drawing;
  const scale = (heightMm - BAND_MM - TOP_MM) / heightMm;
  const move = { scale, xMm: (widthMm * (1 - scale)) / 2, yMm: TOP_MM };
  const licence = [...items, ...sealNote(font, original.sealPlacement)];
  const marked = {
    ...{ xMm: 0, yMm: TOP_MM / 2, widthMm },
    heightMm: heightMm - BAND_MM - TOP_MM / 2,
  };
  const band = { xMm: SIDE_MM, yMm: heightMm - BAND_MM, widthMm, heightMm: BAND_MM };
  const drawn = [
    ...licence.map((item) => scaleItem(item, move)),
    ...watermark(font, record, marked),
    ...drawBand(font, record, { ...band, widthMm: widthMm - 2 * SIDE_MM }, seal.widthMm),
  ];
  font.requireGlyphs(drawn.flatMap((item) => (item.kind === 'text' ? item.text : [])));
  return {
    drawing: { widthMm, heightMm, items: drawn },
    sealPlacement: {
      page: 1,
      xMm: widthMm - SIDE_MM - seal.widthMm,
      yMm: heightMm - 2 - seal.heightMm,
      widthMm: seal.widthMm,
      heightMm: seal.heightMm,
    },
  };
}

/** A thin circle where the licence is sealed: no picture of its seal. */
function sealNote(
  font: LicenceFont,
  { xMm, yMm, widthMm, heightMm }: SealPlacement,
): readonly DrawingItem[] {
  const sizeMm = 2.6;
  const x = xMm + (widthMm - font.widthOf(SEAL_NOTE, sizeMm)) / 2;
  const place = { xMm: x, yMm: yMm + heightMm - 5 };
  return [
    stroked(circlePath(xMm + widthMm / 2, yMm + heightMm / 2, widthMm / 2), '#b0b0b0', 0.2),
    { kind: 'text', text: SEAL_NOTE, ...place, sizeMm, colour: GREY },
  ];
}

const MARK = { angle: 30, opacity: 0.28, longestMm: 80, sizeMm: 5, cellMm: 94, rowMm: 48 };

/** As many as have room, those of every second row between those of the first; none leaves the area. */
function watermark(font: LicenceFont, record: CopyRecord, area: BoxMm): readonly DrawingItem[] {
  const columns = Math.max(1, Math.floor(area.widthMm / MARK.cellMm));
  const rows = Math.max(1, Math.floor(area.heightMm / MARK.rowMm));
  const items: DrawingItem[] = [];
  for (let row = 0; row < rows; row += 1) {
    const isBetween = row % 2 === 1 && columns > 1;
    const count = isBetween ? columns - 1 : columns;
    for (let column = 0; column < count; column += 1) {
      const x = area.xMm + (column + (isBetween ? 1 : 0.5)) * (area.widthMm / columns);
      const y = area.yMm + (row + 0.5) * (area.heightMm / rows);
      items.push(...drawMark(font, record, x, y));
    }
  }
  return items;
}

/** Two lines around a middle, rising to the right. */
function drawMark(
  font: LicenceFont,
  record: CopyRecord,
  middleX: number,
  middleY: number,
): readonly DrawingItem[] {
  const { angle, opacity, longestMm } = MARK;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  return watermarkLines(record).map((text, line): DrawingItem => {
    const sizeMm = Math.min(line === 0 ? MARK.sizeMm : 3.4, longestMm / font.widthOf(text, 1));
    const half = font.widthOf(text, sizeMm) / 2;
    const down = line === 0 ? -1 : 4.4;
    return {
      ...{ kind: 'text', text, sizeMm, colour: BLUE, angle, opacity },
      xMm: middleX - half * cos + down * sin,
      yMm: middleY + half * sin + down * cos,
    };
  });
}

const BAND_SIZES = [3.1, 2.8, 2.5, 2.2, 1.9, 1.6, 1.3];
const TITLE_SIZE = 4;
const LINE_HEIGHT = 1.45;

/** Heading and lines to the left of the seal; smaller type where there is much to say. */
function drawBand(
  font: LicenceFont,
  record: CopyRecord,
  box: BoxMm,
  sealMm: number,
): readonly DrawingItem[] {
  const widthMm = box.widthMm - sealMm - 5;
  const room = box.heightMm - 13;
  const set = (sizeMm: number): readonly string[] =>
    bandLines(record).flatMap((line) => breakLines(font, line, { sizeMm, widthMm }));
  const fits = (size: number): boolean => set(size).length * size * LINE_HEIGHT <= room;
  const sizeMm = BAND_SIZES.find(fits) ?? BAND_SIZES.at(-1) ?? 1;
  const title = Math.min(TITLE_SIZE, widthMm / font.widthOf(BAND_TITLE, 1));
  const top = box.yMm + 2;
  const right = box.xMm + box.widthMm;
  return [
    stroked(`M${box.xMm} ${top}L${right} ${top}`, BLUE, 0.4),
    {
      ...{ kind: 'text', text: BAND_TITLE, xMm: box.xMm, yMm: top + 5.6, sizeMm: title },
      colour: BLUE,
    },
    ...set(sizeMm).map((text, i): DrawingItem => {
      const yMm = top + 7 + sizeMm * (1 + LINE_HEIGHT * i);
      return { kind: 'text', text, xMm: box.xMm, yMm, sizeMm, colour: INK };
    }),
  ];
}
