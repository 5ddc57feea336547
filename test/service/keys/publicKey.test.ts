import { describe, expect, it } from '@jest/globals';

import { generateEs256KeyPair, signEs256 } from '../../../service/src/keys/es256.ts';
import { parsePublicKey, toSpki, verifySignature } from '../../../service/src/keys/publicKey.ts';
import { generateSm2KeyPair, signSm2 } from '../../../service/src/keys/sm2.ts';

const bytes = Buffer.from('acts of an authority');

describe.each([
  ['ES256', generateEs256KeyPair, signEs256],
  ['SM2', generateSm2KeyPair, signSm2],
] as const)('a public key for %s', (algorithm, generate, sign) => {
  const { privateKey, spki } = generate();

  it('is read from its SubjectPublicKeyInfo and written again', () => {
    const key = parsePublicKey(spki);

    expect(key).toMatchObject({ algorithm, spki });
    expect(toSpki(algorithm, key!.point)).toEqual(spki);
  });

  it('verifies by its own algorithm', () => {
    const signature = sign(privateKey, bytes);
    const key = parsePublicKey(spki)!;

    expect(verifySignature(key, bytes, signature)).toBe(true);
    expect(verifySignature(key, bytes, signature.with(63, signature[63]! ^ 1))).toBe(false);
    expect(
      verifySignature(
        { ...key, algorithm: algorithm === 'SM2' ? 'ES256' : 'SM2' },
        bytes,
        signature,
      ),
    ).toBe(false);
  });

  it('is not read with a byte changed in the algorithm, cut off or added', () => {
    expect(parsePublicKey(spki.with(20, spki[20]! ^ 1))).toBeNull();
    expect(parsePublicKey(spki.subarray(0, 90))).toBeNull();
    expect(parsePublicKey(Uint8Array.from([...spki, 0]))).toBeNull();
  });
});

describe('verifySignature', () => {
  it('accepts nothing under a key it does not verify by', () => {
    const { privateKey, spki } = generateEs256KeyPair();
    const key = parsePublicKey(spki)!;

    expect(verifySignature({ ...key, algorithm: 'RSA' }, bytes, signEs256(privateKey, bytes))).toBe(
      false,
    );
    expect(
      verifySignature({ ...key, algorithm: 'other' }, bytes, signEs256(privateKey, bytes)),
    ).toBe(false);
  });
});
