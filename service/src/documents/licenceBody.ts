/** The flowing part of a licence page: statement and field rows. */
import type { Colour, DrawingItem } from './drawing.ts';
import type { LicenceFont } from './fonts.ts';
import { millimetres } from './glyphPath.ts';
import { tint } from './licenceFrame.ts';
import type { PrintedRow } from './licenceText.ts';
import { breakLines } from './lineBreaking.ts';
import { stroked } from './shapes.ts';

export const INK: Colour = '#1f1f1f';

/** Where the body may be drawn. */
export interface BodyBox {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface BodyText {
  /** Empty: none. */
  readonly statement: string;
  readonly rows: readonly PrintedRow[];
  readonly theme: Colour;
}

/** Tried from large to small until everything fits. */
const SCALES = [1, 0.9, 0.8, 0.7, 0.6, 0.5];
const STATEMENT_SIZE = 4.9;
const VALUE_SIZE = 4.6;
const LINE_HEIGHT = 1.5;
const COLUMN_GAP = 8;
const LABEL_GAP = 4;

/** A set value in its place; `columns` is how many of the two columns it takes. */
interface SetCell {
  readonly label: string;
  readonly lines: readonly string[];
  readonly columns: 1 | 2;
}

interface SetBody {
  readonly scale: number;
  readonly statement: readonly string[];
  readonly labelWidth: number;
  /** Cells by printed line: one wide or up to two narrow ones. */
  readonly bands: readonly (readonly SetCell[])[];
  readonly heightMm: number;
}

/** @returns what to draw, or null if it does not fit at the smallest size (2.3 mm). */
export function drawBody(
  font: LicenceFont,
  text: BodyText,
  box: BodyBox,
): readonly DrawingItem[] | null {
  for (const scale of SCALES) {
    const body = setBody(font, text, { scale, widthMm: box.widthMm });
    if (body.heightMm <= box.heightMm) return placeBody(body, text.theme, box);
  }
  return null;
}

function setBody(
  font: LicenceFont,
  { statement, rows }: BodyText,
  { scale, widthMm }: { readonly scale: number; readonly widthMm: number },
): SetBody {
  const sizeMm = VALUE_SIZE * scale;
  const labelWidth = Math.min(
    0.36 * widthMm,
    rows.reduce((width, row) => Math.max(width, font.widthOf(row.label, sizeMm)), 0),
  );
  const half = (widthMm - COLUMN_GAP) / 2;
  const cells = rows.map((row): SetCell => {
    const room = half - labelWidth - LABEL_GAP;
    if (!row.isWide && font.widthOf(row.value, sizeMm) <= room) {
      return { label: row.label, lines: [row.value], columns: 1 };
    }
    const lines = breakLines(font, row.value, {
      sizeMm,
      widthMm: widthMm - labelWidth - LABEL_GAP,
    });
    return { label: row.label, lines, columns: 2 };
  });
  const bands = toBands(cells);
  const statementLines =
    statement === ''
      ? []
      : breakLines(font, `\u3000\u3000${statement}`, { sizeMm: STATEMENT_SIZE * scale, widthMm });
  const heightMm =
    statementHeight(statementLines.length, scale) +
    bands.reduce((sum, band) => sum + bandHeight(band, scale), 0);
  return { scale, statement: statementLines, labelWidth, bands, heightMm };
}

/** Neighbours that are both short share a line. */
function toBands(cells: readonly SetCell[]): readonly (readonly SetCell[])[] {
  const bands: SetCell[][] = [];
  for (const cell of cells) {
    const band = bands.at(-1);
    if (cell.columns === 1 && band?.length === 1 && band[0]?.columns === 1) band.push(cell);
    else bands.push([cell]);
  }
  return bands;
}

function statementHeight(lineCount: number, scale: number): number {
  return lineCount === 0 ? 0 : lineCount * STATEMENT_SIZE * scale * 1.65 + 4 * scale;
}

function bandHeight(band: readonly SetCell[], scale: number): number {
  const lineCount = Math.max(...band.map((cell) => cell.lines.length));
  return (lineCount * LINE_HEIGHT * VALUE_SIZE + 3.4) * scale;
}

/** Spare room goes between the rows, up to 5 mm each. */
function placeBody(body: SetBody, theme: Colour, box: BodyBox): readonly DrawingItem[] {
  const { scale, bands } = body;
  const spare = Math.min(5, (box.heightMm - body.heightMm) / Math.max(1, bands.length));
  const items: DrawingItem[] = [];
  const statementSize = STATEMENT_SIZE * scale;
  for (const [i, text] of body.statement.entries()) {
    const yMm = box.yMm + statementSize * (0.95 + 1.65 * i);
    items.push({ kind: 'text', text, xMm: box.xMm, yMm, sizeMm: statementSize, colour: INK });
  }
  let top = box.yMm + statementHeight(body.statement.length, scale);
  let rules = bands.length === 0 ? '' : rule(box, top);
  for (const band of bands) {
    const height = bandHeight(band, scale) + spare;
    items.push(
      ...placeBand(band, {
        body,
        theme,
        xMm: box.xMm,
        widthMm: box.widthMm,
        topMm: top + (1.7 * scale + spare / 2),
      }),
    );
    top += height;
    rules += rule(box, top);
  }
  return rules === '' ? items : [stroked(rules, tint(theme, 0.4), 0.15), ...items];
}

function rule({ xMm, widthMm }: BodyBox, yMm: number): string {
  const y = millimetres(yMm);
  return `M${millimetres(xMm)} ${y}L${millimetres(xMm + widthMm)} ${y}`;
}

interface BandPlace {
  readonly body: SetBody;
  readonly theme: Colour;
  readonly xMm: number;
  readonly widthMm: number;
  readonly topMm: number;
}

function placeBand(band: readonly SetCell[], place: BandPlace): readonly DrawingItem[] {
  const { body, theme, widthMm, topMm } = place;
  const sizeMm = VALUE_SIZE * body.scale;
  const baseline = topMm + sizeMm * (LINE_HEIGHT / 2 + 0.38);
  return band.flatMap((cell, column): readonly DrawingItem[] => {
    const xMm = place.xMm + column * ((widthMm - COLUMN_GAP) / 2 + COLUMN_GAP);
    const valueX = xMm + body.labelWidth + LABEL_GAP;
    return [
      { kind: 'text', text: cell.label, xMm, yMm: baseline, sizeMm, colour: theme },
      ...cell.lines.map((text, i): DrawingItem => ({
        kind: 'text',
        text,
        xMm: valueX,
        yMm: baseline + i * sizeMm * LINE_HEIGHT,
        sizeMm,
        colour: INK,
      })),
    ];
  });
}
