/** Versions 1 (GM/T 0031-2014) and 5 (GM/T 0031-2025), which are read and never written. */
import { beforeAll, describe, expect, it } from '@jest/globals';

import { toDerSignature } from '../../../service/src/keys/signatureValue.ts';
import type { Signer } from '../../../service/src/keys/signer.ts';
import { readChildren, readDer, TAG } from '../../../service/src/pki/der.ts';
import {
  encodeBits,
  encodeDer,
  encodeExplicit,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeText,
  encodeUnsigned,
} from '../../../service/src/pki/derEncoding.ts';
import { conclude } from '../../../service/src/report.ts';
import { parseSeal } from '../../../service/src/sealing/seal.ts';
import { parseSealSignature } from '../../../service/src/sealing/sealSignature.ts';
import { verifySeal } from '../../../service/src/sealing/verifySeal.ts';
import { verifySealSignature } from '../../../service/src/sealing/verifySealSignature.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { buildSeal, leafOf, SEALED_AT } from '../../support/testSeal.ts';

const SM2_WITH_SM3 = encodeOid('1.2.156.10197.1.501');
const DIGEST = new Uint8Array(32).fill(9);
const AT = new Date('2026-11-22T00:00:00Z');

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

const ia5 = (text: string): Uint8Array => encodeDer(TAG.ia5String, Buffer.from(text));
const utc = (text: string): Uint8Array => encodeDer(TAG.utcTime, Buffer.from(text));
const integer = (value: number): Uint8Array => encodeUnsigned(Uint8Array.of(value));
const membersOf = (bytes: Uint8Array): Uint8Array[] =>
  readChildren(readDer(bytes, TAG.sequence)).map((member) => member.bytes);

async function signBits(signer: Signer, bytes: Uint8Array): Promise<Uint8Array> {
  return encodeBits(toDerSignature(await signer.sign(bytes)));
}

async function version1Seal(): Promise<Uint8Array> {
  const info = encodeSequence(
    encodeSequence(ia5('ES'), integer(1), ia5('YINXIN')),
    ia5('old'),
    encodeSequence(
      integer(1),
      encodeText('旧章'),
      encodeSequence(encodeOctets(leafOf(city.documentSignerSm2))),
      utc('260101000000Z'),
      utc('260101000000Z'),
      utc('271231000000Z'),
    ),
    encodeSequence(ia5('PNG'), encodeOctets(Uint8Array.of(1)), integer(40), integer(40)),
  );
  const certificate = encodeOctets(leafOf(city.sealMaker));
  const signature = await signBits(city.sealMaker, encodeSequence(info, certificate, SM2_WITH_SM3));
  return encodeSequence(info, encodeSequence(certificate, SM2_WITH_SM3, signature));
}

async function version1Signature(timeInfo: Uint8Array): Promise<Uint8Array> {
  const toSign = encodeSequence(
    integer(1),
    await version1Seal(),
    encodeBits(timeInfo),
    encodeBits(DIGEST),
    ia5('/Doc_0/Signs/Sign_0/Signature.xml'),
    encodeOctets(leafOf(city.documentSignerSm2)),
    SM2_WITH_SM3,
  );
  return encodeSequence(toSign, await signBits(city.documentSignerSm2, toSign));
}

describe('version 1', () => {
  it('passes: a seal signed over information, certificate and algorithm', async () => {
    const seal = parseSeal(await version1Seal());

    expect(seal).toMatchObject({ version: 1, esId: 'old', name: '旧章' });
    expect(conclude(verifySeal(seal, city.trust, AT)).indication).toBe('TOTAL-PASSED');
  });

  it('passes: a signature with the certificate inside', async () => {
    const signature = parseSealSignature(await version1Signature(utc('260601080000Z')));

    expect(signature).toMatchObject({ version: 1, signedAt: SEALED_AT });
    expect(
      conclude(
        verifySealSignature({ signature, documentDigest: DIGEST, trust: city.trust, at: AT }),
      ).indication,
    ).toBe('TOTAL-PASSED');
  });

  it('is unclear without a time that can be read', async () => {
    const signature = parseSealSignature(await version1Signature(Uint8Array.of(1, 2, 3)));

    expect(
      conclude(
        verifySealSignature({ signature, documentDigest: DIGEST, trust: city.trust, at: AT }),
      ),
    ).toEqual({ indication: 'INDETERMINATE', subIndication: 'FORMAT_FAILURE' });
  });
});

describe('version 5', () => {
  async function version5Seal(...timeStamp: readonly Uint8Array[]): Promise<Uint8Array> {
    const [info] = membersOf(await buildSeal(city));
    const [, ...facts] = membersOf(info!);
    const header = encodeSequence(ia5('ES'), integer(5), ia5('YINXIN'));
    const signed = encodeSequence(header, ...facts);
    const signature = await signBits(city.sealMaker, signed);
    return encodeSequence(
      signed,
      encodeOctets(leafOf(city.sealMaker)),
      SM2_WITH_SM3,
      signature,
      ...timeStamp,
    );
  }

  it('passes without a time stamp, by its header', async () => {
    const seal = parseSeal(await version5Seal());

    expect(seal.version).toBe(5);
    expect(conclude(verifySeal(seal, city.trust, AT)).indication).toBe('TOTAL-PASSED');
  });

  it('fails with a time stamp that is none', async () => {
    const seal = parseSeal(
      await version5Seal(encodeExplicit(0, encodeBits(Uint8Array.of(0x30, 0)))),
    );

    expect(conclude(verifySeal(seal, city.trust, AT)).subIndication).toBe('FORMAT_FAILURE');
  });

  it('passes after the maker’s certificate has expired: the day it was made counts', async () => {
    const seal = parseSeal(await version5Seal());
    const names = verifySeal(seal, city.trust, new Date('2050-01-01T00:00:00Z')).filter(
      (check) => check.indication !== 'TOTAL-PASSED',
    );

    expect(names.map((check) => check.name)).toEqual(['seal.period']);
  });
});
