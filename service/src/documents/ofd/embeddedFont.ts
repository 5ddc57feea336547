/** TrueType fonts inside foreign documents (OpenType 1.9), read as far as drawing needs. */
import { parseContours, type OutlineCommand } from '../fontOutline.ts';

/** A font as found; glyph 0 stands for what it lacks. */
export interface EmbeddedFont {
  readonly unitsPerEm: number;
  glyphOf(codePoint: number): number;
  /** Font units, y upwards; null if the glyph is broken or not there, empty if it prints nothing. */
  outlineOf(glyph: number): readonly OutlineCommand[] | null;
  /** Font units. */
  advanceOf(glyph: number): number;
}

const MAX_FONT_BYTES = 32 * 1024 * 1024;
const MAX_TABLES = 64;
const MAX_COMPONENTS = 100;
const MAX_COMMANDS = 20_000;

interface Tables {
  readonly view: DataView;
  /** Offset of each table. */
  readonly at: ReadonlyMap<string, number>;
}

/**
 * Opens a font (attacker-controlled). Broken glyphs are found when they are asked for.
 *
 * @returns null if it is no TrueType font with `glyf` outlines.
 */
export function readEmbeddedFont(bytes: Uint8Array): EmbeddedFont | null {
  if (bytes.length > MAX_FONT_BYTES) return null;
  return orNull(() => openFont(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
}

/** @returns null where the bytes point beyond their end. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function openFont(view: DataView): EmbeddedFont | null {
  const version = view.getUint32(0);
  if (version !== 0x00010000 && version !== 0x74727565) return null; // `true`
  const at = readTables(view);
  const [head, maxp, hhea, hmtx] = ['head', 'maxp', 'hhea', 'hmtx'].map((tag) => at.get(tag));
  if (head === undefined || maxp === undefined || !at.has('loca') || !at.has('glyf')) return null;
  const unitsPerEm = view.getUint16(head + 18);
  if (unitsPerEm < 16) return null;
  const tables = { view, at };
  const font = {
    ...tables,
    glyphCount: view.getUint16(maxp + 4),
    isLong: view.getInt16(head + 50) === 1,
  };
  const metricCount = hhea === undefined ? 0 : view.getUint16(hhea + 34);
  const glyphOf = orNull(() => characterMap(tables));
  return {
    unitsPerEm,
    glyphOf: (codePoint) => orNull(() => glyphOf?.(codePoint) ?? 0) ?? 0,
    outlineOf: (glyph) => orNull(() => readGlyph(font, glyph, { components: 0 })),
    advanceOf: (glyph) =>
      hmtx === undefined || metricCount === 0
        ? unitsPerEm
        : (orNull(() => view.getUint16(hmtx + 4 * Math.min(glyph, metricCount - 1))) ?? unitsPerEm),
  };
}

function readTables(view: DataView): ReadonlyMap<string, number> {
  const count = Math.min(view.getUint16(4), MAX_TABLES);
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const entry = 12 + 16 * index;
      const tag = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(entry + i)));
      return [tag, view.getUint32(entry + 8)];
    }),
  );
}

interface GlyphTables extends Tables {
  readonly glyphCount: number;
  readonly isLong: boolean;
}

/** Where a glyph's description begins; null if it has none. */
function locate({ view, at, glyphCount, isLong }: GlyphTables, glyph: number): number | null {
  const [loca, glyf] = [at.get('loca') ?? 0, at.get('glyf') ?? 0];
  if (glyph >= glyphCount) throw new RangeError('no such glyph');
  const offset = (index: number): number =>
    isLong ? view.getUint32(loca + 4 * index) : 2 * view.getUint16(loca + 2 * index);
  return offset(glyph) === offset(glyph + 1) ? null : glyf + offset(glyph);
}

function readGlyph(
  font: GlyphTables,
  glyph: number,
  read: { components: number },
): readonly OutlineCommand[] {
  const start = locate(font, glyph);
  if (start === null) return [];
  const contourCount = font.view.getInt16(start);
  if (contourCount >= 0) return parseContours(font.view, start, contourCount);
  return readComponents(font, start + 10, read);
}

const HAS_WORDS = 0x0001;
const HAS_OFFSETS = 0x0002;
const HAS_SCALE = 0x0008;
const MORE = 0x0020;
const HAS_TWO_SCALES = 0x0040;
const HAS_MATRIX = 0x0080;

function readComponents(
  font: GlyphTables,
  first: number,
  read: { components: number },
): readonly OutlineCommand[] {
  const { view } = font;
  const commands: OutlineCommand[] = [];
  let at = first;
  let flags = MORE;
  while ((flags & MORE) !== 0) {
    if (++read.components > MAX_COMPONENTS) throw new RangeError('too many components');
    flags = view.getUint16(at);
    const glyph = view.getUint16(at + 2);
    const hasWords = (flags & HAS_WORDS) !== 0;
    const isOffset = (flags & HAS_OFFSETS) !== 0; // else points to be matched, which none of these fonts do
    const dx = hasWords ? view.getInt16(at + 4) : view.getInt8(at + 4);
    const dy = hasWords ? view.getInt16(at + 6) : view.getInt8(at + 5);
    at += hasWords ? 8 : 6;
    const { matrix, length } = readScale(view, at, flags);
    at += length;
    const shift = isOffset ? ([dx, dy] as const) : ([0, 0] as const);
    const component = readGlyph(font, glyph, read);
    commands.push(...component.map((command) => moved(command, matrix, shift)));
    if (commands.length > MAX_COMMANDS) throw new RangeError('too many outlines');
  }
  return commands;
}

type Scale = readonly [number, number, number, number];

function readScale(
  view: DataView,
  at: number,
  flags: number,
): { readonly matrix: Scale; readonly length: number } {
  const number = (index: number): number => view.getInt16(at + 2 * index) / 16384;
  if ((flags & HAS_SCALE) !== 0) return { matrix: [number(0), 0, 0, number(0)], length: 2 };
  if ((flags & HAS_TWO_SCALES) !== 0) return { matrix: [number(0), 0, 0, number(1)], length: 4 };
  if ((flags & HAS_MATRIX) === 0) return { matrix: [1, 0, 0, 1], length: 0 };
  return { matrix: [number(0), number(1), number(2), number(3)], length: 8 };
}

function moved(
  command: OutlineCommand,
  [a, b, c, d]: Scale,
  [dx, dy]: readonly [number, number],
): OutlineCommand {
  const at = (x: number, y: number): { x: number; y: number } => ({
    x: a * x + c * y + dx,
    y: b * x + d * y + dy,
  });
  if (command.kind === 'Z') return command;
  const end = at(command.x, command.y);
  if (command.kind !== 'Q') return { kind: command.kind, ...end };
  const control = at(command.cx, command.cy);
  return { kind: 'Q', cx: control.x, cy: control.y, ...end };
}

type GlyphLookup = (codePoint: number) => number;

/** The best of the character maps: whole Unicode, basic plane, symbols, any other. */
function characterMap({ view, at }: Tables): GlyphLookup | null {
  const cmap = at.get('cmap');
  if (cmap === undefined) return null;
  const count = Math.min(view.getUint16(cmap + 2), MAX_TABLES);
  const found = Array.from({ length: count }, (_, index) => {
    const record = cmap + 4 + 8 * index;
    const subtable = cmap + view.getUint32(record + 4);
    const platform = view.getUint16(record);
    const encoding = view.getUint16(record + 2);
    return {
      subtable,
      isSymbol: platform === 3 && encoding === 0,
      format: view.getUint16(subtable),
    };
  });
  const best = [12, 4, 6, 0]
    .map((format) => found.find((one) => one.format === format))
    .find((one) => one !== undefined);
  if (best === undefined) return null;
  const lookUp = LOOKUPS[best.format] ?? (() => 0);
  return (codePoint) => {
    const glyph = lookUp(view, best.subtable, codePoint);
    // symbol fonts keep Latin letters at U+F000
    return glyph === 0 && best.isSymbol && codePoint < 0x100
      ? lookUp(view, best.subtable, 0xf000 + codePoint)
      : glyph;
  };
}

type Lookup = (view: DataView, subtable: number, codePoint: number) => number;

const LOOKUPS: Readonly<Record<number, Lookup>> = {
  0: (view, subtable, code) => (code < 256 ? view.getUint8(subtable + 6 + code) : 0),
  4: lookUpSegment,
  6(view, subtable, code) {
    const index = code - view.getUint16(subtable + 6);
    return index >= 0 && index < view.getUint16(subtable + 8)
      ? view.getUint16(subtable + 10 + 2 * index)
      : 0;
  },
  12: lookUpGroup,
};

function lookUpSegment(view: DataView, subtable: number, code: number): number {
  const twice = view.getUint16(subtable + 6) & ~1;
  if (code > 0xffff) return 0;
  for (let i = 0; i < twice; i += 2) {
    if (view.getUint16(subtable + 14 + i) < code) continue;
    const start = view.getUint16(subtable + 16 + twice + i);
    if (start > code) return 0;
    const delta = view.getUint16(subtable + 16 + 2 * twice + i);
    const rangeAt = subtable + 16 + 3 * twice + i;
    const range = view.getUint16(rangeAt);
    if (range === 0) return (code + delta) & 0xffff;
    const glyph = view.getUint16(rangeAt + range + 2 * (code - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}

function lookUpGroup(view: DataView, subtable: number, code: number): number {
  let [low, high] = [0, view.getUint32(subtable + 12) - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const group = subtable + 16 + 12 * middle;
    if (code < view.getUint32(group)) high = middle - 1;
    else if (code > view.getUint32(group + 4)) low = middle + 1;
    else return view.getUint32(group + 8) + code - view.getUint32(group);
  }
  return 0;
}
