import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  cutAtBytes,
  MAX_NAME_BYTES,
  toCodeName,
} from '../../../service/src/credentials/holderName.ts';

describe('toCodeName', () => {
  it.each([
    ['张三', '张*'],
    ['欧阳娜娜', '欧***'],
    ['张', '*'],
    ['𠮷野家', '𠮷**'],
    ['阿卜杜拉·买买提', '阿*******'],
    ['', ''],
  ])('masks the person %s as %s', (name, masked) => {
    expect(toCodeName(name, 'person')).toBe(masked);
  });

  it('leaves the name of an organisation as it is', () => {
    expect(toCodeName('某某市行政审批局', 'organisation')).toBe('某某市行政审批局');
  });

  it('cuts a long name at 60 bytes, on a character boundary', () => {
    expect(toCodeName('a' + '局'.repeat(30), 'organisation')).toBe('a' + '局'.repeat(19));
  });
});

describe('cutAtBytes', () => {
  it('gives the longest beginning that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const cut = cutAtBytes(text, MAX_NAME_BYTES);
        const next = String.fromCodePoint(text.codePointAt(cut.length) ?? 0);

        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(cut === text || Buffer.byteLength(cut + next) > MAX_NAME_BYTES).toBe(true);
      }),
    );
  });
});
