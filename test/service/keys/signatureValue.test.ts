import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { fromDerSignature, toDerSignature } from '../../../service/src/keys/signatureValue.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const raw = (r: string, s: string): Uint8Array => hex(r.padStart(64, '0') + s.padStart(64, '0'));

describe('toDerSignature', () => {
  it('writes both integers in their shortest form', () => {
    expect(toDerSignature(raw('01', '80'))).toEqual(hex('3007 020101 02020080'));
  });

  it('refuses anything but 64 bytes', () => {
    expect(() => toDerSignature(new Uint8Array(63))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});

describe('fromDerSignature', () => {
  it('reads what toDerSignature wrote', () => {
    const half = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((bytes) => bytes.some((byte) => byte > 0));

    fc.assert(
      fc.property(half, half, (r, s) => {
        const value = Uint8Array.from([...r, ...s]);
        expect(fromDerSignature(toDerSignature(value))).toEqual(value);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['another tag', '3106020101020101'],
    ['a byte behind', '300602010102010100'],
    ['a sequence length that is too long', '3007020101020101'],
    ['a length in the long form', '308106020101020101'],
    ['an indefinite length', '30800201010201010000'],
    ['a padded integer', '300702020001020101'],
    ['a negative integer', '3006020181020101'],
    ['r = 0', '3006020100020101'],
    ['s = 0', '3006020101020100'],
    ['an empty integer', '30050200020101'],
    ['another tag for s', '3006020101030101'],
    ['one integer', '3003020101'],
    ['three integers', '3009020101020101020101'],
    ['an s that is cut off', '3006020101020201'],
    ['33 significant bytes', `3026 0221 01${'00'.repeat(32)} 020101`],
  ])('refuses %s', (_, der) => {
    expect(fromDerSignature(hex(der))).toBeNull();
  });

  it('reads only the one form of a value, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const value = fromDerSignature(bytes);
        expect(value === null ? bytes : toDerSignature(value)).toEqual(bytes);
      }),
    );
  });
});
