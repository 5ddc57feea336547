import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { findRedMarks } from './redMarks.ts';
import { tonesOf } from './tones.ts';
import type { Raster, VisiblePage } from './visiblePage.ts';

const MAX_CODES = 16;
const wasm = readFileSync(
  createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'),
);
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } }); // from disk, not from the network

/** What there is to see in the pixels of a page. */
export async function lookAt(
  raster: Raster,
  pixelsPerMm: number,
): Promise<Pick<VisiblePage, 'codes' | 'marks' | 'tones'>> {
  const { width, height, data } = raster;
  const image = { width, height, data, colorSpace: 'srgb' };
  const symbols = await readBarcodes(image, {
    formats: ['QRCode'],
    tryHarder: true,
    maxNumberOfSymbols: MAX_CODES,
  });
  return {
    codes: symbols.filter(({ isValid }) => isValid).map(({ text }) => text),
    marks: findRedMarks(raster, pixelsPerMm),
    tones: tonesOf(raster, pixelsPerMm),
  };
}
