import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { qrToPng } from '../../../service/src/qrcode/image.ts';
import { createQrSymbol, MAX_QR_BITS, qrBits } from '../../../service/src/qrcode/segments.ts';
import { readQr } from '../../support/readQr.ts';

describe('createQrSymbol', () => {
  it.each([
    ['a short text', 'YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ', 3],
    ['digits only', '0123456789012345678901234567890', 1],
    ['an address and digits', `https://licences.example.cn/v#YX1.${'0123456789'.repeat(80)}`, 15],
    ['digits too few for a segment of their own', 'YX1.123', 1],
  ])('makes what a reader reads: %s', async (_, text, version) => {
    const symbol = createQrSymbol(text);

    expect(symbol.version).toBe(version);
    expect(symbol.modules).toHaveLength(version * 4 + 17);
    await expect(readQr(qrToPng(symbol, 3))).resolves.toEqual([text]);
  });

  it('is read whatever the digits are', async () => {
    const texts = fc.stringMatching(/^https:\/\/[a-z]{1,30}\/v#YX1\.[0-9]{700,850}$/);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await expect(readQr(qrToPng(createQrSymbol(text), 3))).resolves.toEqual([text]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a text that is not ASCII', '证照'],
    ['more than version 15 holds', '0'.repeat(1000)],
  ])('refuses %s', (_, text) => {
    expect(() => createQrSymbol(text)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('fills version 15 to the last bit that it counts', () => {
    const prefix = 'https://licences.example.cn/v#YX1.';
    let digits = '1'.repeat(800);
    while (qrBits(`${prefix}${digits}1`) <= MAX_QR_BITS) {
      digits += '1';
    }

    expect(createQrSymbol(prefix + digits).version).toBe(15);
    expect(() => createQrSymbol(`${prefix}${digits}1`)).toThrow('does not fit');
  });
});
