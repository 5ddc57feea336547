/** The foot of a licence page: code, issuing authority, date, seal, identifier. */
import type { Colour, DrawingItem, SealPlacement } from './drawing.ts';
import type { LicenceFont } from './fonts.ts';
import { INK } from './licenceBody.ts';
import type { PageSize } from './licenceFrame.ts';
import { breakLines } from './lineBreaking.ts';

/** Height of the foot, from the lower edge of the page. */
export const FOOT_HEIGHT_MM = 70;
/** Diameter of an official seal's picture. */
const SEAL_MM = 42;
const MIN_MODULE_MM = 0.4; // printed codes must stay readable for phones
const CODE_MM = 31;
const QUIET_MODULES = 4; // ISO/IEC 18004 §9.1
const GREY: Colour = '#6b6b6b';

export interface FootText {
  readonly issuerName: string;
  /** Already in words. */
  readonly issuedOn: string;
  readonly identifier: string;
  /** Empty: none. */
  readonly note: string;
  /** Empty: `codeNote` stands in the code's place. */
  readonly qrModules: readonly (readonly boolean[])[];
  readonly codeNote: string;
}

export interface Foot {
  readonly items: readonly DrawingItem[];
  readonly sealPlacement: SealPlacement;
}

/** @param marginMm - left and right edge of the text. */
export function drawFoot(
  font: LicenceFont,
  text: FootText,
  page: PageSize,
  marginMm: number,
): Foot {
  const code = drawCode(font, text, page, marginMm);
  const half = Math.min(42, (page.widthMm - 2 * marginMm - code.widthMm) / 2 - 20);
  const middle = page.widthMm - marginMm - half;
  const issuer = drawIssuer(font, text, { middle, room: 2 * half, page });
  return {
    items: [...code.items, ...issuer, ...drawSmallPrint(font, text, page, marginMm)],
    sealPlacement: {
      page: 1,
      xMm: round(middle - SEAL_MM / 2),
      yMm: round(page.heightMm - 46 - SEAL_MM / 2),
      widthMm: SEAL_MM,
      heightMm: SEAL_MM,
    },
  };
}

/** The symbol with a white quiet zone and its caption. */
function drawCode(
  font: LicenceFont,
  { qrModules, codeNote }: FootText,
  page: PageSize,
  marginMm: number,
): { readonly items: readonly DrawingItem[]; readonly widthMm: number } {
  if (qrModules.length === 0) {
    const place = { xMm: marginMm, yMm: page.heightMm - 31 - CODE_MM };
    return { items: drawCodeNote(font, codeNote, place), widthMm: CODE_MM };
  }
  const moduleMm = Math.max(MIN_MODULE_MM, Math.floor((CODE_MM / qrModules.length) * 100) / 100);
  const widthMm = moduleMm * qrModules.length;
  const yMm = page.heightMm - 31 - widthMm;
  const caption = '扫码验证 Scan to verify';
  const captionSize = 2.8;
  const captionX = marginMm + (widthMm - font.widthOf(caption, captionSize)) / 2;
  const captionY = page.heightMm - 31 + QUIET_MODULES * moduleMm + 2.6;
  return {
    widthMm,
    items: [
      { kind: 'qr', xMm: marginMm, yMm: round(yMm), moduleMm, modules: qrModules },
      {
        kind: 'text',
        text: caption,
        xMm: round(captionX),
        yMm: round(captionY),
        sizeMm: captionSize,
        colour: GREY,
      },
    ],
  };
}

function drawCodeNote(
  font: LicenceFont,
  note: string,
  { xMm, yMm }: { readonly xMm: number; readonly yMm: number },
): readonly DrawingItem[] {
  const sizeMm = 2.8;
  return breakLines(font, note, { sizeMm, widthMm: CODE_MM }).map((text, i) => ({
    ...{ kind: 'text', text, xMm, yMm: round(yMm + sizeMm * (3 + 1.5 * i)), sizeMm, colour: GREY },
  }));
}

interface IssuerPlace {
  readonly middle: number;
  readonly room: number;
  readonly page: PageSize;
}

/** Authority and date around the middle of the seal, so that it lies over both; the label stands before them. */
function drawIssuer(
  font: LicenceFont,
  { issuerName, issuedOn }: FootText,
  { middle, room, page }: IssuerPlace,
): readonly DrawingItem[] {
  const sizeMm = font.widthOf(issuerName, 5) <= room ? 5 : 4.2;
  const lines = [...breakLines(font, issuerName, { sizeMm, widthMm: room }), issuedOn];
  const step = sizeMm * 1.9;
  const first = round(page.heightMm - 46 - ((lines.length - 1) / 2) * step + sizeMm * 0.36);
  const widths = lines.map((text) => font.widthOf(text, sizeMm));
  const label = '发证机关：';
  const labelX = middle - Math.max(...widths) / 2 - font.widthOf(label, sizeMm);
  const line = (text: string, xMm: number, i: number): DrawingItem => {
    return {
      kind: 'text',
      text,
      xMm: round(xMm),
      yMm: round(first + i * step),
      sizeMm,
      colour: INK,
    };
  };
  return [
    line(label, labelX, 0),
    ...lines.map((text, i) => line(text, middle - (widths[i] ?? 0) / 2, i)),
  ];
}

/** The identifier and the note, at the very foot. */
function drawSmallPrint(
  font: LicenceFont,
  { identifier, note }: FootText,
  page: PageSize,
  marginMm: number,
): readonly DrawingItem[] {
  const room = page.widthMm - 2 * marginMm;
  const lines = [`电子证照标识 ${identifier}`, ...(note === '' ? [] : [note])];
  return lines.map((text, i): DrawingItem => {
    const sizeMm = Math.min(2.9, (2.9 * room) / font.widthOf(text, 2.9));
    return {
      kind: 'text',
      text,
      xMm: marginMm,
      yMm: page.heightMm - 21.4 + 4.4 * i,
      sizeMm: round(sizeMm),
      colour: GREY,
    };
  });
}

function round(value: number): number {
  return Math.floor(value * 100) / 100;
}
