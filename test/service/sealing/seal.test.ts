import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { toSpki } from '../../../service/src/keys/publicKey.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { encodeSequence } from '../../../service/src/pki/derEncoding.ts';
import { parseSeal, prepareSeal } from '../../../service/src/sealing/seal.ts';
import {
  parseSealSignature,
  prepareSealSignature,
} from '../../../service/src/sealing/sealSignature.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { buildSeal, buildSealFacts, leafOf, SEALED_AT } from '../../support/testSeal.ts';

let city: TestCity;
let seal: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  seal = await buildSeal(city);
});

async function buildSignature(timeStampToken?: Uint8Array): Promise<Uint8Array> {
  const prepared = prepareSealSignature({
    seal,
    documentDigest: new Uint8Array(32).fill(7),
    propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml',
    signedAt: SEALED_AT,
    signerCertificate: leafOf(city.documentSignerSm2),
  });
  return prepared.complete(await city.documentSignerSm2.sign(prepared.toBeSigned), timeStampToken);
}

describe('a seal', () => {
  it('reads back as made', () => {
    const facts = buildSealFacts(city);
    const read = parseSeal(seal);

    expect(read).toMatchObject({
      version: 4,
      vendorId: facts.vendorId,
      esId: facts.esId,
      type: 1,
      name: facts.name,
      createdAt: facts.createdAt,
      validFrom: facts.validFrom,
      validUntil: facts.validUntil,
      signatureAlgorithm: '1.2.156.10197.1.501',
      timeStampToken: null,
    });
    expect(read.image).toMatchObject({ type: 'ofd', widthMm: 42, heightMm: 42 });
    expect(Buffer.compare(read.image.bytes, facts.image.bytes)).toBe(0);
    expect(Buffer.compare(read.makerCertificate, leafOf(city.sealMaker))).toBe(0);
  });

  it('is signed over its information alone, as received', () => {
    const prepared = prepareSeal(buildSealFacts(city), leafOf(city.sealMaker));

    expect(Buffer.compare(parseSeal(seal).signedBytes, prepared.toBeSigned)).toBe(0);
    expect(seal.subarray(4, 4 + prepared.toBeSigned.length)).toEqual(prepared.toBeSigned);
  });

  it('lists digests of certificates where told so', async () => {
    const digest = { type: 'SM3', value: new Uint8Array(32).fill(1) };
    const read = parseSeal(
      await buildSeal(city, { signers: { kind: 'digests', digests: [digest] } }),
    );

    expect(read.signers).toEqual({ kind: 'digests', digests: [digest] });
  });

  it('refuses an empty period', () => {
    const facts = buildSealFacts(city, { validUntil: new Date('2026-01-02T00:00:00Z') });

    expect(() => prepareSeal(facts, leafOf(city.sealMaker))).toThrow(
      expect.objectContaining({ code: 'SEAL_PERIOD_INVALID' }),
    );
  });

  it('refuses an esId that is not ASCII', () => {
    expect(() => prepareSeal(buildSealFacts(city, { esId: '印' }), leafOf(city.sealMaker))).toThrow(
      expect.objectContaining({ code: 'REQUEST_MALFORMED' }),
    );
  });

  it('writes times as GeneralizedTime in whole seconds', async () => {
    const made = await buildSeal(city, { createdAt: new Date('2026-01-02T03:04:05.678Z') });

    expect(Buffer.from(made).includes('\x18\x0f20260102030405Z', 0, 'latin1')).toBe(true);
  });
});

describe('a seal signature', () => {
  it('reads back as made', async () => {
    const read = parseSealSignature(await buildSignature());

    expect(read).toMatchObject({
      version: 4,
      signedAt: SEALED_AT,
      propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml',
      timeStampToken: null,
    });
    expect(Buffer.compare(read.documentDigest, new Uint8Array(32).fill(7))).toBe(0);
    expect(Buffer.compare(read.signerCertificate, leafOf(city.documentSignerSm2))).toBe(0);
    expect(Buffer.compare(read.seal.bytes, seal)).toBe(0);
  });

  it('keeps a time stamp outside of what is signed', async () => {
    const token = encodeSequence(Uint8Array.of(5, 0));
    const read = parseSealSignature(await buildSignature(token));

    expect(Buffer.compare(read.timeStampToken!, token)).toBe(0);
    expect(
      Buffer.compare(read.signedBytes, parseSealSignature(await buildSignature()).signedBytes),
    ).toBe(0);
  });
});

const hasOpenSsl = ((): boolean => {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).startsWith('OpenSSL 3');
  } catch {
    return false;
  }
})();

/** An independent verifier: OpenSSL with the default user id. */
(hasOpenSsl ? describe : describe.skip)('verified by OpenSSL', () => {
  it('a seal and a seal signature are right', async () => {
    const signature = parseSealSignature(await buildSignature());

    expect(opensslVerify(parseSeal(seal), leafOf(city.sealMaker))).toContain(
      'Signature Verified Successfully',
    );
    expect(opensslVerify(signature, leafOf(city.documentSignerSm2))).toContain(
      'Signature Verified Successfully',
    );
  });

  it('a seal is wrong under the key of another', () => {
    expect(() => opensslVerify(parseSeal(seal), leafOf(city.documentSignerSm2))).toThrow();
  });

  function opensslVerify(
    signed: { readonly signedBytes: Uint8Array; readonly signatureValue: Uint8Array },
    certificate: Uint8Array,
  ): string {
    const folder = mkdtempSync(join(tmpdir(), 'seal-'));
    const file = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const { algorithm, point } = parseCertificate(certificate).publicKey;
    const spki = Buffer.from(toSpki(algorithm === 'SM2' ? 'SM2' : 'ES256', point)).toString(
      'base64',
    );
    try {
      return execFileSync(
        'openssl',
        [
          ...[
            'pkeyutl',
            '-verify',
            '-pubin',
            '-inkey',
            file(
              'key.pem',
              `-----BEGIN PUBLIC KEY-----\n${spki.replaceAll(/.{64}/gu, '$&\n')}\n-----END PUBLIC KEY-----\n`,
            ),
          ],
          ...['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'],
          ...[
            '-in',
            file('signed.der', signed.signedBytes),
            '-sigfile',
            file('signature.der', signed.signatureValue),
          ],
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
