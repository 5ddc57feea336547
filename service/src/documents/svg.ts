import type { Drawing, DrawingItem, QrItem, TextItem } from './drawing.ts';
import { licenceFont } from './fonts.ts';
import { glyphPath, millimetres } from './glyphPath.ts';
import { rectanglePath } from './shapes.ts';

/**
 * Draws a page as an SVG 1.1 document that needs no font: texts become outlines. For previews and seal pictures.
 *
 * @throws ServiceError `GLYPH_MISSING` if the licence font cannot show a character.
 */
export function toSvg(drawing: Drawing): string {
  const [width, height] = [millimetres(drawing.widthMm), millimetres(drawing.heightMm)];
  const items = drawing.items.map(toElement).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">${items}</svg>`;
}

/** What an item draws, in SVG path syntax, millimetres. @throws ServiceError `GLYPH_MISSING`. */
export function itemPath(item: DrawingItem): string {
  switch (item.kind) {
    case 'text':
      return textPath(item);
    case 'qr':
      return qrPath(item);
    case 'path':
      return item.d;
  }
}

function toElement(item: DrawingItem): string {
  switch (item.kind) {
    case 'text':
      return `<path d="${textPath(item)}" fill="${item.colour}"${opacityOf(item)}/>`;
    case 'qr':
      return `<path d="${qrPath(item)}" fill="#000000" shape-rendering="crispEdges"/>`;
    case 'path': {
      const stroke =
        item.stroke === null
          ? ''
          : ` stroke="${item.stroke}" stroke-width="${millimetres(item.strokeWidthMm)}"`;
      return `<path d="${item.d}" fill="${item.fill ?? 'none'}"${stroke}/>`;
    }
  }
}

function opacityOf({ opacity }: TextItem): string {
  return opacity === undefined ? '' : ` fill-opacity="${Math.round(opacity * 100) / 100}"`;
}

function textPath(item: TextItem): string {
  const font = licenceFont();
  font.requireGlyphs([item.text]);
  const scale = item.sizeMm / font.unitsPerEm;
  const radians = ((item.angle ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const turned = [scale * cos, -scale * sin, -scale * sin, -scale * cos] as const;
  let along = 0;
  let path = '';
  for (const character of item.text) {
    const outline = font.outline(character.codePointAt(0) ?? 0);
    if (outline === null) continue; // cannot be: requireGlyphs refuses it
    path += glyphPath(outline, [...turned, item.xMm + along * cos, item.yMm - along * sin]);
    along += outline.advance * scale;
  }
  return path;
}

function qrPath({ modules, xMm, yMm, moduleMm }: QrItem): string {
  return modules
    .flatMap((row, r) =>
      row.map((isDark, c) =>
        isDark ? rectanglePath(xMm + c * moduleMm, yMm + r * moduleMm, moduleMm, moduleMm) : '',
      ),
    )
    .join('');
}
