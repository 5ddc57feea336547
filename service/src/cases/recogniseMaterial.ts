/** Recognises files that people hand in, by their content. The bytes are attacker-controlled. */
import { readOfd } from '../documents/ofd/readOfd.ts';
import { pdfPageSizes } from '../documents/pdf/pageSizes.ts';
import { ServiceError } from '../errors.ts';
import type { MaterialFormat } from '../store/store.ts';

export const MAX_MATERIAL_BYTES = 20 * 1024 * 1024;
const MAX_SIDE = 30_000;
const MAX_BLOCKS = 100_000;

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * Says what a file is.
 *
 * @throws ServiceError `REQUEST_TOO_LARGE`; `DOCUMENT_MALFORMED` for anything but a PDF, OFD, PNG or JPEG that is whole.
 */
export function recogniseMaterial(bytes: Uint8Array): MaterialFormat {
  if (bytes.length > MAX_MATERIAL_BYTES) {
    throw new ServiceError(
      'REQUEST_TOO_LARGE',
      `a material has at most ${MAX_MATERIAL_BYTES} bytes`,
    );
  }
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 0, 5) === '%PDF-') {
    pdfPageSizes(bytes);
    return 'pdf';
  }
  if (file.toString('latin1', 0, 4) === 'PK\x03\x04') {
    readOfd(bytes);
    return 'ofd';
  }
  if (file.subarray(0, 8).equals(PNG_SIGNATURE)) return requireWhole(isWholePng(file), 'png');
  if (file.toString('latin1', 0, 3) === '\xff\xd8\xff') {
    return requireWhole(isWholeJpeg(file), 'jpeg');
  }
  throw new ServiceError('DOCUMENT_MALFORMED', 'neither PDF nor OFD, PNG or JPEG');
}

function requireWhole(isWhole: boolean, format: MaterialFormat): MaterialFormat {
  if (isWhole) return format;
  throw new ServiceError('DOCUMENT_MALFORMED', `begins as ${format}, but is no whole one`);
}

/** Chunks from the header to the end, and nothing behind it (ISO/IEC 15948 §5). */
function isWholePng(file: Buffer): boolean {
  let at = PNG_SIGNATURE.length;
  for (let count = 0; count < MAX_BLOCKS && at + 12 <= file.length; count += 1) {
    const length = file.readUInt32BE(at);
    const name = file.toString('latin1', at + 4, at + 8);
    if (count === 0 && !isHeader(file, at, name, length)) return false;
    at += 12 + length;
    if (name === 'IEND') return length === 0 && at === file.length && count > 1;
  }
  return false;
}

function isHeader(file: Buffer, at: number, name: string, length: number): boolean {
  if (name !== 'IHDR' || length !== 13 || at + 16 > file.length) return false;
  return isSide(file.readUInt32BE(at + 8)) && isSide(file.readUInt32BE(at + 12));
}

/** Segments up to the first scan, a frame with a size among them, and the end mark (ITU-T T.81, annex B). */
function isWholeJpeg(file: Buffer): boolean {
  let at = 2;
  let hasFrame = false;
  for (let count = 0; count < MAX_BLOCKS && at + 4 <= file.length; count += 1) {
    if (file[at] !== 0xff) return false;
    const marker = file.readUInt8(at + 1);
    const length = file.readUInt16BE(at + 2);
    if (length < 2) return false;
    if (isFrame(marker) && at + 9 <= file.length) {
      hasFrame = isSide(file.readUInt16BE(at + 5)) && isSide(file.readUInt16BE(at + 7));
    }
    if (marker === 0xda) return hasFrame && file.lastIndexOf('\xff\xd9', undefined, 'latin1') > at;
    at += 2 + length;
  }
  return false;
}

/** SOF0 to SOF15 without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function isSide(pixels: number): boolean {
  return pixels >= 1 && pixels <= MAX_SIDE;
}
