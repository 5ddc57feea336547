import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const require = createRequire(import.meta.url);

/** Texts of every QR symbol of a picture (PNG), read by ZXing; its module comes from disk. */
export async function readQr(png: Uint8Array): Promise<readonly string[]> {
  prepareZXingModule({
    overrides: {
      wasmBinary: new Uint8Array(
        readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm')),
      ).buffer,
    },
  });
  const found = await readBarcodes(png, { formats: ['QRCode'] });
  return found.map(({ text }) => text);
}
