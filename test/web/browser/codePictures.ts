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

const STRAIGHT = { degrees: 0, blur: 0, dark: BLACK, light: WHITE } as const;

/** How badly the code is held before the camera. */
export interface Scene {
  readonly degrees?: number;
  /** Passes of a blur over 3 × 3 pixels. */
  readonly blur?: number;
  /** Luma of dark and light modules, 16 to 235. */
  readonly dark?: number;
  readonly light?: number;
}

/** A film (Y4M) for a fake camera: two frames of a document code in the middle of the picture. */
export function filmCode(address: string, scene: Scene = {}): Buffer {
  return filmSymbol(createSymbol(address), scene);
}

/** {@link filmCode} of any text. */
export function filmText(text: string): Buffer {
  return filmSymbol(QRCode.create(text, { errorCorrectionLevel: 'M' }), STRAIGHT);
}

/** Flags of a browser whose camera shows a film, read anew each time it is opened. */
export function filming(film: string): readonly string[] {
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ];
}

function filmSymbol({ modules }: QRCode.QRCode, scene: Scene): Buffer {
  const { degrees, blur, dark, light } = { ...STRAIGHT, ...scene };
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const scale = (HEIGHT * 0.8) / modules.size / (Math.abs(cos) + Math.abs(sin));
  let luma = Buffer.alloc(WIDTH * HEIGHT, light);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const [dx, dy] = [x + 0.5 - WIDTH / 2, y + 0.5 - HEIGHT / 2];
      const column = Math.floor((dx * cos + dy * sin) / scale + modules.size / 2);
      const row = Math.floor((dy * cos - dx * sin) / scale + modules.size / 2);
      if (isDark(modules, row, column)) luma[y * WIDTH + x] = dark;
    }
  }
  for (let pass = 0; pass < blur; pass += 1) luma = blurred(luma);
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, frame, frame]);
}

/** Outside of the symbol nothing is. */
function isDark(modules: QRCode.BitMatrix, row: number, column: number): boolean {
  return (
    [row, column].every((one) => one >= 0 && one < modules.size) && modules.get(row, column) === 1
  );
}

/** Each pixel is the mean of its neighbourhood. */
function blurred(luma: Buffer): Buffer<ArrayBuffer> {
  const result = Buffer.from(luma);
  for (let y = 1; y < HEIGHT - 1; y += 1) {
    for (let x = 1; x < WIDTH - 1; x += 1) {
      let sum = 0;
      for (let at = y - 1; at <= y + 1; at += 1) {
        const start = at * WIDTH + x;
        sum += (luma[start - 1] ?? 0) + (luma[start] ?? 0) + (luma[start + 1] ?? 0);
      }
      result[y * WIDTH + x] = Math.round(sum / 9);
    }
  }
  return result;
}
