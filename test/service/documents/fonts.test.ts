import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { licenceFont } from '../../../service/src/documents/fonts.ts';

const font = licenceFont();

interface ParsedFont {
  readonly numGlyphs: number;
  readonly postscriptName: string;
  readonly characterSet: readonly number[];
  glyphForCodePoint(code: number): { id: number; advanceWidth: number; path: { toSVG(): string } };
}

// fontkit has no type declarations
const { create: parseWithFontkit } = createRequire(import.meta.url)('fontkit') as {
  create: (bytes: Buffer) => ParsedFont;
};

describe('licenceFont', () => {
  it('is parsed once', () => {
    expect(licenceFont()).toBe(font);
  });

  it.each(['食品经营许可证', '䶮', '㛃', '𬭎', '𣲗', '〇囍龘', 'Aa0 （）《》·—℃㎡①', '\u3000'])(
    'shows %s',
    (text) => {
      expect(font.missingGlyphs(text)).toEqual([]);
    },
  );

  it('names each missing character once, in order of appearance', () => {
    expect(font.missingGlyphs('𠮷野𠮷\u{10ffff}')).toEqual(['𠮷', '\u{10ffff}']);
  });

  it.each(['\u0000', '\n', '\t', '\u200b', '\u202e', '\ufeff', '\ud800'])(
    'shows no invisible character (%j)',
    (character) => {
      expect(font.missingGlyphs(`王${character}`)).toEqual([character]);
    },
  );

  it('refuses texts with missing characters, naming them', () => {
    expect(() => {
      font.requireGlyphs(['𠮷\u200b']);
    }).toThrow(
      expect.objectContaining({
        code: 'GLYPH_MISSING',
        message: expect.stringContaining('𠮷 (U+20BB7), U+200B'),
      }),
    );
  });

  it('measures Han characters as wide as high', () => {
    expect(font.measure('证照𬭎', 4)).toEqual([4, 4, 4]);
    expect(font.widthOf('证照 1', 4)).toBeCloseTo(8 + font.widthOf(' ', 4) + font.widthOf('1', 4));
  });

  it('gives outlines in font units', () => {
    const outline = font.outline('一'.codePointAt(0)!);

    expect(outline?.advance).toBe(1000);
    expect(outline?.commands.at(0)?.kind).toBe('M');
    expect(outline?.commands.at(-1)?.kind).toBe('Z');
    expect(font.outline(0x20bb7)).toBeNull();
  });
});

describe('subset', () => {
  it('is a font that a foreign parser reads, with the same glyphs and widths', () => {
    const text = '食品经营许可证2026 AVWi（），𬭎䶮';
    const subset = font.subset([text]);
    const parsed = parseWithFontkit(Buffer.from(subset.bytes));

    expect(parsed.postscriptName).toBe(subset.postScriptName);
    expect(parsed.numGlyphs).toBe(subset.codePoints.length + 1);
    for (const character of text) {
      const code = character.codePointAt(0)!;
      const glyph = parsed.glyphForCodePoint(code);
      expect(glyph.id).toBe(subset.glyphIdOf(code));
      expect(glyph.advanceWidth).toBe(subset.advanceOf(code));
      expect(glyph.path.toSVG()).toBe(svgOf(code));
    }
  });

  it('depends on the set of characters only', () => {
    expect(font.subset(['证照', '张三']).bytes).toEqual(font.subset(['三张', '照证证']).bytes);
    expect(font.subset(['甲']).postScriptName).not.toBe(font.subset(['乙']).postScriptName);
  });

  it('has whole-file checksum and four-byte aligned tables', () => {
    const { bytes } = font.subset(['检验']);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;

    expect(sum).toBe(0xb1b0afba);
  });

  it('refuses a missing character', () => {
    expect(() => font.subset(['𠮷'])).toThrow(expect.objectContaining({ code: 'GLYPH_MISSING' }));
  });

  it('has no glyph for what it was not asked for', () => {
    expect(font.subset(['甲']).glyphIdOf('乙'.codePointAt(0)!)).toBe(0);
  });

  it('maps every set of shown characters', () => {
    const shown = fc
      .integer({ min: 0x20, max: 0x33000 })
      .filter((code) => font.missingGlyphs(String.fromCodePoint(code)).length === 0);
    fc.assert(
      fc.property(fc.uniqueArray(shown, { minLength: 1, maxLength: 30 }), (codes) => {
        const subset = font.subset([String.fromCodePoint(...codes)]);
        const parsed = parseWithFontkit(Buffer.from(subset.bytes));
        expect(codes.map((code) => parsed.glyphForCodePoint(code).id)).toEqual(
          codes.map((code) => subset.glyphIdOf(code)),
        );
        expect(parsed.characterSet.filter((code) => code !== 0xffff)).toEqual(subset.codePoints);
      }),
      { numRuns: 30 },
    );
  });
});

/** The outline as fontkit prints it. */
function svgOf(codePoint: number): string {
  return (font.outline(codePoint)?.commands ?? [])
    .map((c) =>
      c.kind === 'Z'
        ? 'Z'
        : c.kind === 'Q'
          ? `Q${c.cx} ${c.cy} ${c.x} ${c.y}`
          : `${c.kind}${c.x} ${c.y}`,
    )
    .join('');
}
