/** SM2 and SM3 of the page against OpenSSL's. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  generateSm2KeyPair,
  signSm2,
  verifySm2 as verifyByOpenSsl,
} from '../../../service/src/keys/sm2.ts';
import { verifySm2 } from '../../../web/src/offline/sm2.ts';
import { sm3 } from '../../../web/src/offline/sm3.ts';

const { privateKey, spki } = generateSm2KeyPair();
const point = spki.slice(-65);

describe('sm3', () => {
  it('is that of OpenSSL, whatever the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const expected = createHash('sm3').update(bytes).digest('hex');
        expect(Buffer.from(sm3(bytes)).toString('hex')).toBe(expected);
      }),
    );
  });
});

describe('verifySm2', () => {
  it('takes what OpenSSL signed, and nothing with a bit changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), (bytes, place) => {
        const signature = signSm2(privateKey, bytes);
        expect(verifySm2(point, bytes, signature)).toBe(true);

        const changed = Uint8Array.from(signature);
        changed[place % 64]! ^= 1 << (place % 8);
        expect(verifySm2(point, bytes, changed)).toBe(false);
        expect(verifySm2(point, Uint8Array.from([...bytes, 0]), signature)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['r is zero', (raw: Uint8Array) => raw.fill(0, 0, 32)],
    ['s is zero', (raw: Uint8Array) => raw.fill(0, 32)],
    ['both are too large', (raw: Uint8Array) => raw.fill(0xff)],
    ['it is cut off', (raw: Uint8Array) => raw.subarray(0, 63)],
  ])('takes no signature where %s', (_, change) => {
    const bytes = Uint8Array.of(1, 2, 3);
    const changed = change(Uint8Array.from(signSm2(privateKey, bytes)));

    expect(verifySm2(point, bytes, changed)).toBe(false);
    expect(verifyByOpenSsl(point, bytes, changed)).toBe(false);
  });

  it.each([
    ['a point off the curve', (key: Uint8Array) => key.with(64, key[64]! ^ 1)],
    ['a compressed point', (key: Uint8Array) => key.with(0, 2)],
    ['no point', () => new Uint8Array()],
  ])('takes no key that is %s', (_, change) => {
    const bytes = Uint8Array.of(1, 2, 3);

    expect(verifySm2(change(point), bytes, signSm2(privateKey, bytes))).toBe(false);
  });
});
