/** Turns drawings into page content: text, paths and QR symbols as vectors (ISO 32000-1 §8, §9). */
import { ServiceError } from '../../errors.ts';
import type { Colour, Drawing, DrawingItem, PathItem, QrItem, TextItem } from '../drawing.ts';
import type { FontSubset } from '../fonts.ts';
import { formatNumber } from './pdfObjects.ts';

export const POINTS_PER_MM = 72 / 25.4;

const PATH_OPERATORS: Readonly<
  Record<string, { readonly operator: string; readonly arity: number }>
> = {
  M: { operator: 'm', arity: 2 },
  L: { operator: 'l', arity: 2 },
  C: { operator: 'c', arity: 6 },
  Z: { operator: 'h', arity: 0 },
};

/**
 * Draws a page.
 *
 * @param font - holds every character of the texts; resource name `F1`. Null if there are none.
 * @returns content stream, Latin-1; units are points, origin bottom left.
 */
export function drawPage(drawing: Drawing, font: FontSubset | null): string {
  return drawScaled(drawing.items, drawing.heightMm * POINTS_PER_MM, POINTS_PER_MM, font);
}

/**
 * Draws a picture of paths and QR symbols to fill a box.
 *
 * @returns content stream for a form with BBox `[0 0 width height]`, points.
 */
export function drawPicture(
  drawing: Drawing,
  box: { readonly widthMm: number; readonly heightMm: number },
): string {
  const scaleX = (box.widthMm / drawing.widthMm) * POINTS_PER_MM;
  const scaleY = (box.heightMm / drawing.heightMm) * POINTS_PER_MM;
  const top = box.heightMm * POINTS_PER_MM;
  return drawScaled(drawing.items, top, scaleX, null, scaleY);
}

/** One matrix turns millimetres from the top left into points from the bottom left. */
function drawScaled(
  items: readonly DrawingItem[],
  topPt: number,
  scaleX: number,
  font: FontSubset | null,
  scaleY = scaleX,
): string {
  const matrix = [scaleX, 0, 0, -scaleY, 0, topPt].map(formatNumber).join(' ');
  return `q ${matrix} cm\n${items.map((item) => drawItem(item, font)).join('\n')}\nQ`;
}

function drawItem(item: DrawingItem, font: FontSubset | null): string {
  switch (item.kind) {
    case 'text':
      return drawText(item, font);
    case 'path':
      return drawPath(item);
    case 'qr':
      return drawQr(item);
  }
}

function drawText(item: TextItem, font: FontSubset | null): string {
  if (font === null) throw new ServiceError('INTERNAL', 'a seal picture holds paths, not text');
  let glyphs = '';
  for (const character of item.text) {
    glyphs += font
      .glyphIdOf(character.codePointAt(0) ?? 0)
      .toString(16)
      .padStart(4, '0');
  }
  const [x, y, size] = [item.xMm, item.yMm, item.sizeMm].map(formatNumber);
  // the page is upside down by its matrix: text is turned back
  const shown = `${fillColour(item.colour)} BT /F1 ${size} Tf ${turn(item.angle)} ${x} ${y} Tm <${glyphs}> Tj ET`;
  return item.opacity === undefined ? shown : `q /${opacityName(item.opacity)} gs ${shown} Q`;
}

function turn(angle = 0): string {
  if (angle === 0) return '1 0 0 -1';
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return [cos, -sin, -sin, -cos].map(formatNumber).join(' ');
}

/** Name of the graphics state of an opacity, by its hundredths. */
export function opacityName(opacity: number): string {
  return `A${Math.round(opacity * 100)}`;
}

/** Graphics states that a drawing's texts need: member of the page's resources (ISO 32000-1 §8.4.5). */
export function opacityResources({ items }: Drawing): string {
  const states = new Map<string, number>();
  for (const item of items) {
    if (item.kind !== 'text' || item.opacity === undefined) continue;
    states.set(opacityName(item.opacity), Math.round(item.opacity * 100) / 100);
  }
  if (states.size === 0) return '';
  const entries = [...states].map(([name, opacity]) => `/${name}<</ca ${formatNumber(opacity)}>>`);
  return `/ExtGState<<${entries.join('')}>>`;
}

function drawPath(item: PathItem): string {
  const parts: string[] = [];
  if (item.fill !== null) parts.push(fillColour(item.fill));
  if (item.stroke !== null) {
    parts.push(`${strokeColour(item.stroke)} ${formatNumber(item.strokeWidthMm)} w`);
  }
  parts.push(pathOperators(item.d), paintOperator(item));
  return parts.join(' ');
}

function paintOperator(item: PathItem): string {
  if (item.fill !== null) return item.stroke === null ? 'f' : 'B';
  return item.stroke === null ? 'n' : 'S';
}

/** SVG puts commands before their numbers, PDF behind. */
function pathOperators(d: string): string {
  return Array.from(d.matchAll(/([A-Za-z])([^A-Za-z]*)/gu), ([, letter = '', list = '']) =>
    pathOperator(letter, list.match(/[+-]?(?:\d+\.?\d*|\.\d+)/gu) ?? []),
  ).join(' ');
}

/** A command stands for all the pairs that follow it. */
function pathOperator(letter: string, numbers: readonly string[]): string {
  const command = PATH_OPERATORS[letter];
  if (command === undefined || !isArityOf(command.arity, numbers.length)) {
    throw new ServiceError('INTERNAL', `path command ${letter} with ${numbers.length} numbers`);
  }
  if (command.arity === 0) return command.operator;
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; i += command.arity) {
    parts.push(...numbers.slice(i, i + command.arity));
    parts.push(letter === 'M' && i > 0 ? 'l' : command.operator); // SVG 1.1 §8.3.2
  }
  return parts.join(' ');
}

function isArityOf(arity: number, count: number): boolean {
  return arity === 0 ? count === 0 : count > 0 && count % arity === 0;
}

/** Dark modules of a row that touch become one rectangle, all of them one path: no hairlines between. */
function drawQr(item: QrItem): string {
  const parts: string[] = ['0 g'];
  const size = formatNumber(item.moduleMm);
  for (const [row, modules] of item.modules.entries()) {
    const y = formatNumber(item.yMm + row * item.moduleMm);
    for (let column = 0; column < modules.length; column++) {
      if (modules[column] !== true) continue;
      const first = column;
      while (modules[column + 1] === true) column++;
      const x = formatNumber(item.xMm + first * item.moduleMm);
      parts.push(`${x} ${y} ${formatNumber((column - first + 1) * item.moduleMm)} ${size} re`);
    }
  }
  return `${parts.join(' ')} f`;
}

function fillColour(colour: Colour): string {
  return `${colourComponents(colour)} rg`;
}

function strokeColour(colour: Colour): string {
  return `${colourComponents(colour)} RG`;
}

function colourComponents(colour: Colour): string {
  const value = parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
    .map((component) => formatNumber(component / 255))
    .join(' ');
}
