/** Pictures of a QR symbol, with its quiet zone. */

import { crc32, deflateSync } from 'node:zlib';

import { ServiceError } from '../errors.ts';
import type { QrSymbol } from './segments.ts';

const QUIET_ZONE_MODULES = 4; // ISO/IEC 18004 §9.1
const MAX_PIXELS_PER_MODULE = 64;
const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Draws a symbol as an SVG document.
 *
 * @param moduleMm - width of a module in millimetres; 0.4 is the least that phones read well from paper.
 */
export function qrToSvg(symbol: QrSymbol, moduleMm = 0.5): string {
  const width = symbol.modules.length + 2 * QUIET_ZONE_MODULES;
  const widthMm = Number((width * moduleMm).toFixed(3));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${widthMm}mm"`,
    ` viewBox="0 0 ${width} ${width}" shape-rendering="crispEdges">`,
    `<path fill="#fff" d="M0 0h${width}v${width}H0z"/>`,
    `<path stroke="#000" d="${symbol.modules.map(rowPath).join('')}"/></svg>`,
  ].join('');
}

/**
 * Draws a symbol as a PNG file, 1 bit a pixel.
 *
 * @param pixelsPerModule - whole number, 1 to 64.
 * @throws ServiceError `INTERNAL` for another number.
 */
export function qrToPng(symbol: QrSymbol, pixelsPerModule = 8): Uint8Array {
  if (
    !Number.isInteger(pixelsPerModule) ||
    pixelsPerModule < 1 ||
    pixelsPerModule > MAX_PIXELS_PER_MODULE
  ) {
    throw new ServiceError('INTERNAL', `${pixelsPerModule} pixels a module are not possible`);
  }
  const width = (symbol.modules.length + 2 * QUIET_ZONE_MODULES) * pixelsPerModule;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, width);
  header.set([1, 0, 0, 0, 0], 8); // PNG §11.2.2: depth 1, greyscale, deflate, filter 0, not interlaced
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanLines(symbol, pixelsPerModule, width))),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Horizontal strokes through the middle of a row, one a run of dark modules. */
function rowPath(row: readonly boolean[], rowIndex: number): string {
  let path = '';
  for (let start = 0; start < row.length; start++) {
    let end = start;
    while (row[end] === true) {
      end += 1;
    }
    if (end > start) {
      path += `M${start + QUIET_ZONE_MODULES} ${rowIndex + QUIET_ZONE_MODULES}.5h${end - start}`;
      start = end;
    }
  }
  return path;
}

/** White is 1; each row of modules is packed once and repeated. */
function scanLines(symbol: QrSymbol, pixelsPerModule: number, width: number): Uint8Array {
  const lineBytes = 1 + Math.ceil(width / 8); // filter type 0, then pixels
  const lines = new Uint8Array(lineBytes * width);
  const rows = width / pixelsPerModule;
  for (let row = 0; row < rows; row++) {
    const line = packLine(symbol.modules[row - QUIET_ZONE_MODULES] ?? [], pixelsPerModule, width);
    for (let copy = 0; copy < pixelsPerModule; copy++) {
      lines.set(line, (row * pixelsPerModule + copy) * lineBytes + 1);
    }
  }
  return lines;
}

function packLine(row: readonly boolean[], pixelsPerModule: number, width: number): Uint8Array {
  const line = new Uint8Array(Math.ceil(width / 8));
  for (let x = 0; x < width; x++) {
    const isDark = row[Math.floor(x / pixelsPerModule) - QUIET_ZONE_MODULES] === true;
    line[x >> 3] = (line[x >> 3] ?? 0) | (isDark ? 0 : 0x80 >> (x & 7));
  }
  return line;
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const chunkBytes = Buffer.alloc(typed.length + 8);
  chunkBytes.writeUInt32BE(content.length, 0);
  chunkBytes.set(typed, 4);
  chunkBytes.writeUInt32BE(crc32(typed), typed.length + 4);
  return chunkBytes;
}
