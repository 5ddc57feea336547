/** The tables of a subset font that depend on nothing but its characters and name (OpenType 1.9). */

/** A run of consecutive code points, whose glyphs are consecutive too. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly glyph: number;
}

/**
 * Encodes a `cmap` in which the i-th code point (ascending) has glyph i + 1: a format 4 subtable for
 * (3, 1) and, if a code point lies beyond U+FFFF, a format 12 one for (3, 10).
 */
export function encodeCharacterMap(codePoints: readonly number[]): Uint8Array {
  const runs = toRuns(codePoints);
  const basic = encodeFormat4(runs.filter((run) => run.last <= 0xffff));
  const full = (codePoints.at(-1) ?? 0) > 0xffff ? encodeFormat12(runs) : null;
  const start = full === null ? 12 : 20;
  const bytes = new Uint8Array(start + basic.length + (full?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(2, full === null ? 1 : 2);
  view.setUint16(4, 3); // Windows
  view.setUint16(6, 1); // Unicode, basic plane
  view.setUint32(8, start);
  bytes.set(basic, start);
  if (full !== null) {
    view.setUint16(12, 3);
    view.setUint16(14, 10); // Unicode, whole
    view.setUint32(16, start + basic.length);
    bytes.set(full, start + basic.length);
  }
  return bytes;
}

function toRuns(codePoints: readonly number[]): readonly Run[] {
  const runs: { first: number; last: number; glyph: number }[] = [];
  for (const [i, code] of codePoints.entries()) {
    const run = runs.at(-1);
    if (run !== undefined && code === run.last + 1 && code !== 0x10000) run.last = code;
    else runs.push({ first: code, last: code, glyph: i + 1 });
  }
  return runs;
}

function encodeFormat4(runs: readonly Run[]): Uint8Array {
  const hasTerminator = runs.at(-1)?.last === 0xffff;
  const segments = hasTerminator ? runs : [...runs, { first: 0xffff, last: 0xffff, glyph: 0 }];
  const count = segments.length;
  const length = 16 + 8 * count;
  const view = new DataView(new ArrayBuffer(length));
  const power = Math.floor(Math.log2(count));
  view.setUint16(0, 4);
  view.setUint16(2, length);
  view.setUint16(6, 2 * count);
  view.setUint16(8, 2 << power);
  view.setUint16(10, power);
  view.setUint16(12, 2 * count - (2 << power));
  for (const [i, { first, last, glyph }] of segments.entries()) {
    view.setUint16(14 + 2 * i, last);
    view.setUint16(16 + 2 * (count + i), first);
    view.setUint16(16 + 2 * (2 * count + i), (glyph - first) & 0xffff); // idDelta; idRangeOffset stays 0
  }
  return new Uint8Array(view.buffer);
}

function encodeFormat12(runs: readonly Run[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(16 + 12 * runs.length));
  view.setUint16(0, 12);
  view.setUint32(4, view.byteLength);
  view.setUint32(12, runs.length);
  for (const [i, { first, last, glyph }] of runs.entries()) {
    view.setUint32(16 + 12 * i, first);
    view.setUint32(20 + 12 * i, last);
    view.setUint32(24 + 12 * i, glyph);
  }
  return new Uint8Array(view.buffer);
}

/** Encodes a `name` table for Windows, Unicode, English: family, style, unique and full name, PostScript name. */
export function encodeNames(familyName: string, postScriptName: string): Uint8Array {
  const records: readonly (readonly [number, string])[] = [
    [1, familyName],
    [2, 'Regular'],
    [3, postScriptName],
    [4, familyName],
    [6, postScriptName],
  ];
  const storage = 6 + 12 * records.length;
  const bytes = Buffer.alloc(storage + 2 * records.reduce((sum, [, text]) => sum + text.length, 0));
  bytes.writeUInt16BE(records.length, 2);
  bytes.writeUInt16BE(storage, 4);
  let offset = storage;
  for (const [i, [nameId, text]] of records.entries()) {
    const fields = [3, 1, 0x409, nameId, 2 * text.length, offset - storage];
    for (const [k, field] of fields.entries()) bytes.writeUInt16BE(field, 6 + 12 * i + 2 * k);
    for (const character of text) offset = bytes.writeUInt16BE(character.charCodeAt(0), offset);
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
