import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readPngInk } from '../../../service/src/sealing/readPng.ts';

const GREY = 0;
const RGB = 2;
const PALETTE = 3;
const GREY_ALPHA = 4;
const RGB_ALPHA = 6;

interface Picture {
  readonly size: readonly [width: number, height: number];
  readonly colourType: number;
  /** Each row: its filter, then its samples. */
  readonly rows: readonly (readonly number[])[];
  readonly bits?: number;
  readonly interlace?: number;
  /** Chunks before the pixels. */
  readonly chunks?: readonly Buffer[];
}

function chunk(name: string, data: Uint8Array = new Uint8Array()): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
}

function png({ size, colourType, rows, bits = 8, interlace = 0, chunks = [] }: Picture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size[0], 0);
  header.writeUInt32BE(size[1], 4);
  header.set([bits, colourType, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...chunks,
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flat()))),
    chunk('IEND'),
  ]);
}

const inkOf = (bytes: Uint8Array): number[] => [...readPngInk(bytes).pixels];
const DOT: Picture = { size: [1, 1], colourType: GREY, rows: [[0, 0]] };

describe('readPngInk', () => {
  it('gives size and pixels, row by row', () => {
    const rows = [
      [0, 0, 255, 255],
      [0, 255, 255, 0],
    ];

    const ink = readPngInk(png({ size: [3, 2], colourType: GREY, rows }));

    expect(ink).toEqual({ width: 3, height: 2, pixels: Uint8Array.of(1, 0, 0, 0, 0, 1) });
  });

  it.each<[string, number, readonly number[]]>([
    ['grey', GREY, [159, 160]],
    ['colour', RGB, [0, 0, 255, 255, 255, 0]],
    ['grey with alpha', GREY_ALPHA, [0, 97, 0, 96]],
    ['colour with alpha', RGB_ALPHA, [9, 9, 9, 97, 9, 9, 9, 96]],
  ])('takes what is dark and not transparent for ink: %s', (_, colourType, samples) => {
    expect(inkOf(png({ size: [2, 1], colourType, rows: [[0, ...samples]] }))).toEqual([1, 0]);
  });

  it('looks colours up in the palette; one that is not there is none', () => {
    const chunks = [
      chunk('PLTE', Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 0, 0)),
      chunk('tRNS', Uint8Array.of(255, 255, 0)),
    ];
    const rows = [[0, 0, 1, 2, 3]];

    expect(inkOf(png({ size: [4, 1], colourType: PALETTE, rows, chunks }))).toEqual([1, 0, 0, 0]);
  });

  // both rows are 200, 100, 200 before the filter (ISO/IEC 15948 §9)
  it.each<[string, readonly number[]]>([
    ['none', [0, 200, 100, 200]],
    ['sub', [1, 200, 156, 100]],
    ['up', [2, 0, 0, 0]],
    ['average', [3, 100, 206, 50]],
    ['Paeth', [4, 0, 0, 0]],
  ])('takes a filter back: %s', (_, filtered) => {
    const rows = [[0, 200, 100, 200], filtered];

    expect(inkOf(png({ size: [3, 2], colourType: GREY, rows }))).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it.each<[string, readonly number[], readonly number[], readonly number[]]>([
    ['left', [200, 200], [106, 0], [1, 1]],
    ['corner rather than up', [150, 200], [206, 0], [1, 1]],
    ['corner rather than left', [150, 200], [206, 20], [1, 0]],
  ])('guesses as Paeth does: %s', (_, first, second, ink) => {
    const rows = [
      [0, ...first],
      [4, ...second],
    ];

    expect(inkOf(png({ size: [2, 2], colourType: GREY, rows })).slice(2)).toEqual(ink);
  });

  it.each<[string, () => Uint8Array]>([
    ['something else', () => Buffer.from('GIF89a..')],
    ['a file of more than 1 MiB', () => Buffer.concat([png(DOT), Buffer.alloc(1024 * 1024)])],
    ['a file without an end', () => png(DOT).subarray(0, -12)],
    ['a file that is cut off', () => png(DOT).subarray(0, 40)],
    ['no width', () => png({ ...DOT, size: [0, 1] })],
    ['too much height', () => png({ ...DOT, size: [1, 2001] })],
    ['sixteen bits a sample', () => png({ ...DOT, bits: 16 })],
    ['interlaced rows', () => png({ ...DOT, interlace: 1 })],
    ['an unknown kind of colour', () => png({ ...DOT, colourType: 5 })],
    ['an unknown filter', () => png({ ...DOT, rows: [[5, 0]] })],
    ['fewer pixels than it says', () => png({ ...DOT, rows: [[0]] })],
    ['more pixels than it says', () => png({ ...DOT, rows: [[0, 0, 0]] })],
  ])('refuses %s', (_, bytes) => {
    expect(() => readPngInk(bytes())).toThrow(
      expect.objectContaining({ code: 'REQUEST_MALFORMED' }),
    );
  });
});
