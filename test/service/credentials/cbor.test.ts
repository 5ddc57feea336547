import { describe, expect, it } from '@jest/globals';
import { decode as foreignDecode, encode as foreignEncode } from 'cbor2';
import fc from 'fast-check';

import {
  CborTag,
  decodeCbor,
  encodeCbor,
  type CborValue,
} from '../../../service/src/credentials/cbor.ts';

const malformed = expect.objectContaining({ code: 'CODE_MALFORMED' });

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** From RFC 8949 Appendix A. */
const EXAMPLES: readonly (readonly [string, CborValue])[] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['18ff', 255],
  ['1903e8', 1000],
  ['1a000f4240', 1000000],
  ['1b000000e8d4a51000', 1000000000000],
  ['20', -1],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['c11a514b67b0', new CborTag(1, 1363896240)],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['62c3bc', 'ü'],
  ['64f0908591', '𐅑'],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
];

describe('CBOR', () => {
  it.each(EXAMPLES)('reads and writes %s', (hex, value) => {
    expect(decodeCbor(bytesOf(hex))).toEqual(value);
    expect(Buffer.from(encodeCbor(value)).toString('hex')).toBe(hex);
  });

  it('sorts map keys by their encoded bytes', () => {
    const map = new Map<number | string, number>([
      ['a', 1],
      [-70010, 2],
      [65535, 3],
      [1, 4],
    ]);

    expect(Buffer.from(encodeCbor(map)).toString('hex')).toBe('a4010419ffff033a0001117902616101');
  });

  it('writes bytes given as a Node Buffer as a byte string', () => {
    expect(encodeCbor(Buffer.from([1, 2]))).toEqual(Uint8Array.of(0x42, 1, 2));
  });

  it('refuses to write a number that is no safe integer', () => {
    expect(() => encodeCbor(1.5)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('agrees with another implementation', () => {
    const scalar = fc.oneof(
      fc.maxSafeInteger(),
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
    );
    const key = fc.oneof(fc.integer(), fc.string());
    const { value: values } = fc.letrec<{ value: CborValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 5 }),
        fc
          .uniqueArray(fc.tuple(key, tie('value')), {
            maxLength: 5,
            selector: ([name]) => `${typeof name}${name}`,
          })
          .map((entries) => new Map(entries)),
      ),
    }));
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeCbor(value);

        expect(bytes).toEqual(Uint8Array.from(foreignEncode(value, { cde: true })));
        expect(decodeCbor(bytes)).toEqual(value);
        expect(foreignDecode(bytes, { preferMap: true })).toEqual(value);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['bytes after the value', '0000'],
    ['a head longer than needed', '1817'],
    ['a longer head than needed, two bytes', '1900ff'],
    ['a longer head than needed, four bytes', '1a0000ffff'],
    ['a longer head than needed, eight bytes', '1b00000000ffffffff'],
    ['a number beyond 2^53 − 1', '1b0020000000000000'],
    ['a number below −2^53 + 1', '3b001fffffffffffff'],
    ['reserved head', '1c'],
    ['an indefinite byte string', '5f4101ff'],
    ['an indefinite array', '9f01ff'],
    ['an indefinite map', 'bf0102ff'],
    ['a lone break', 'ff'],
    ['a half float', 'f93c00'],
    ['undefined', 'f7'],
    ['an unassigned simple value', 'f0'],
    ['invalid UTF-8', '62c328'],
    ['a byte string that ends too early', '4401'],
    ['an array that ends too early', '8201'],
    ['a length of 2^32', '5b0000000100000000'],
    ['an array of 2^32 members', '9b0000000100000000'],
    ['a repeated key', 'a201020103'],
    ['keys out of order', 'a203040102'],
    ['a key that is a list', 'a18000'],
    ['nesting of nine arrays', '818181818181818181' + '00'],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeCbor(bytesOf(hex))).toThrow(malformed);
  });

  it('refuses more than 1,024 members', () => {
    expect(() => decodeCbor(encodeCbor(new Array<number>(1024).fill(0)))).toThrow(malformed);
  });

  it('accepts only what it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let value: CborValue;
        try {
          value = decodeCbor(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CODE_MALFORMED' });
          return;
        }

        expect(encodeCbor(value)).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });
});
