/** What other vendors' software writes otherwise than the texts: read, verified over the bytes received, and told. */
import { createHash, generateKeyPairSync, sign as signRaw } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  encodeBits,
  encodeBoolean,
  encodeDer,
  encodeExplicit,
  encodeOctets,
  encodeOid,
  encodePrintable,
  encodeSequence,
  encodeText,
} from '../../../service/src/pki/derEncoding.ts';
import { createTimeStampingAuthority } from '../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import { conclude, type Check } from '../../../service/src/report.ts';
import { parseSeal, type SealVersion } from '../../../service/src/sealing/seal.ts';
import { parseSealSignature } from '../../../service/src/sealing/sealSignature.ts';
import { verifySeal } from '../../../service/src/sealing/verifySeal.ts';
import { verifySealSignature } from '../../../service/src/sealing/verifySealSignature.ts';
import { buildCertificate } from '../../support/certificates.ts';
import {
  buildForeignSeal,
  buildForeignSignature,
  foreignSigner,
  generalizedTime,
  ia5,
  integer,
  utcTime,
  type ForeignSealOptions,
  type ForeignSignatureOptions,
} from '../../support/foreignSeal.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { leafOf, SEALED_AT } from '../../support/testSeal.ts';

const AT = new Date('2026-11-22T00:00:00Z');
const DIGEST = new Uint8Array(32).fill(9);
const ALIAS = encodeOid('1.2.156.10197.501');
const SHA256_WITH_RSA = encodeOid('1.2.840.113549.1.1.11');
const SHA1_WITH_RSA = encodeOid('1.2.840.113549.1.1.5');
const EXTENSION_ID = encodeOid('1.2.156.10197.6.7.2.2.1');
const TOKEN = encodeBits(Uint8Array.of(0x30, 0));

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

const noticeOf = (checks: readonly Check[], name: string): string | undefined =>
  checks.find((check) => check.name === name && check.isNotice === true)?.detail;

async function judgeSeal(
  version: SealVersion,
  options: ForeignSealOptions,
): Promise<readonly Check[]> {
  return verifySeal(parseSeal(await buildForeignSeal(city, version, options)), city.trust, AT);
}

async function judgeSignature(
  version: SealVersion,
  options: ForeignSignatureOptions = {},
  seal: ForeignSealOptions = {},
): Promise<readonly Check[]> {
  const bytes = await buildForeignSeal(city, version, seal);
  return verifySealSignature({
    signature: parseSealSignature(
      await buildForeignSignature(city, { version, bytes }, DIGEST, options),
    ),
    documentDigest: DIGEST,
    trust: city.trust,
    at: AT,
  });
}

const signerDigest = (algorithm: string): Uint8Array =>
  createHash(algorithm).update(leafOf(city.documentSignerSm2)).digest();
const digestList = (type: Uint8Array, algorithm = 'sm3'): Uint8Array =>
  encodeSequence(encodeSequence(type, encodeOctets(signerDigest(algorithm))));
const extension = (critical: Uint8Array): Uint8Array =>
  encodeSequence(EXTENSION_ID, critical, encodeOctets(Buffer.from('2.1')));

describe('a seal and a signature to the letter', () => {
  it.each<SealVersion>([1, 4, 5])('pass without notice in version %i', async (version) => {
    const checks = await judgeSignature(version);

    expect(conclude(checks)).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
    expect(checks.filter((check) => check.isNotice)).toEqual([]);
  });

  it('are checked step by step in the standard’s order', async () => {
    const names = (await judgeSignature(4)).map(({ name }) =>
      name.split('.').slice(0, 2).join('.'),
    );

    expect([...new Set(names)]).toEqual([
      'signature.format',
      'signature.value',
      'signature.signerInSeal',
      'seal.format',
      'seal.makerSignature',
      'seal.makerCertificate',
      'seal.period',
      'signature.signerCertificate',
      'signature.time',
      'signature.documentDigest',
    ]);
  });
});

describe('dialects of seals', () => {
  type Case = readonly [string, SealVersion, () => ForeignSealOptions['members'], string];
  it.each<Case>([
    ['the short OID', 4, () => ({ algorithm: ALIAS }), 'algorithm 1.2.156.10197.501'],
    ['the short OID', 1, () => ({ algorithm: ALIAS }), 'algorithm 1.2.156.10197.501'],
    ['UTCTime', 4, () => ({ validEnd: utcTime('271231000000Z') }), 'UTCTime for GeneralizedTime'],
    [
      'GeneralizedTime',
      1,
      () => ({ createDate: generalizedTime('20260102000000Z') }),
      'GeneralizedTime for UTCTime',
    ],
    [
      'a fraction',
      4,
      () => ({ createDate: generalizedTime('20260102000000.5Z') }),
      'a time with fraction or offset',
    ],
    [
      'an offset',
      4,
      () => ({ validStart: generalizedTime('20260102080000+0800') }),
      'a time with fraction or offset',
    ],
    [
      'no zone',
      4,
      () => ({ validStart: generalizedTime('20260102080000') }),
      'a time without zone, read as the time of China',
    ],
    [
      'explicit defaults',
      4,
      () => ({ extDatas: encodeSequence(extension(encodeBoolean(false))) }),
      'critical FALSE written out',
    ],
    [
      'tagged extensions',
      1,
      () => ({ extDatas: encodeExplicit(0, encodeSequence(extension(encodeBoolean(false)))) }),
      'extDatas with a tag',
    ],
    [
      'extensions tagged implicitly',
      4,
      () => ({ extDatas: encodeExplicit(0, extension(encodeBoolean(false))) }),
      'extDatas tagged IMPLICIT',
    ],
    ['a list type of its own', 4, () => ({ certListType: integer(3) }), 'certListType 3'],
    [
      'digests called certificates',
      4,
      () => ({ certList: digestList(encodePrintable('SM3')) }),
      'certListType 1 for a list of digests',
    ],
    ['certificates called digests', 4, () => ({ certListType: integer(2) }), 'certListType 2'],
    ['no list type', 4, () => ({ certListType: new Uint8Array() }), 'no certListType'],
    ['a list type', 1, () => ({ certListType: integer(1) }), 'certListType in version 1'],
    [
      'a bare certificate',
      1,
      () => ({ certList: encodeSequence(leafOf(city.documentSignerSm2)) }),
      'a certificate that is not in an OCTET STRING',
    ],
    ['a version of its own', 4, () => ({ headerVersion: integer(1) }), 'a header of version 1'],
  ])('%s in version %i', async (_, version, members, note) => {
    const checks = await judgeSeal(version, { members: members() ?? {} });

    expect(conclude(checks)).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
    expect(noticeOf(checks, 'seal.dialect')).toContain(note);
  });

  it.each<[string, () => Uint8Array, string | null]>([
    ['SM3', () => digestList(encodePrintable('SM3')), null],
    ['sm3', () => digestList(encodePrintable('sm3')), null],
    ['an OID in text', () => digestList(encodePrintable('1.2.156.10197.1.401')), null],
    ['an OID', () => digestList(encodeOid('1.2.156.10197.1.401')), null],
    ['SM3 without key', () => digestList(encodePrintable('1.2.156.10197.1.401.1')), null],
    ['other text', () => digestList(encodeText('SM3')), null],
    ['SHA-256', () => digestList(encodePrintable('SHA-256'), 'sha256'), null],
    [
      'SHA-1, which proves nothing',
      () => digestList(encodePrintable('SHA1'), 'sha1'),
      'SIGNER_NOT_IN_SEAL',
    ],
    ['nobody’s name', () => digestList(encodePrintable('X')), 'SIGNER_NOT_IN_SEAL'],
  ])('digest named by %s', async (_, certList, subIndication) => {
    const members = { certListType: integer(2), certList: certList() };
    const checks = await judgeSignature(4, {}, { members });

    expect(conclude(checks).subIndication).toBe(subIndication);
  });

  it('are not accepted where the certificate in the list is another one', async () => {
    const members = { certList: encodeSequence(encodeOctets(leafOf(city.node))) };

    expect(conclude(await judgeSignature(4, {}, { members })).subIndication).toBe(
      'SIGNER_NOT_IN_SEAL',
    );
  });
});

describe('dialects of signatures', () => {
  type Case = readonly [string, SealVersion, ForeignSignatureOptions['members'], string];
  it.each<Case>([
    ['the short OID', 4, { algorithm: ALIAS }, 'algorithm 1.2.156.10197.501'],
    ['UTCTime', 4, { timeInfo: utcTime('260601080000Z') }, 'UTCTime for GeneralizedTime'],
    ['the time of China', 5, { timeInfo: generalizedTime('20260601160000') }, 'time of China'],
    ['an OCTET STRING', 4, { dataHash: encodeOctets(DIGEST) }, 'OCTET STRING for dataHash'],
    ['an OCTET STRING', 1, { dataHash: encodeOctets(DIGEST) }, 'OCTET STRING for dataHash'],
    [
      'an OCTET STRING with a time',
      1,
      { timeInfo: encodeOctets(utcTime('260601080000Z')) },
      'OCTET STRING for timeInfo',
    ],
    ['a bare time', 1, { timeInfo: generalizedTime('20260601080000Z') }, 'a bare time'],
    ['plain text', 1, { timeInfo: encodeBits(Buffer.from('20260601080000Z')) }, 'plain text'],
    ['short plain text', 1, { timeInfo: encodeBits(Buffer.from('260601080000Z')) }, 'plain text'],
    ['a written date', 1, { timeInfo: encodeBits(Buffer.from('2026-06-01 16:00:00')) }, 'of China'],
    ['RFC 3339', 1, { timeInfo: encodeBits(Buffer.from('2026-06-01T08:00:00Z')) }, 'plain text'],
    ['an offset', 1, { timeInfo: encodeBits(Buffer.from('2026-06-01T16:00:00+08:00')) }, 'offset'],
    [
      'another version',
      4,
      { version: integer(1) },
      'a signature of version 1 with a seal of version 4',
    ],
    [
      'extensions without tag',
      4,
      { extDatas: encodeSequence(extension(encodeBoolean(false))) },
      'extDatas without tag',
    ],
  ])('%s in version %i', async (_, version, members, note) => {
    const checks = await judgeSignature(version, { members: members ?? {} });

    expect(conclude(checks)).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
    expect(noticeOf(checks, 'signature.dialect')).toContain(note);
    expect(checks.find(({ name }) => name === 'signature.time')?.detail).toContain(
      SEALED_AT.toISOString(),
    );
  });

  it('the time of a token inside counts as claimed', async () => {
    const token = await stamper(SEALED_AT).stamp(Uint8Array.of(1), 'SM2');
    const checks = await judgeSignature(1, { members: { timeInfo: encodeBits(token) } });

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(noticeOf(checks, 'signature.dialect')).toContain('its time counts as claimed');
  });

  it('a value of r and s without DER is none', async () => {
    const checks = await judgeSignature(4, { sign: (bytes) => city.documentSignerSm2.sign(bytes) });

    expect(conclude(checks).subIndication).toBe('SIG_CRYPTO_FAILURE');
  });

  it('local time written as UTC passes where a stamp shows it', async () => {
    const stamp = async (value: Uint8Array): Promise<Uint8Array> =>
      encodeExplicit(0, encodeBits(await stamper(SEALED_AT).stamp(value, 'SM2')));
    const local = { timeInfo: generalizedTime('20260601160000Z') };
    const later = { timeInfo: generalizedTime('20260601113000Z') };
    const checks = await judgeSignature(4, { members: local, stamp });

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(noticeOf(checks, 'signature.timeStampOrder')).toContain('the time of China');
    expect(conclude(await judgeSignature(4, { members: later, stamp })).subIndication).toBe(
      'NOT_YET_VALID',
    );
  });
});

function stamper(at: Date): ReturnType<typeof createTimeStampingAuthority> {
  return createTimeStampingAuthority({
    signers: city.pki.timeStampers,
    clock: { now: () => at },
  });
}

describe('the stamp of version 5', () => {
  it.each([
    ['explicitly', () => encodeExplicit(0, TOKEN)],
    ['implicitly', () => encodeDer(0x80, TOKEN.subarray(2))],
  ])('is found tagged %s', async (_, timeStamp) => {
    const seal = parseSeal(
      await buildForeignSeal(city, 5, { members: { timeStamp: timeStamp() } }),
    );

    expect(Buffer.from(seal.timeStampToken!).toString('hex')).toBe('3000');
    expect(seal.dialects).toEqual(_ === 'implicitly' ? ['a time stamp tagged IMPLICIT'] : []);
  });
});

describe('the day a seal was made', () => {
  const root = buildCertificate(null, {
    name: 'root',
    isCa: true,
    keyUsage: ['keyCertSign'],
    algorithm: 'SM2',
    notAfter: '2036-01-01T00:00:00Z',
  });
  const makerFrom = (notBefore: string, notAfter = '2028-01-01T00:00:00Z'): ForeignSealOptions => {
    const maker = buildCertificate(root, {
      algorithm: 'SM2',
      notBefore,
      notAfter,
      isCa: null,
      keyUsage: ['digitalSignature', 'nonRepudiation'],
    });
    return { maker: foreignSigner(maker) };
  };
  const judgeMadeBy = async (
    version: SealVersion,
    maker: ForeignSealOptions,
    at = AT,
  ): Promise<readonly Check[]> =>
    verifySeal(
      parseSeal(await buildForeignSeal(city, version, maker)),
      { anchors: [root.certificate], intermediates: [] },
      at,
    );

  it.each<SealVersion>([1, 4, 5])(
    'some days before its maker’s certificate is a notice in version %i',
    async (version) => {
      const checks = await judgeMadeBy(version, makerFrom('2026-01-08T00:00:00Z'));

      expect(conclude(checks)).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
      expect(noticeOf(checks, 'seal.createDate')).toContain('before its maker');
    },
  );

  it('months before it fails in version 5, which judges by that day', async () => {
    const checks = await judgeMadeBy(5, makerFrom('2026-06-08T00:00:00Z'));

    expect(conclude(checks).subIndication).toBe('NOT_YET_VALID');
  });

  it('decides in version 5: a maker that has expired since is a notice', async () => {
    const maker = makerFrom('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z');
    const checks = await judgeMadeBy(5, maker);

    expect(conclude(checks)).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
    expect(noticeOf(checks, 'seal.makerCertificate.now')).toContain('expired at 2026-03-01');
    expect(conclude(await judgeMadeBy(4, maker)).subIndication).toBe('EXPIRED');
  });

  it('eight hours after the period begins shows two clocks', async () => {
    const checks = await judgeSeal(4, {
      members: { createDate: generalizedTime('20260102080000Z') },
    });

    expect(noticeOf(checks, 'seal.createDate')).toContain('local time and UTC');
  });
});

describe('RSA', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const root = buildCertificate(null, { name: 'root', isCa: true, keyUsage: ['keyCertSign'] });
  const { certificate } = buildCertificate(root, {
    isCa: null,
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    key: {
      algorithm: 'ES256',
      spki: publicKey.export({ type: 'spki', format: 'der' }),
      sign: () => new Uint8Array(),
    },
  });
  const sealedWith = (hash: string, algorithm: Uint8Array): ForeignSealOptions => ({
    maker: { certificationPath: [certificate.der], sign: () => Promise.resolve(new Uint8Array()) },
    members: { algorithm },
    sign: (bytes) => Promise.resolve(new Uint8Array(signRaw(hash, bytes, privateKey))),
  });

  it.each<[SealVersion, string, Uint8Array, string | null]>([
    [1, 'sha256', SHA256_WITH_RSA, null],
    [1, 'sha1', SHA1_WITH_RSA, 'CRYPTO_CONSTRAINTS_FAILURE'],
    [1, 'sha1', SHA256_WITH_RSA, 'SIG_CRYPTO_FAILURE'],
    [4, 'sha256', SHA256_WITH_RSA, 'CRYPTO_CONSTRAINTS_FAILURE'],
  ])('in version %i with %s', async (version, hash, algorithm, subIndication) => {
    const checks = verifySeal(
      parseSeal(await buildForeignSeal(city, version, sealedWith(hash, algorithm))),
      { anchors: [root.certificate], intermediates: [] },
      AT,
    );

    expect(conclude(checks).subIndication).toBe(subIndication);
  });
});

it('a critical extension that nobody knows refuses the seal', async () => {
  const extDatas = encodeSequence(extension(encodeBoolean(true)));
  const bytes = await buildForeignSeal(city, 4, { members: { extDatas } });

  expect(() => parseSeal(bytes)).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
});

it('text with control characters is no number of a seal', async () => {
  const bytes = await buildForeignSeal(city, 4, { members: { esId: ia5('1\n2') } });

  expect(() => parseSeal(bytes)).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
});
