import { ServiceError } from '../errors.ts';

/** A parsed TrueType font; offsets are into `bytes`. */
export interface FontFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly tables: ReadonlyMap<string, FontTable>;
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly glyphCount: number;
  /** Glyph numbers by code point; 0: none. */
  readonly glyphIds: Uint16Array;
  /** Advance widths by glyph number, font units. */
  readonly advances: Uint16Array;
  readonly leftSideBearings: Int16Array;
  /** Start of each glyph in `bytes`, one entry more than glyphs. */
  readonly glyphOffsets: Uint32Array;
}

export interface FontTable {
  readonly offset: number;
  readonly length: number;
}

/** Ends in U+33480 and beyond hold no Han characters of the font. */
const CODE_POINT_LIMIT = 0x33480;

/**
 * Parses a TrueType font (OpenType 1.9 with `glyf` outlines and a format 12 character map).
 *
 * @throws ServiceError `INTERNAL` if it is another kind of font: the file ships with the product.
 */
export function parseFontFile(bytes: Uint8Array): FontFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x00010000) {
    throw new ServiceError('INTERNAL', 'the licence font is not a TrueType font');
  }
  const tables = parseTableDirectory(view);
  const at = (tag: string): number => tableOf(tables, tag).offset;
  const glyphCount = view.getUint16(at('maxp') + 4);
  return {
    bytes,
    view,
    tables,
    unitsPerEm: view.getUint16(at('head') + 18),
    ascent: view.getInt16(at('hhea') + 4),
    descent: view.getInt16(at('hhea') + 6),
    capHeight: view.getInt16(at('OS/2') + 88),
    glyphCount,
    glyphIds: parseCharacterMap(view, at('cmap')),
    ...parseHorizontalMetrics(view, at('hmtx'), glyphCount, view.getUint16(at('hhea') + 34)),
    glyphOffsets: parseGlyphOffsets(view, tables, glyphCount),
  };
}

/** @throws ServiceError `INTERNAL` if the font lacks the table. */
export function tableOf(tables: ReadonlyMap<string, FontTable>, tag: string): FontTable {
  const table = tables.get(tag);
  if (table === undefined)
    throw new ServiceError('INTERNAL', `the licence font has no ${tag} table`);
  return table;
}

function parseTableDirectory(view: DataView): ReadonlyMap<string, FontTable> {
  const tables = new Map<string, FontTable>();
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(entry + i)));
    tables.set(tag, { offset: view.getUint32(entry + 8), length: view.getUint32(entry + 12) });
  }
  return tables;
}

function parseCharacterMap(view: DataView, cmap: number): Uint16Array {
  const glyphIds = new Uint16Array(CODE_POINT_LIMIT);
  const subtable = findFormat12(view, cmap);
  const end = subtable + 16 + 12 * view.getUint32(subtable + 12);
  for (let group = subtable + 16; group < end; group += 12) {
    const first = view.getUint32(group);
    const last = Math.min(view.getUint32(group + 4), CODE_POINT_LIMIT - 1);
    const glyph = view.getUint32(group + 8);
    for (let code = first; code <= last; code += 1) glyphIds[code] = glyph + code - first;
  }
  return glyphIds;
}

function findFormat12(view: DataView, cmap: number): number {
  for (let record = cmap + 4; record < cmap + 4 + 8 * view.getUint16(cmap + 2); record += 8) {
    const subtable = cmap + view.getUint32(record + 4);
    if (view.getUint16(subtable) === 12) return subtable;
  }
  throw new ServiceError('INTERNAL', 'the licence font has no character map of format 12');
}

function parseHorizontalMetrics(
  view: DataView,
  hmtx: number,
  glyphCount: number,
  longMetricCount: number,
): Pick<FontFile, 'advances' | 'leftSideBearings'> {
  const advances = new Uint16Array(glyphCount);
  const leftSideBearings = new Int16Array(glyphCount);
  for (let glyph = 0; glyph < glyphCount; glyph += 1) {
    const isLong = glyph < longMetricCount;
    advances[glyph] = view.getUint16(hmtx + 4 * Math.min(glyph, longMetricCount - 1));
    leftSideBearings[glyph] = view.getInt16(
      isLong ? hmtx + 4 * glyph + 2 : hmtx + 4 * longMetricCount + 2 * (glyph - longMetricCount),
    );
  }
  return { advances, leftSideBearings };
}

function parseGlyphOffsets(
  view: DataView,
  tables: ReadonlyMap<string, FontTable>,
  glyphCount: number,
): Uint32Array {
  const isLong = view.getInt16(tableOf(tables, 'head').offset + 50) === 1;
  const loca = tableOf(tables, 'loca').offset;
  const glyf = tableOf(tables, 'glyf').offset;
  return Uint32Array.from({ length: glyphCount + 1 }, (_, glyph) =>
    isLong ? glyf + view.getUint32(loca + 4 * glyph) : glyf + 2 * view.getUint16(loca + 2 * glyph),
  );
}
