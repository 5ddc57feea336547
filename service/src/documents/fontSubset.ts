import { createHash } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { tableOf, type FontFile } from './fontFile.ts';
import { encodeCharacterMap, encodeNames } from './fontTables.ts';

/** A TrueType font that holds just the glyphs of some texts: what an OFD (`FontFile`) or PDF (`FontFile2`) embeds. */
export interface FontSubset {
  /** TrueType font; glyph 0 is `.notdef`, the others follow in the order of their code points. */
  readonly bytes: Uint8Array;
  /** Six capitals and a plus sign before the font's name, derived from the glyphs (ISO 32000-1 §9.6.4). */
  readonly postScriptName: string;
  /** Code points in the subset, ascending; the glyph of `codePoints[i]` is `i + 1`. */
  readonly codePoints: readonly number[];
  /** @returns glyph number in the subset; 0 for a code point outside it. */
  glyphIdOf(codePoint: number): number;
  /** @returns advance width in font units; that of `.notdef` for a code point outside the subset. */
  advanceOf(codePoint: number): number;
  /** Advance widths by glyph number, font units. */
  readonly advances: readonly number[];
  readonly unitsPerEm: number;
  /** Above the baseline, font units. */
  readonly ascent: number;
  /** Below the baseline: negative, font units. */
  readonly descent: number;
  readonly capHeight: number;
  /** xMin, yMin, xMax, yMax over the subset's glyphs, font units. */
  readonly boundingBox: readonly [number, number, number, number];
}

interface SubsetGlyphs {
  /** Glyph numbers in the whole font, by glyph number in the subset. */
  readonly sources: readonly number[];
  /** Start of each glyph in the new `glyf` table, one entry more than glyphs. */
  readonly offsets: readonly number[];
  readonly boundingBox: readonly [number, number, number, number];
}

/**
 * Writes a subset font by copying glyphs as they are. Simple glyphs only: the licence font has no others.
 *
 * @param codePoints - ascending, distinct, at most 65,534, each with a glyph in the font.
 * @throws ServiceError `INTERNAL` on a composite glyph.
 */
export function writeSubset(
  file: FontFile,
  codePoints: readonly number[],
  name: string,
): FontSubset {
  const glyphs = gatherGlyphs(file, codePoints);
  const postScriptName = `${subsetTag(codePoints)}+${name}`;
  const glyphByCode = new Map(codePoints.map((code, i) => [code, i + 1]));
  const advances = glyphs.sources.map((source) => file.advances[source] ?? 0);
  return {
    bytes: assemble({
      'OS/2': encodeOs2(file, codePoints),
      cmap: encodeCharacterMap(codePoints),
      glyf: copyGlyphs(file, glyphs),
      head: encodeHead(file, glyphs),
      hhea: encodeHhea(file, glyphs, advances),
      hmtx: encodeHmtx(file, glyphs, advances),
      loca: encodeLoca(glyphs),
      maxp: withUint16(copyTable(file, 'maxp'), 4, glyphs.sources.length),
      name: encodeNames('Noto Serif SC', postScriptName),
      post: copyTable(file, 'post').subarray(0, 32),
    }),
    postScriptName,
    codePoints,
    glyphIdOf: (code) => glyphByCode.get(code) ?? 0,
    advanceOf: (code) => advances[glyphByCode.get(code) ?? 0] ?? 0,
    advances,
    unitsPerEm: file.unitsPerEm,
    ascent: file.ascent,
    descent: file.descent,
    capHeight: file.capHeight,
    boundingBox: glyphs.boundingBox,
  };
}

function gatherGlyphs(file: FontFile, codePoints: readonly number[]): SubsetGlyphs {
  const sources = [0, ...codePoints.map((code) => file.glyphIds[code] ?? 0)];
  const offsets = [0];
  let [xMin, yMin, xMax, yMax] = [0, 0, 0, 0];
  let length = 0;
  for (const source of sources) {
    const start = file.glyphOffsets[source] ?? 0;
    const size = (file.glyphOffsets[source + 1] ?? start) - start;
    if (size > 0) {
      if (file.view.getInt16(start) < 0) {
        throw new ServiceError('INTERNAL', `glyph ${source} of the licence font is composite`);
      }
      xMin = Math.min(xMin, file.view.getInt16(start + 2));
      yMin = Math.min(yMin, file.view.getInt16(start + 4));
      xMax = Math.max(xMax, file.view.getInt16(start + 6));
      yMax = Math.max(yMax, file.view.getInt16(start + 8));
    }
    length += (size + 3) & ~3;
    offsets.push(length);
  }
  return { sources, offsets, boundingBox: [xMin, yMin, xMax, yMax] };
}

function subsetTag(codePoints: readonly number[]): string {
  const digest = createHash('sha256').update(Uint32Array.from(codePoints)).digest();
  return String.fromCharCode(...Array.from(digest.subarray(0, 6), (byte) => 65 + (byte % 26)));
}

function copyGlyphs(file: FontFile, { sources, offsets }: SubsetGlyphs): Uint8Array {
  const glyf = new Uint8Array(offsets.at(-1) ?? 0);
  for (const [i, source] of sources.entries()) {
    glyf.set(
      file.bytes.subarray(file.glyphOffsets[source], file.glyphOffsets[source + 1]),
      offsets[i],
    );
  }
  return glyf;
}

function encodeLoca({ offsets }: SubsetGlyphs): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * offsets.length));
  for (const [i, offset] of offsets.entries()) view.setUint32(4 * i, offset);
  return bytesOf(view);
}

function encodeHmtx(file: FontFile, glyphs: SubsetGlyphs, advances: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * glyphs.sources.length));
  for (const [i, source] of glyphs.sources.entries()) {
    view.setUint16(4 * i, advances[i] ?? 0);
    view.setInt16(4 * i + 2, file.leftSideBearings[source] ?? 0);
  }
  return bytesOf(view);
}

function encodeHead(file: FontFile, { boundingBox }: SubsetGlyphs): Uint8Array {
  const head = copyTable(file, 'head');
  const view = viewOf(head);
  view.setUint32(8, 0); // checkSumAdjustment, set when the file is whole
  for (const [i, value] of boundingBox.entries()) view.setInt16(36 + 2 * i, value);
  view.setInt16(50, 1); // indexToLocFormat: long
  return head;
}

function encodeHhea(file: FontFile, glyphs: SubsetGlyphs, advances: readonly number[]): Uint8Array {
  const hhea = withUint16(copyTable(file, 'hhea'), 34, glyphs.sources.length); // numberOfHMetrics
  return withUint16(hhea, 10, Math.max(...advances)); // advanceWidthMax
}

function encodeOs2(file: FontFile, codePoints: readonly number[]): Uint8Array {
  const os2 = withUint16(copyTable(file, 'OS/2'), 64, Math.min(codePoints[0] ?? 0, 0xffff)); // usFirstCharIndex
  return withUint16(os2, 66, Math.min(codePoints.at(-1) ?? 0, 0xffff)); // usLastCharIndex
}

/** Puts the tables behind a directory (OpenType 1.9, "Organization of an OpenType Font"); names are in order. */
function assemble(tables: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(tables);
  const directoryLength = 12 + 16 * entries.length;
  const total = entries.reduce(
    (sum, [, table]) => sum + ((table.length + 3) & ~3),
    directoryLength,
  );
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  const power = Math.floor(Math.log2(entries.length));
  view.setUint32(0, 0x00010000);
  view.setUint16(4, entries.length);
  view.setUint16(6, 16 << power);
  view.setUint16(8, power);
  view.setUint16(10, 16 * entries.length - (16 << power));
  let offset = directoryLength;
  let headOffset = 0;
  let sum = 0;
  for (const [i, [tag, table]] of entries.entries()) {
    const padded = (table.length + 3) & ~3;
    bytes.set(table, offset);
    const entry = 12 + 16 * i;
    for (let k = 0; k < 4; k += 1) bytes[entry + k] = tag.charCodeAt(k);
    const tableSum = checksum(view, offset, padded);
    sum = (sum + tableSum) | 0;
    view.setUint32(entry + 4, tableSum);
    view.setUint32(entry + 8, offset);
    view.setUint32(entry + 12, table.length);
    if (tag === 'head') headOffset = offset;
    offset += padded;
  }
  sum = (sum + checksum(view, 0, directoryLength)) | 0; // with those of the tables, that of the whole file
  view.setUint32(headOffset + 8, (0xb1b0afba - sum) >>> 0);
  return bytes;
}

/** Sum of the big-endian 32-bit words, modulo 2³². */
function checksum(view: DataView, offset: number, length: number): number {
  let sum = 0;
  for (let at = offset; at < offset + length; at += 4) sum = (sum + view.getUint32(at)) | 0;
  return sum >>> 0;
}

function copyTable(file: FontFile, tag: string): Uint8Array {
  const { offset, length } = tableOf(file.tables, tag);
  return file.bytes.slice(offset, offset + length);
}

function withUint16(table: Uint8Array, offset: number, value: number): Uint8Array {
  viewOf(table).setUint16(offset, value);
  return table;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
