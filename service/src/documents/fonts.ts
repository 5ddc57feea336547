import type { GlyphOutline } from './fontOutline.ts';
import { loadLicenceFont } from './fontLoad.ts';

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

/** The one font of all licences. Loaded and parsed once a process (or worker thread). */
export interface LicenceFont {
  readonly familyName: string;
  readonly postScriptName: string;
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  /** @returns each character of the text that the font cannot draw, once, in order of appearance. */
  missingGlyphs(text: string): readonly string[];
  /**
   * Refuses texts with a character that the font cannot draw.
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
   * @throws ServiceError `GLYPH_MISSING` if a character has no glyph.
   */
  subset(texts: Iterable<string>): FontSubset;
  /** @returns the outline of a character's glyph in font units, y upwards; null if it has none. */
  outline(codePoint: number): GlyphOutline | null;
}

let loaded: LicenceFont | undefined;

/** Noto Serif SC, regular. The first call reads and parses it (about 0.1 s). */
export function licenceFont(): LicenceFont {
  loaded ??= loadLicenceFont();
  return loaded;
}
