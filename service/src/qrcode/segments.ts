/** QR symbols (ISO/IEC 18004) of codes: a byte segment, then the code's digits as a numeric segment. */

import { create } from 'qrcode';

import { ServiceError } from '../errors.ts';

/** Largest symbol we print: version 15 is 77 modules wide, 31 mm at 0.4 mm a module. */
export const MAX_QR_VERSION = 15;

/** Bits that a version 15 symbol holds at level M: 415 data codewords. */
export const MAX_QR_BITS = 3320;

/** Bits that a version 20 symbol (39 mm at 0.4 mm a module) holds at level M, for codes of receipts: 669 data codewords. */
export const MAX_RECEIPT_QR_BITS = 5352;

/** Any mask is legal, and signed bytes are random enough for each; trying all eight takes twenty times as long. */
const MASK_PATTERN = 3;

/** A run of digits shorter than this is cheaper inside the byte segment than as a segment of its own. */
const LEAST_NUMERIC_DIGITS = 13;

/** A symbol without its quiet zone; `modules[row][column]`, true is dark. */
export interface QrSymbol {
  readonly version: number;
  readonly modules: readonly (readonly boolean[])[];
}

/**
 * Makes the symbol of a text at error correction level M, in the smallest version that holds it.
 *
 * @param text - ASCII; its last run of digits becomes a numeric segment, what precedes it a byte segment.
 * @throws ServiceError `INTERNAL` if the text is empty, not ASCII, or needs more than `maxBits`.
 */
export function createQrSymbol(text: string, maxBits = MAX_QR_BITS): QrSymbol {
  const bits = qrBits(text);
  if (bits === 0 || bits > maxBits) {
    throw new ServiceError(
      'INTERNAL',
      `text of ${text.length} characters does not fit a QR symbol`,
    );
  }
  const { bytes, digits } = split(text);
  const segments = [
    ...(bytes === '' ? [] : [{ data: Buffer.from(bytes, 'latin1'), mode: 'byte' as const }]),
    ...(digits === '' ? [] : [{ data: digits, mode: 'numeric' as const }]),
  ];
  const symbol = create(segments, { errorCorrectionLevel: 'M', maskPattern: MASK_PATTERN });
  return { version: symbol.version, modules: rowsOf(symbol.modules.data, symbol.modules.size) };
}

/**
 * Bits that a text takes in a symbol of version 10 to 26 (ISO/IEC 18004 §7.4: 4 bits of mode; 16 or 12 bits of
 * count; 8 bits a byte; 10 bits for 3 digits).
 *
 * @returns 0 for a text that is empty or not ASCII.
 */
export function qrBits(text: string): number {
  // eslint-disable-next-line no-control-regex -- ASCII is what is meant
  if (!/^[\x00-\x7f]+$/.test(text)) {
    return 0;
  }
  const { bytes, digits } = split(text);
  const byteBits = bytes === '' ? 0 : 4 + 16 + 8 * bytes.length;
  const digitBits = digits === '' ? 0 : 4 + 12 + Math.ceil((digits.length * 10) / 3);
  return byteBits + digitBits;
}

function split(text: string): { readonly bytes: string; readonly digits: string } {
  let start = text.length;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) {
    start -= 1;
  }
  if (text.length - start < LEAST_NUMERIC_DIGITS) {
    start = text.length;
  }
  return { bytes: text.slice(0, start), digits: text.slice(start) };
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function rowsOf(data: Uint8Array, size: number): boolean[][] {
  const rows: boolean[][] = [];
  for (let start = 0; start < size * size; start += size) {
    const row: boolean[] = [];
    for (let index = start; index < start + size; index++) {
      row.push(data[index] === 1);
    }
    rows.push(row);
  }
  return rows;
}
