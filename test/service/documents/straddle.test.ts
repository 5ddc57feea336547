import { describe, expect, it } from '@jest/globals';

import { straddlePlacements, type PageEdge } from '../../../service/src/documents/straddle.ts';

const A4 = { widthMm: 210, heightMm: 297 };
const PICTURE = { widthMm: 42, heightMm: 42 };

function sizes(count: number): readonly (typeof A4)[] {
  return Array.from({ length: count }, () => A4);
}

describe('a seal over the edges of pages', () => {
  it.each<[PageEdge, object, object]>([
    [
      'right',
      { page: 1, xMm: 196, yMm: 127.5, clip: { xMm: 0, yMm: 0, widthMm: 14, heightMm: 42 } },
      { page: 3, xMm: 168, yMm: 127.5, clip: { xMm: 28, yMm: 0, widthMm: 14, heightMm: 42 } },
    ],
    [
      'left',
      { page: 1, xMm: -28, yMm: 127.5, clip: { xMm: 28, yMm: 0, widthMm: 14, heightMm: 42 } },
      { page: 3, xMm: 0, yMm: 127.5, clip: { xMm: 0, yMm: 0, widthMm: 14, heightMm: 42 } },
    ],
    [
      'bottom',
      { page: 1, xMm: 84, yMm: 283, clip: { xMm: 0, yMm: 0, widthMm: 42, heightMm: 14 } },
      { page: 3, xMm: 84, yMm: 255, clip: { xMm: 0, yMm: 28, widthMm: 42, heightMm: 14 } },
    ],
    [
      'top',
      { page: 1, xMm: 84, yMm: -28, clip: { xMm: 0, yMm: 28, widthMm: 42, heightMm: 14 } },
      { page: 3, xMm: 84, yMm: 0, clip: { xMm: 0, yMm: 0, widthMm: 42, heightMm: 14 } },
    ],
  ])('is cut into strips at the %s edge', (edge, first, last) => {
    const placements = straddlePlacements(sizes(3), { edge, picture: PICTURE });

    expect(placements).toHaveLength(3);
    expect(placements[0]).toEqual({ ...first, ...PICTURE });
    expect(placements[2]).toEqual({ ...last, ...PICTURE });
  });

  it('leaves nothing of the picture out, however many pages share it', () => {
    for (let count = 2; count <= 20; count += 1) {
      const placements = straddlePlacements(sizes(count), { edge: 'right', picture: PICTURE });
      const ends = placements.map(({ clip }) => (clip?.xMm ?? 0) + (clip?.widthMm ?? 0));
      const next = [...placements.slice(1).map(({ clip }) => clip?.xMm ?? 0), 42];

      ends.forEach((end, index) => {
        expect(end).toBeCloseTo(next[index]!, 9);
      });
      placements.forEach(({ xMm }, index) => {
        expect(xMm + ends[index]!).toBeCloseTo(210, 9);
      });
    }
  });

  it('begins the picture anew after at most twenty pages', () => {
    const starts = straddlePlacements(sizes(45), { edge: 'right', picture: PICTURE }).flatMap(
      ({ page, clip }) => (clip?.xMm === 0 ? [page] : []),
    );

    expect(starts).toEqual([1, 16, 31]);
  });

  it('takes chosen pages and another height', () => {
    const placements = straddlePlacements(sizes(4), {
      edge: 'right',
      picture: PICTURE,
      pages: [2, 4],
      offsetMm: 30,
    });

    expect(placements.map(({ page, xMm, yMm }) => [page, xMm, yMm])).toEqual([
      [2, 189, 30],
      [4, 168, 30],
    ]);
  });

  it.each([
    ['one page', sizes(1), {}],
    ['a page that is not there', sizes(2), { pages: [1, 3] }],
    ['pages in disorder', sizes(2), { pages: [2, 1] }],
    ['a page too small', [{ widthMm: 210, heightMm: 40 }, A4], {}],
    ['a place beyond the page', sizes(2), { offsetMm: 280 }],
  ])('is refused for %s', (_, pages, more) => {
    expect(() => straddlePlacements(pages, { edge: 'right', picture: PICTURE, ...more })).toThrow(
      expect.objectContaining({ code: 'REQUEST_MALFORMED' }),
    );
  });
});
