/** Draws QR symbols as SVG. */
export interface QrPath {
  /** Modules a side, with the quiet zone. */
  readonly size: number;
  /** Outline of the dark modules, one unit a module. */
  readonly d: string;
}

const QUIET_ZONE = 4; // ISO/IEC 18004 6.3.8

/** Loads the encoder when it is first needed. */
export async function drawQr(text: string): Promise<QrPath> {
  const { create } = await import('qrcode');
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  return toPath(modules.size, (row, column) => modules.get(row, column) === 1);
}

/** Rows of dark modules, each run as one rectangle. */
export function toPath(modules: number, isDark: (row: number, column: number) => boolean): QrPath {
  let d = '';
  for (let row = 0; row < modules; row += 1) {
    let column = 0;
    while (column < modules) {
      const begin = column;
      while (column < modules && isDark(row, column)) column += 1;
      const length = column - begin;
      if (length > 0) d += `M${begin + QUIET_ZONE} ${row + QUIET_ZONE}h${length}v1h-${length}z`;
      else column += 1;
    }
  }
  return { size: modules + 2 * QUIET_ZONE, d };
}
