import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ServiceError } from '../errors.ts';
import { parseFontFile, type FontFile } from './fontFile.ts';
import { parseOutline, type GlyphOutline } from './fontOutline.ts';
import { writeSubset, type FontSubset } from './fontSubset.ts';

export type { FontSubset } from './fontSubset.ts';

/** The one font of all licences. Loaded and parsed once a process (or worker thread). */
export interface LicenceFont {
  readonly familyName: string;
  readonly postScriptName: string;
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  /**
   * Finds what the font cannot show: characters without a glyph, and such as would print nothing although
   * they are no spaces (zero-width and control characters).
   *
   * @returns each such character once, in order of appearance.
   */
  missingGlyphs(text: string): readonly string[];
  /**
   * Refuses texts with a character that the font cannot show.
   *
   * @throws ServiceError `GLYPH_MISSING`, naming the characters and their code points.
   */
  requireGlyphs(texts: Iterable<string>): void;
  /** @returns advance of each code point in millimetres. */
  measure(text: string, sizeMm: number): readonly number[];
  /** @returns width of the whole text in millimetres. */
  widthOf(text: string, sizeMm: number): number;
  /**
   * Makes a subset with the glyphs of all the texts. The same set of characters gives the same bytes.
   *
   * @throws ServiceError `GLYPH_MISSING` if the font cannot show a character.
   */
  subset(texts: Iterable<string>): FontSubset;
  /** @returns the outline of a character's glyph in font units, y upwards; null if it has none. */
  outline(codePoint: number): GlyphOutline | null;
}

const FONT_PATH = '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf';
const FAMILY_NAME = 'Noto Serif SC';
const POST_SCRIPT_NAME = 'NotoSerifSC-Regular';
const SUBSET_CACHE_SIZE = 16;

let loaded: LicenceFont | undefined;
let fontFile: SharedArrayBuffer | undefined;

/** Noto Serif SC, regular: 30,900 characters. The first call reads and parses it (some 50 ms, 17 MB). */
export function licenceFont(): LicenceFont {
  loaded ??= createLicenceFont(parseFontFile(new Uint8Array(sharedFontFile())));
  return loaded;
}

/** The font's file, in memory that all threads may use. The first call reads it. */
export function sharedFontFile(): SharedArrayBuffer {
  fontFile ??= readShared(createRequire(import.meta.url).resolve(FONT_PATH));
  return fontFile;
}

/** Makes this thread use what another one has read. Call before anything else. */
export function useFontFile(shared: SharedArrayBuffer): void {
  fontFile = shared;
}

function readShared(path: string): SharedArrayBuffer {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer(fstatSync(file).size));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      if (read === 0) throw new ServiceError('INTERNAL', 'the licence font was cut off');
      length += read;
    }
    return bytes.buffer;
  } finally {
    closeSync(file);
  }
}

function createLicenceFont(file: FontFile): LicenceFont {
  const subsets = new Map<string, FontSubset>();
  const isShown = showable(file);
  const missingGlyphs = (text: string): readonly string[] => [
    ...new Set(Array.from(text).filter((character) => !isShown(character.codePointAt(0) ?? 0))),
  ];
  const requireGlyphs = (texts: Iterable<string>): void => {
    const missing = missingGlyphs([...texts].join(''));
    if (missing.length > 0) throw glyphMissing(missing);
  };
  const advanceMm = (code: number, sizeMm: number): number =>
    ((file.advances[file.glyphIds[code] ?? 0] ?? 0) * sizeMm) / file.unitsPerEm;

  return {
    familyName: FAMILY_NAME,
    postScriptName: POST_SCRIPT_NAME,
    unitsPerEm: file.unitsPerEm,
    ascent: file.ascent,
    descent: file.descent,
    capHeight: file.capHeight,
    missingGlyphs,
    requireGlyphs,
    measure: (text, sizeMm) =>
      Array.from(text, (character) => advanceMm(character.codePointAt(0) ?? 0, sizeMm)),
    widthOf(text, sizeMm) {
      let width = 0;
      for (const character of text) width += advanceMm(character.codePointAt(0) ?? 0, sizeMm);
      return width;
    },
    subset(texts) {
      const characters = new Set<string>();
      for (const text of texts) for (const character of text) characters.add(character);
      requireGlyphs(characters);
      const codePoints = Array.from(characters, (character) => character.codePointAt(0) ?? 0);
      codePoints.sort((a, b) => a - b);
      return remember(subsets, String.fromCodePoint(...codePoints), () =>
        writeSubset(file, codePoints, POST_SCRIPT_NAME),
      );
    },
    outline(codePoint) {
      const glyph = file.glyphIds[codePoint] ?? 0;
      return glyph === 0 ? null : parseOutline(file, glyph);
    },
  };
}

/** Space and its kin: the only characters that may print nothing. */
const SPACES = new Set([0x20, 0xa0, 0x2002, 0x2003, 0x2009, 0x3000]);

function showable(file: FontFile): (codePoint: number) => boolean {
  return (codePoint) => {
    const glyph = file.glyphIds[codePoint] ?? 0;
    if (glyph === 0) return false;
    return file.glyphOffsets[glyph] !== file.glyphOffsets[glyph + 1] || SPACES.has(codePoint);
  };
}

function glyphMissing(missing: readonly string[]): ServiceError {
  const named = missing.slice(0, 20).map((character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return /[\p{C}\p{Z}]/u.test(character) ? `U+${code}` : `${character} (U+${code})`;
  });
  return new ServiceError('GLYPH_MISSING', `the licence font cannot show ${named.join(', ')}`);
}

/** A small cache, oldest out first: OFD and PDF of one licence ask for the same subset. */
function remember(cache: Map<string, FontSubset>, key: string, make: () => FontSubset): FontSubset {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const subset = make();
  cache.set(key, subset);
  const oldest = cache.keys().next().value;
  if (cache.size > SUBSET_CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
  return subset;
}
