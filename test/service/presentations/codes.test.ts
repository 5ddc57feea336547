import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveFieldKeys } from '../../../service/src/store/fieldEncryption.ts';
import {
  makeCode,
  makeSpokenCodes,
  readCode,
  readWindowCode,
} from '../../../service/src/presentations/codes.ts';
import type { HolderStore } from '../../../service/src/store/store.ts';
import { STORE_MASTER_KEY } from '../../support/testStore.ts';

const keys = deriveFieldKeys(STORE_MASTER_KEY);
const holders: Pick<HolderStore, 'keyedHash'> = {
  keyedHash: (domain, value) => keys.keyedHash(domain, value),
};
const parts = { store: { holders } };

describe('codes', () => {
  it('have 26 characters of base 32 behind their prefix, none like another', () => {
    const texts = Array.from({ length: 100 }, () => makeCode(parts, 'YXP').text);

    for (const text of texts) expect(text).toMatch(/^YXP\.[A-Z2-7]{25}[AEIMQUY4]$/); // 128 bits and two zero ones
    expect(new Set(texts).size).toBe(100);
  });

  it('are found by the hash of their text', () => {
    const { text, hash } = makeCode(parts, 'YXP');

    expect(readCode(parts, text)).toStrictEqual({ kind: 'qr', hash });
    expect(hash).not.toContain(text.slice(4));
  });

  it('of windows are no codes of presentations', () => {
    const shown = makeCode(parts, 'YXW');

    expect(readWindowCode(parts, shown.text)).toBe(shown.hash);
    expect(readCode(parts, shown.text)!.hash).not.toBe(shown.hash);
    expect(readWindowCode(parts, '12345678')).toBeNull();
  });

  it('can be said as digits, with zeros in front', () => {
    for (const { text, hash } of makeSpokenCodes(parts, 8, 50)) {
      expect(text).toMatch(/^[0-9]{8}$/);
      expect(readCode(parts, text)).toStrictEqual({ kind: 'spoken', hash });
    }
  });

  it.each(['12-34 56–78', '１２３４　５６７８', ' 1234.5678\n', '1 2 3 4 5 6 7 8'])(
    'are read as a clerk types them: %j',
    (text) => {
      expect(readCode(parts, text)).toStrictEqual(readCode(parts, '12345678'));
    },
  );

  it('are nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = readCode(parts, text);
        const isDigits = /^[\s\p{Pd}·.\d]+$/u.test(text.normalize('NFKC'));
        expect(read === null || isDigits || /yxp|yxw/i.test(text.normalize('NFKC'))).toBe(true);
      }),
    );
    expect(readCode(parts, '1'.repeat(16))).toBeNull();
    expect(readCode(parts, '٠١٢٣٤٥٦٧')).toBeNull();
  });
});
