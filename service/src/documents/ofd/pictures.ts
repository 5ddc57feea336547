/** Pictures inside documents: recognised by their first bytes, measured before anybody decodes them. */
import type { SceneImage } from './scene.ts';

export interface Picture {
  readonly mediaType: SceneImage['mediaType'];
  readonly bytes: Uint8Array;
}

const MAX_PICTURE_BYTES = 16 * 1024 * 1024;
const MAX_PIXELS = 16_000_000;

interface Format {
  readonly mediaType: SceneImage['mediaType'];
  readonly start: readonly number[];
  /** @returns width and height in pixels; null if they are not said. */
  readonly sizeOf: (view: DataView) => readonly [number, number] | null;
}

const FORMATS: readonly Format[] = [
  {
    mediaType: 'image/png',
    start: [0x89, 0x50, 0x4e, 0x47],
    sizeOf: (view) => [view.getUint32(16), view.getUint32(20)],
  },
  { mediaType: 'image/jpeg', start: [0xff, 0xd8, 0xff], sizeOf: jpegSize },
  {
    mediaType: 'image/gif',
    start: [0x47, 0x49, 0x46, 0x38],
    sizeOf: (view) => [view.getUint16(6, true), view.getUint16(8, true)],
  },
  {
    mediaType: 'image/bmp',
    start: [0x42, 0x4d],
    sizeOf: (view) => [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))],
  },
];

/** @returns null if it is no picture that is drawn, or has more than 16 million pixels. */
export function readPicture(bytes: Uint8Array): Picture | null {
  if (bytes.length > MAX_PICTURE_BYTES) return null;
  const format = FORMATS.find(({ start }) => start.every((byte, i) => bytes[i] === byte));
  if (format === undefined) return null;
  const size = measure(format, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  if (size === null) return null;
  const [width, height] = size;
  return width > 0 && height > 0 && width * height <= MAX_PIXELS
    ? { mediaType: format.mediaType, bytes }
    : null;
}

function measure(format: Format, view: DataView): readonly [number, number] | null {
  try {
    return format.sizeOf(view);
  } catch (error) {
    if (error instanceof RangeError) return null; // cut short
    throw error;
  }
}

/** ITU-T T.81 §B.2.2: the frame header, wherever it stands. */
function jpegSize(view: DataView): readonly [number, number] | null {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
