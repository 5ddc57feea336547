import { generateKeyPairSync, verify } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { nativeUser, signLowS } from '../../service-fabric-network/src/nativeIdentity.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The second INTEGER of a DER `ECDSA-Sig-Value`. */
function sOf(signature: Uint8Array): bigint {
  const rLength = signature[3] ?? 0;
  return BigInt(`0x${Buffer.from(signature.subarray(4 + rLength + 2)).toString('hex')}`);
}

describe('signLowS', () => {
  it('makes signatures that others verify, always with the smaller s', () => {
    for (let round = 0; round < 300; round += 1) {
      const message = Buffer.from(`message ${round}`);

      const signature = signLowS(message, privateKey);

      expect(verify('sha256', message, publicKey, signature)).toBe(true);
      expect(sOf(signature) <= ORDER / 2n).toBe(true);
    }
  });
});

describe('nativeUser', () => {
  it('signs and shows its identity as the archived client asks', () => {
    const serialized = Buffer.from('identity');

    const user = nativeUser('OperatorMSP', serialized, privateKey);

    const message = Buffer.from('message');
    const signature = user.getSigningIdentity().sign(message);
    expect(verify('sha256', message, publicKey, signature)).toBe(true);
    expect(user.getIdentity().serialize()).toBe(serialized);
    expect(user.getMspid()).toBe('OperatorMSP');
    expect(user.getName()).not.toBe('');
  });
});
