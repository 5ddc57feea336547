import { generateKeyPairSync, verify } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { fromDerSignature } from '../../../../service/src/keys/signatureValue.ts';
import { createGatewaySigner } from '../../../../service/src/ledger/fabric/gatewaySigner.ts';

const HALF_ORDER = BigInt('0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8');

describe('the signer of a Fabric client', () => {
  it('makes DER signatures that verify, with the lower s', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const sign = createGatewaySigner(privateKey);

    for (let count = 0; count < 64; count += 1) {
      const message = Buffer.from(`message ${count}`);
      const signature = await sign(message);
      const s = fromDerSignature(signature)!.subarray(32);

      expect(verify('sha256', message, publicKey, signature)).toBe(true);
      expect(BigInt(`0x${Buffer.from(s).toString('hex')}`)).toBeLessThanOrEqual(HALF_ORDER);
    }
  });
});
