import { inflateSync } from 'node:zlib';
import { malformed } from './pdfParser.ts';
import {
  asArray,
  asCount,
  asDictionary,
  asName,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
} from './pdfValue.ts';
import { COST, type WorkBudget } from './workBudget.ts';

const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

type Resolve = (value: PdfValue | undefined) => PdfValue;

/**
 * Decodes a stream's data (attacker-controlled): no filter, or one Flate filter with PNG predictors.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` for other filters, broken data, or more than 64 MiB.
 */
export function decodeStream(
  raw: Uint8Array,
  stream: PdfStream,
  resolve: Resolve,
  budget: WorkBudget,
): Uint8Array {
  const { entries } = stream.dictionary;
  const filter = soleMember(resolve(entries.get('Filter')), resolve, stream);
  if (filter === null) return raw;
  if (asName(filter) !== 'FlateDecode') throw malformed('stream filter', stream.dataStart);
  const inflated = inflate(raw, stream.dataStart);
  budget.spend(inflated.length >> COST.inflatedShift);
  const parameters = asDictionary(soleMember(resolve(entries.get('DecodeParms')), resolve, stream));
  return parameters === null ? inflated : undoPrediction(inflated, parameters, resolve, stream);
}

function undoPrediction(
  data: Uint8Array,
  parameters: PdfDictionary,
  resolve: Resolve,
  stream: PdfStream,
): Uint8Array {
  const predictor = asCount(resolve(parameters.entries.get('Predictor'))) ?? 1;
  if (predictor === 1) return data;
  const columns = asCount(resolve(parameters.entries.get('Columns'))) ?? 1;
  if (!isBytewisePng(parameters, predictor) || columns === 0 || columns > data.length) {
    throw malformed('stream predictor', stream.dataStart);
  }
  return undoPngPrediction(data, columns, stream.dataStart);
}

/** One colour of eight bits, written out or left to the defaults. */
function isBytewisePng({ entries }: PdfDictionary, predictor: number): boolean {
  const isBytewise =
    (entries.get('Colors') ?? 1) === 1 && (entries.get('BitsPerComponent') ?? 8) === 8;
  return isBytewise && predictor >= 10 && predictor <= 15;
}

/** Filters and their parameters come alone or as an array of one. */
function soleMember(value: PdfValue, resolve: Resolve, stream: PdfStream): PdfValue {
  const items = asArray(value)?.items;
  if (items === undefined) return value;
  if (items.length > 1) throw malformed('chain of stream filters', stream.dataStart);
  return resolve(items[0]);
}

function inflate(raw: Uint8Array, at: number): Uint8Array {
  try {
    return inflateSync(raw, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    throw malformed('compressed data broken or too large', at); // zlib's own message tells nothing more
  }
}

/** Undoes PNG row filters for one byte a pixel (ISO 32000-1 §7.4.4.4, W3C PNG §9). */
function undoPngPrediction(data: Uint8Array, columns: number, at: number): Uint8Array {
  const rows = Math.floor(data.length / (columns + 1));
  const decoded = new Uint8Array(rows * columns);
  let above = new Uint8Array(columns);
  for (let row = 0; row < rows; row++) {
    const start = row * (columns + 1);
    const pixels = decoded.subarray(row * columns, (row + 1) * columns);
    pixels.set(data.subarray(start + 1, start + 1 + columns));
    undoRow(pixels, above, data[start] ?? 0, at);
    above = pixels;
  }
  return decoded;
}

function undoRow(pixels: Uint8Array, above: Uint8Array, type: number, at: number): void {
  let left = 0;
  let upLeft = 0;
  for (const [i, raw] of pixels.entries()) {
    const up = above[i] ?? 0;
    left = (raw + predict(type, left, up, upLeft, at)) & 0xff;
    pixels[i] = left;
    upLeft = up;
  }
}

function predict(type: number, left: number, up: number, upLeft: number, at: number): number {
  switch (type) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, upLeft);
    default:
      throw malformed('PNG row filter', at);
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const distances = [left, up, upLeft].map((value) => Math.abs(estimate - value));
  const [toLeft = 0, toUp = 0, toUpLeft = 0] = distances;
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
