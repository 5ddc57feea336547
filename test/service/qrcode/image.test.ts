import { describe, expect, it } from '@jest/globals';

import { qrToPng, qrToSvg } from '../../../service/src/qrcode/image.ts';
import { createQrSymbol } from '../../../service/src/qrcode/segments.ts';

const SYMBOL = createQrSymbol('YX1.'); // version 1: 21 modules

/** Modules as the strokes of an SVG draw them, quiet zone included. */
function modulesOfSvg(svg: string, width: number): boolean[][] {
  const rows = Array.from({ length: width }, () => new Array<boolean>(width).fill(false));
  for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)\.5h(\d+)/g)) {
    rows[Number(y)]!.fill(true, Number(x), Number(x) + Number(run));
  }
  return rows;
}

describe('qrToSvg', () => {
  it('gives the size in millimetres, quiet zone included', () => {
    expect(qrToSvg(SYMBOL, 0.4)).toMatch(
      /^<svg [^>]*width="11.6mm" height="11.6mm" viewBox="0 0 29 29"/,
    );
  });

  it('draws the modules inside a quiet zone of four', () => {
    const drawn = modulesOfSvg(qrToSvg(SYMBOL), 29);

    expect(drawn.slice(4, 25).map((row) => row.slice(4, 25))).toEqual(SYMBOL.modules);
    expect(drawn.flat().filter(Boolean)).toHaveLength(SYMBOL.modules.flat().filter(Boolean).length);
  });
});

describe('qrToPng', () => {
  it('writes a square picture, quiet zone included', () => {
    const png = Buffer.from(qrToPng(SYMBOL, 5));

    expect(png.readUInt32BE(16)).toBe(29 * 5);
    expect(png.readUInt32BE(20)).toBe(29 * 5);
  });

  it.each([0, 65, 1.5])('refuses %d pixels a module', (pixels) => {
    expect(() => qrToPng(SYMBOL, pixels)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});
