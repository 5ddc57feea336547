import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  decodeDigits,
  digitsLength,
  encodeDigits,
  MAX_DIGITS,
} from '../../../service/src/credentials/digits.ts';

describe('encodeDigits', () => {
  it.each([
    { bytes: [], digits: '' },
    { bytes: [0], digits: '000' },
    { bytes: [255], digits: '255' },
    { bytes: [1, 0], digits: '00256' },
    { bytes: [255, 255, 255, 255, 255, 255, 255], digits: '72057594037927935' },
    { bytes: [0, 0, 0, 0, 0, 0, 1, 7], digits: '00000000000000001007' },
  ])('writes $bytes as $digits', ({ bytes, digits }) => {
    expect(encodeDigits(Uint8Array.from(bytes))).toBe(digits);
  });

  it('writes n bytes in ⌈n · 8 · log10 2⌉ digits a group', () => {
    for (let length = 1; length < 7; length++) {
      expect(encodeDigits(new Uint8Array(length))).toHaveLength(
        Math.ceil(length * 8 * Math.log10(2)),
      );
    }
  });

  it('is inverted by decodeDigits, at every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const digits = encodeDigits(bytes);

        expect(digits).toHaveLength(digitsLength(bytes.length));
        expect(decodeDigits(digits)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length <= 400; length++) {
      const bytes = new Uint8Array(length).fill(255);

      expect(decodeDigits(encodeDigits(bytes))).toEqual(bytes);
    }
  });

  it('writes each group as the big integer says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 7, maxLength: 7 }), (bytes) => {
        const value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

        expect(encodeDigits(bytes)).toBe(value.toString().padStart(17, '0'));
      }),
    );
  });
});

describe('decodeDigits', () => {
  it.each([
    ['a letter', '12a'],
    ['a sign', '-12'],
    ['white space', '12 '],
    ['a line end', '123\n'],
    ['digits of another script', '١٢٣'],
    ['one digit, which no bytes give', '1'],
    ['eleven digits, which no bytes give', '12345678901'],
    ['a byte above 255', '256'],
    ['two bytes above 65535', '65536'],
    ['a group above 2^56 − 1', '72057594037927936'],
    ['too many digits', '0'.repeat(MAX_DIGITS + 1)],
  ])('refuses %s', (_, digits) => {
    expect(() => decodeDigits(digits)).toThrow(expect.objectContaining({ code: 'CODE_MALFORMED' }));
  });

  it('accepts only what encodeDigits writes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{0,40}$/), (digits) => {
        let bytes: Uint8Array;
        try {
          bytes = decodeDigits(digits);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CODE_MALFORMED' });
          return;
        }

        expect(encodeDigits(bytes)).toBe(digits);
      }),
    );
  });
});
