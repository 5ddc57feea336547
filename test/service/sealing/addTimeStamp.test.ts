import { beforeAll, describe, expect, it } from '@jest/globals';
import { addTimeStamp } from '../../../service/src/sealing/addTimeStamp.ts';
import { parseSeal } from '../../../service/src/sealing/seal.ts';
import {
  parseSealSignature,
  prepareSealSignature,
} from '../../../service/src/sealing/sealSignature.ts';
import { buildForeignSeal, buildForeignSignature } from '../../support/foreignSeal.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { buildSeal, leafOf, SEALED_AT } from '../../support/testSeal.ts';

const TOKEN = Uint8Array.of(0x30, 3, 2, 1, 5);
const DIGEST = new Uint8Array(32).fill(9);
const MALFORMED = { code: 'DOCUMENT_MALFORMED' };

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

async function foreignSignature(version: 1 | 5): Promise<Uint8Array> {
  const seal = parseSeal(await buildForeignSeal(city, version));
  return buildForeignSignature(city, seal, DIGEST);
}

describe('addTimeStamp', () => {
  it('makes of a signature what it had been with the token from the start', async () => {
    const signer = city.documentSignerSm2;
    const prepared = prepareSealSignature({
      seal: await buildSeal(city),
      documentDigest: DIGEST,
      propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml',
      signedAt: SEALED_AT,
      signerCertificate: leafOf(signer),
    });
    const value = await signer.sign(prepared.toBeSigned);

    const stamped = addTimeStamp(prepared.complete(value), TOKEN);

    expect(Buffer.compare(stamped, prepared.complete(value, TOKEN))).toBe(0);
  });

  it('keeps what a signature of version 5 signs, and its value', async () => {
    const bytes = await foreignSignature(5);
    const before = parseSealSignature(bytes);

    const after = parseSealSignature(addTimeStamp(bytes, TOKEN));

    expect(before.timeStampToken).toBeNull();
    expect([...after.timeStampToken!]).toEqual([...TOKEN]);
    expect(Buffer.compare(after.signedBytes, before.signedBytes)).toBe(0);
    expect(Buffer.compare(after.signatureValue, before.signatureValue)).toBe(0);
  });

  it('adds no second one', async () => {
    const stamped = addTimeStamp(await foreignSignature(5), TOKEN);

    expect(() => addTimeStamp(stamped, TOKEN)).toThrow(expect.objectContaining(MALFORMED));
  });

  it('adds none to a signature of version 1', async () => {
    const bytes = await foreignSignature(1);

    expect(parseSealSignature(bytes).version).toBe(1);
    expect(() => addTimeStamp(bytes, TOKEN)).toThrow(expect.objectContaining(MALFORMED));
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['an empty sequence', Uint8Array.of(0x30, 0)],
  ])('adds none to %s', (_, bytes) => {
    expect(() => addTimeStamp(bytes, TOKEN)).toThrow(expect.objectContaining(MALFORMED));
  });
});
