// Reads the QR symbols of a picture, as a phone's camera would:
//   node scripts/readQr.mjs page.png
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const [picture] = process.argv.slice(2);
if (picture === undefined) {
  console.error('usage: node scripts/readQr.mjs PICTURE');
  process.exit(2);
}
const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });
const found = await readBarcodes(new Uint8Array(readFileSync(picture)), { formats: ['QRCode'] });
for (const { text } of found) console.log(text);
process.exit(found.length > 0 ? 0 : 1);
