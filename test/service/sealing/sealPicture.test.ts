import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Drawing, PathItem } from '../../../service/src/documents/drawing.ts';
import { drawSealPicture } from '../../../service/src/sealing/sealPicture.ts';

function pathsOf(drawing: Drawing): readonly PathItem[] {
  return drawing.items.filter((item): item is PathItem => item.kind === 'path');
}

function pointsOf(path: string): readonly (readonly [number, number])[] {
  const numbers = (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [
    numbers[2 * i]!,
    numbers[2 * i + 1]!,
  ]);
}

const radius = ([x, y]: readonly [number, number]): number => Math.hypot(x - 21, y - 21);

describe('drawSealPicture', () => {
  it('is 42 mm wide and high and made of red paths only', () => {
    const drawing = drawSealPicture({ name: '云汉市民政局', bottomLine: '电子证照专用章' });

    expect([drawing.widthMm, drawing.heightMm]).toEqual([42, 42]);
    expect(pathsOf(drawing)).toHaveLength(drawing.items.length);
    for (const path of pathsOf(drawing)) {
      expect(path.d).toMatch(/^(?:[ML]-?[\d.]+ -?[\d.]+|C(?:-?[\d.]+ ?){6}|Z)+$/);
      expect(
        [path.fill, path.stroke].filter((colour) => colour !== null && colour !== '#d7000f'),
      ).toEqual([]);
    }
  });

  it('stays between star and rim whatever the length of the name', () => {
    const han = fc.constantFrom(...Array.from('云汉市自然资源和规划局（二）镇'));
    fc.assert(
      fc.property(fc.array(han, { minLength: 2, maxLength: 40 }), fc.boolean(), (name, hasLine) => {
        const drawing = drawSealPicture({
          name: name.join(''),
          ...(hasLine ? { bottomLine: '电子证照专用章' } : {}),
          number: '4299010000123',
        });
        const [, , ring, ...below] = pathsOf(drawing);
        expect(Math.max(...pointsOf(ring!.d).map(radius))).toBeLessThan(19.8);
        expect(Math.min(...pointsOf(ring!.d).map(radius))).toBeGreaterThan(11);
        for (const path of below)
          expect(Math.max(...pointsOf(path.d).map(radius))).toBeLessThan(19.8);
      }),
      { numRuns: 40 },
    );
  });

  it('sets the name clockwise, evenly to both sides of the top', () => {
    const xs = pointsOf(pathsOf(drawSealPicture({ name: '一一一一一一' }))[2]!.d).map(
      ([x]) => x - 21,
    );

    expect(Math.min(...xs)).toBeCloseTo(-Math.max(...xs), 0);
    expect(xs[0]).toBeLessThan(0);
  });

  it('is the same for the same text', () => {
    expect(drawSealPicture({ name: '云汉市民政局' })).toEqual(
      drawSealPicture({ name: '云汉市民政局' }),
    );
  });

  it.each([
    ['a name of one character', { name: '局' }, 'REQUEST_MALFORMED'],
    ['a name of 41 characters', { name: '局'.repeat(41) }, 'REQUEST_MALFORMED'],
    [
      'a long bottom line',
      { name: '云汉市民政局', bottomLine: '章'.repeat(13) },
      'REQUEST_MALFORMED',
    ],
    ['a character without glyph', { name: '云汉市𠮷局' }, 'GLYPH_MISSING'],
  ])('refuses %s', (_, text, code) => {
    expect(() => drawSealPicture(text)).toThrow(expect.objectContaining({ code }));
  });
});
