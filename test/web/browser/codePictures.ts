import QRCode from 'qrcode';

export const CODE = `YX1.${'0123456789'.repeat(50)}`;

/** A symbol as the service prints it: address as bytes, code as digits. */
function createSymbol(address: string): QRCode.QRCode {
  const [mark, digits] = [CODE.slice(0, 4), CODE.slice(4)];
  return QRCode.create(
    [
      { data: Buffer.from(`${address}${mark}`), mode: 'byte' },
      { data: digits, mode: 'numeric' },
    ],
    { errorCorrectionLevel: 'M' },
  );
}

/** PNG of a document code. */
export async function drawCode(address: string): Promise<Buffer> {
  const { segments } = createSymbol(address);
  return await QRCode.toBuffer(segments as unknown as QRCode.QRCodeSegment[], {
    errorCorrectionLevel: 'M',
    scale: 6,
  });
}

const WIDTH = 1280;
const HEIGHT = 720;
const WHITE = 235;
const BLACK = 16;

/** A film (Y4M) for a fake camera: two frames of a code in the middle of the picture. */
export function filmCode(address: string): Buffer {
  const { modules } = createSymbol(address);
  const scale = Math.floor((HEIGHT * 0.8) / modules.size);
  const left = Math.floor((WIDTH - modules.size * scale) / 2);
  const top = Math.floor((HEIGHT - modules.size * scale) / 2);
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  for (let y = 0; y < modules.size * scale; y += 1) {
    for (let x = 0; x < modules.size * scale; x += 1) {
      const isDark = modules.get(Math.floor(y / scale), Math.floor(x / scale)) === 1;
      if (isDark) luma[(top + y) * WIDTH + left + x] = BLACK;
    }
  }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, frame, frame]);
}
