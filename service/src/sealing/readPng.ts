/** Reads a PNG (ISO/IEC 15948) as ink: what is dark and not transparent. Nothing of the file goes any further. */
import { inflateSync } from 'node:zlib';
import { ServiceError } from '../errors.ts';

/** One byte a pixel, row by row; 1: ink. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MAX_BYTES = 1024 * 1024;
const MAX_SIDE = 2000;
const DARK = 160;
const OPAQUE = 96;

/** Samples a pixel by colour type; palettes have one. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function malformed(what: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `the picture is no PNG that is taken: ${what}`);
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
  readonly channels: number;
}

/**
 * Reads which pixels of a PNG are ink. Eight bits a sample, not interlaced, at most 2,000 × 2,000 pixels and 1 MiB.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `REQUEST_MALFORMED`.
 */
export function readPngInk(bytes: Uint8Array): Ink {
  const file = Buffer.from(bytes);
  if (file.length > MAX_BYTES) throw malformed('it has more than 1 MiB');
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw malformed('it begins otherwise');
  const chunks = readChunks(file);
  const header = readHeader(chunks.get('IHDR')?.[0]);
  const palette = chunks.get('PLTE')?.[0] ?? Buffer.alloc(0);
  const transparency = chunks.get('tRNS')?.[0] ?? Buffer.alloc(0);
  const rows = unfilter(header, inflate(header, Buffer.concat(chunks.get('IDAT') ?? [])));
  const isInk = inkRule(header, palette, transparency);
  const pixels = new Uint8Array(header.width * header.height);
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = Number(isInk(rows, index * header.channels));
  }
  return { width: header.width, height: header.height, pixels };
}

function readChunks(file: Buffer): ReadonlyMap<string, readonly Buffer[]> {
  const chunks = new Map<string, Buffer[]>();
  let at = SIGNATURE.length;
  while (at + 12 <= file.length) {
    const length = file.readUInt32BE(at);
    const name = file.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > file.length) throw malformed('it is cut off');
    chunks.set(name, [...(chunks.get(name) ?? []), file.subarray(at + 8, at + 8 + length)]);
    if (name === 'IEND') return chunks;
    at += 12 + length;
  }
  throw malformed('it does not end');
}

function readHeader(chunk: Buffer | undefined): Header {
  if (chunk?.length !== 13) throw malformed('it has no header');
  const [width, height] = [chunk.readUInt32BE(0), chunk.readUInt32BE(4)];
  const colourType = chunk.readUInt8(9);
  const channels = CHANNELS[colourType];
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
    throw malformed(`it has ${width} × ${height} pixels`);
  }
  const isPlain = chunk.readUInt8(8) === 8 && chunk.readUIntBE(10, 3) === 0;
  if (!isPlain || channels === undefined) {
    throw malformed('it has not eight bits a sample, or is interlaced');
  }
  return { width, height, colourType, channels };
}

function inflate({ width, height, channels }: Header, data: Buffer): Buffer {
  const length = height * (1 + width * channels);
  try {
    const rows = inflateSync(data, { maxOutputLength: length });
    if (rows.length === length) return rows;
  } catch {
    // said below: broken, or larger than its header says
  }
  throw malformed('its pixels cannot be read');
}

/** ISO/IEC 15948 §9. */
function unfilter({ width, height, channels }: Header, data: Buffer): Uint8Array {
  const stride = width * channels;
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const kind = data[y * (stride + 1)] ?? 0;
    if (kind > 4) throw malformed('a row has an unknown filter');
    const at = (x: number, row: number): number =>
      x < 0 || row < 0 ? 0 : (rows[row * stride + x] ?? 0);
    for (let x = 0; x < stride; x += 1) {
      const guess = predict(kind, at(x - channels, y), at(x, y - 1), at(x - channels, y - 1));
      rows[y * stride + x] = (data[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return rows;
}

function predict(kind: number, left: number, up: number, corner: number): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [a, b, c] = [guess - left, guess - up, guess - corner].map(Math.abs) as [
        number,
        number,
        number,
      ]; // three in, three out
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return 0;
  }
}

function inkRule(
  { colourType }: Header,
  palette: Buffer,
  transparency: Buffer,
): (rows: Uint8Array, at: number) => boolean {
  const isDark = (red = 255, green = 255, blue = 255): boolean =>
    0.299 * red + 0.587 * green + 0.114 * blue < DARK;
  switch (colourType) {
    case 3:
      return (rows, at) => {
        const index = rows[at] ?? 0;
        const [red, green, blue] = palette.subarray(3 * index, 3 * index + 3);
        return (transparency[index] ?? 255) > OPAQUE && isDark(red, green, blue);
      };
    case 0:
      return (rows, at) => isDark(rows[at], rows[at], rows[at]);
    case 4:
      return (rows, at) => (rows[at + 1] ?? 0) > OPAQUE && isDark(rows[at], rows[at], rows[at]);
    case 2:
      return (rows, at) => isDark(rows[at], rows[at + 1], rows[at + 2]);
    default:
      return (rows, at) =>
        (rows[at + 3] ?? 0) > OPAQUE && isDark(rows[at], rows[at + 1], rows[at + 2]);
  }
}
