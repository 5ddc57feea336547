import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { licenceFont } from '../../../service/src/documents/fonts.ts';
import { breakLines } from '../../../service/src/documents/lineBreaking.ts';

const font = licenceFont();
const breakAt = (text: string, widthMm: number): readonly string[] =>
  breakLines(font, text, { sizeMm: 4, widthMm });

describe('breakLines', () => {
  it('leaves a text that fits alone', () => {
    expect(breakAt('云汉市 A', 40)).toEqual(['云汉市 A']);
  });

  it('breaks between Han characters', () => {
    expect(breakAt('一二三四五六七', 12)).toEqual(['一二三', '四五六', '七']);
  });

  it('leaves no Han character alone on the last line', () => {
    expect(breakAt('一二三四五六七', 24)).toEqual(['一二三四五', '六七']);
    expect(breakAt('一二三四五、六。', 24)).toEqual(['一二三四', '五、六。']);
    expect(breakAt('一二三四 AB七', 24)).toEqual(['一二三四 AB', '七']);
  });

  it('keeps closing marks from the start and opening marks from the end of a line', () => {
    expect(breakAt('一二三，四五', 12)).toEqual(['一二', '三，四', '五']);
    expect(breakAt('一二（三）', 12)).toEqual(['一二', '（三）']);
  });

  it('keeps figures and Latin words whole and drops spaces at the ends of lines', () => {
    expect(breakAt('第12345号', 16)).toEqual(['第12345', '号']);
    expect(breakAt('quiet words', 14)).toEqual(['quiet', 'words']);
  });

  it('breaks a word longer than the line', () => {
    const lines = breakAt('A'.repeat(40), 20);

    expect(lines.join('')).toBe('A'.repeat(40));
    expect(lines.length).toBeGreaterThan(3);
  });

  it('ends lines at line feeds', () => {
    expect(breakAt('一\n二', 40)).toEqual(['一', '二']);
  });

  it('never exceeds the width and loses nothing but spaces', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('一二（，）。《》“”A1 .-…证照')),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 9, max: 40 }), (content, widthMm) => {
        const lines = breakAt(content, widthMm);
        for (const line of lines)
          expect(font.widthOf(line.trim(), 4)).toBeLessThanOrEqual(widthMm + 1e-9);
        expect(lines.join('').replaceAll(' ', '')).toBe(content.replaceAll(' ', ''));
      }),
    );
  });
});
