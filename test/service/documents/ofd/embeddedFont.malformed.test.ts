import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { licenceFont } from '../../../../service/src/documents/fonts.ts';
import { readEmbeddedFont } from '../../../../service/src/documents/ofd/embeddedFont.ts';
import { mutate, mutations } from '../../../support/mutations.ts';

const TEXT = '食品经营许可证 No. 1𠂇';
const subset = licenceFont().subset([TEXT]);

describe('a font inside a document', () => {
  it('gives the outlines and widths of its characters', () => {
    const font = readEmbeddedFont(subset.bytes)!;

    for (const character of TEXT) {
      const code = character.codePointAt(0)!;
      const glyph = font.glyphOf(code);

      expect(font.outlineOf(glyph)).toEqual(licenceFont().outline(code)?.commands);
      expect(font.advanceOf(glyph)).toBe(subset.advanceOf(code));
    }
  });

  it('lacks what it lacks', () => {
    const font = readEmbeddedFont(subset.bytes)!;

    expect(font.glyphOf('龘'.codePointAt(0)!)).toBe(0);
    expect(font.outlineOf(60_000)).toBeNull();
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['something else', Buffer.from('%PDF-1.7')],
    ['a font cut short', subset.bytes.subarray(0, 100)],
  ])('is refused when it is %s', (_, bytes) => {
    expect(readEmbeddedFont(bytes)).toBeNull();
  });

  it('never throws, however its bytes are changed', () => {
    fc.assert(
      fc.property(mutations, (changes) => {
        const font = readEmbeddedFont(mutate(subset.bytes, changes));
        for (let glyph = 0; glyph < 20; glyph += 1) font?.outlineOf(glyph);
        for (const character of TEXT) font?.glyphOf(character.codePointAt(0)!);
      }),
      { numRuns: 500 },
    );
  });
});
