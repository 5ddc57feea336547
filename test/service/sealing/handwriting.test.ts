import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from '@jest/globals';
import type { Drawing, PathItem } from '../../../service/src/documents/drawing.ts';
import {
  drawInk,
  drawStrokes,
  drawTypedName,
  type Stroke,
} from '../../../service/src/sealing/handwriting.ts';

const MALFORMED = { code: 'REQUEST_MALFORMED' };

function pathOf({ items }: Drawing): PathItem {
  expect(items).toMatchObject([{ kind: 'path' }]);
  return items[0] as PathItem;
}

/** Every x or y of a path, millimetres. */
function coordinatesOf(drawing: Drawing, axis: 0 | 1): number[] {
  const points = pathOf(drawing).d.match(/-?[\d.]+/g) ?? [];
  return points.map(Number).filter((_, index) => index % 2 === axis);
}

function expectInside(drawing: Drawing): void {
  for (const [axis, limit] of [
    [0, drawing.widthMm],
    [1, drawing.heightMm],
  ] as const) {
    const values = coordinatesOf(drawing, axis);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(limit);
  }
}

/** @param boxes - left, top, width, height of black rectangles on white. */
function png(size: number, boxes: readonly (readonly [number, number, number, number])[]): Buffer {
  const canvas = createCanvas(size, size);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, size, size);
  context.fillStyle = '#000000';
  for (const box of boxes) context.fillRect(...box);
  return canvas.toBuffer('image/png');
}

describe('drawStrokes', () => {
  it('fits strokes of any unit into 40 × 16 mm, margins included', () => {
    const wide = drawStrokes([
      [
        [1000, 1000],
        [8800, 1000],
        [8800, 2000],
      ],
    ]);
    const tall = drawStrokes([
      [
        [-0.001, 0],
        [0, 0.1],
      ],
    ]);

    expect(wide).toMatchObject({ widthMm: 40, heightMm: 6 });
    expect(pathOf(wide)).toMatchObject({ d: 'M0.5 0.5L39.5 0.5L39.5 5.5', fill: null });
    expect(tall.heightMm).toBeCloseTo(16);
    expect(tall.widthMm).toBeCloseTo(1.15);
  });

  it('lifts the pen between strokes', () => {
    const stroke = (y: number): Stroke => [
      [0, y],
      [39, y],
    ];

    expect(pathOf(drawStrokes([stroke(0), stroke(5)])).d).toBe(
      'M0.5 0.5L39.5 0.5M0.5 5.5L39.5 5.5',
    );
  });

  it.each<[string, readonly Stroke[]]>([
    ['no stroke', []],
    ['a stroke of one point', [[[1, 1]]]],
    ['a dot', [Array<[number, number]>(2).fill([1, 1])]],
    [
      '201 strokes',
      Array<Stroke>(201).fill([
        [0, 0],
        [1, 1],
      ]),
    ],
    ['5,001 points', [Array.from({ length: 5001 }, (_, index) => [index, 0] as const)]],
    [
      'a point too far away',
      [
        [
          [0, 0],
          [100_001, 0],
        ],
      ],
    ],
    [
      'a point that is no number',
      [
        [
          [0, 0],
          [NaN, 0],
        ],
      ],
    ],
  ])('refuses %s', (_, strokes) => {
    expect(() => drawStrokes(strokes)).toThrow(expect.objectContaining(MALFORMED));
  });
});

describe('drawInk', () => {
  it('cuts the ink out of its picture, wherever it stands', () => {
    const drawing = drawInk(png(100, [[40, 70, 39, 1]]));

    expect(drawing).toMatchObject({ widthMm: 40, heightMm: 2 });
    expect(pathOf(drawing)).toMatchObject({
      d: 'M0.5 0.5L39.5 0.5L39.5 1.5L0.5 1.5Z',
      stroke: null,
    });
  });

  it('draws a large picture coarser, without losing its thin lines', () => {
    const drawing = drawInk(
      png(2000, [
        [0, 1000, 2000, 1],
        [1000, 500, 1, 1000],
      ]),
    );

    expectInside(drawing);
    expect(drawing.heightMm).toBeCloseTo(16);
    expect(pathOf(drawing).d.match(/M/g)!.length).toBeLessThanOrEqual(320);
  });

  it('refuses a picture without ink, and one of nothing but specks', () => {
    const specks = Array.from(
      { length: 160 * 160 },
      (_, index): [number, number, number, number] => [
        2 * (index % 160),
        2 * Math.floor(index / 160),
        1,
        1,
      ],
    );

    expect(() => drawInk(png(20, []))).toThrow(expect.objectContaining(MALFORMED));
    expect(() => drawInk(png(320, specks))).toThrow(expect.objectContaining(MALFORMED));
  });
});

describe('drawTypedName', () => {
  it('draws the glyphs, spaces around them left away', () => {
    const drawing = drawTypedName(' 张三 ');

    expectInside(drawing);
    expect(drawing).toEqual(drawTypedName('张三'));
    expect(pathOf(drawing).d).not.toBe(pathOf(drawTypedName('李四')).d);
  });

  it('makes a long name smaller, so that it fits', () => {
    const [short, long] = [drawTypedName('张三'), drawTypedName('张'.repeat(40))];

    expectInside(long);
    expect(long.widthMm).toBeCloseTo(41);
    expect(long.heightMm).toBeLessThan(short.heightMm);
  });

  it.each([
    ['nothing', '  ', 'REQUEST_MALFORMED'],
    ['41 characters', '张'.repeat(41), 'REQUEST_MALFORMED'],
    ['a character without a glyph', '张\u{10ffff}', 'GLYPH_MISSING'],
  ])('refuses %s', (_, name, code) => {
    expect(() => drawTypedName(name)).toThrow(expect.objectContaining({ code }));
  });
});
