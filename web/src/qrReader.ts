/** Reads QR symbols on this device; no picture leaves it. The reader (WebAssembly) is loaded when it is first needed. */

/** Pictures are scaled down to this length of their longer side: enough for the densest code of ours. */
const MAX_SIDE_PIXELS = 2400;

type ReadPixels = (pixels: ImageData) => Promise<readonly string[]>;

let loading: Promise<ReadPixels> | null = null;

/** Loads the reader once; a failed attempt may be repeated. */
export function loadQrReader(): Promise<ReadPixels> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

/**
 * Reads the QR symbols of a picture file.
 *
 * @param picture - PNG, JPEG or what else the browser can draw; attacker-controlled.
 * @throws if the browser cannot draw it.
 */
export async function readPicture(picture: Blob): Promise<readonly string[]> {
  const [bitmap, readPixels] = await Promise.all([createImageBitmap(picture), loadQrReader()]);
  try {
    const scale = Math.min(1, MAX_SIDE_PIXELS / Math.max(bitmap.width, bitmap.height));
    const size = {
      width: Math.max(1, Math.round(bitmap.width * scale)),
      height: Math.max(1, Math.round(bitmap.height * scale)),
    };
    return await readPixels(toPixels(bitmap, size));
  } finally {
    bitmap.close();
  }
}

/** Draws a picture or the current frame of a film and gives its pixels. */
export function toPixels(
  source: ImageBitmap | HTMLVideoElement,
  { width, height }: Readonly<{ width: number; height: number }>,
): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas');
  context.fillStyle = 'white'; // behind transparent pictures
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

async function load(): Promise<ReadPixels> {
  const [{ prepareZXingModule, readBarcodes }, { default: address }] = await Promise.all([
    import('zxing-wasm/reader'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ]);
  await prepareZXingModule({ overrides: { locateFile: () => address }, fireImmediately: true });
  return async (pixels) => {
    const found = await readBarcodes(pixels, { formats: ['QRCode'], maxNumberOfSymbols: 4 });
    return found.filter(({ isValid }) => isValid).map(({ text }) => text);
  };
}
