import { describe, expect, it } from '@jest/globals';

import { KEY_PURPOSES } from '../../../service/src/keys/signer.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import {
  addYears,
  CERTIFICATE_PROFILES,
  EXTENDED_KEY_USAGE,
  findProfileFault,
  judgeFitness,
  signingPeriodOf,
} from '../../../service/src/pki/profiles.ts';
import { encodeExtendedKeyUsage } from '../../../service/src/pki/certificateEncoding.ts';
import { buildCertificate, type CertificateOverrides } from '../../support/certificates.ts';
import { testCity } from '../../support/testCa.ts';

const city = await testCity();

describe('certificate profiles', () => {
  it('give each purpose an extended key usage of its own', () => {
    const usages = Object.values(CERTIFICATE_PROFILES).flatMap(
      ({ extendedKeyUsage }) => extendedKeyUsage ?? [],
    );

    expect(new Set(usages).size).toBe(usages.length);
    expect(usages).toHaveLength(KEY_PURPOSES.length - 2);
  });

  it('let a code signer live ten years at least and sign in its first', () => {
    const leaf = parseCertificate(city.codeSigner.certificationPath[0]!);

    expect(leaf.notAfter.getTime()).toBeGreaterThanOrEqual(addYears(leaf.notBefore, 10).getTime());
    expect(signingPeriodOf(leaf, 'codeSigner')).toEqual({
      from: new Date('2026-01-01T00:00:00Z'),
      until: new Date('2027-01-01T00:00:00Z'),
    });
  });

  it('are met by what the city issues', () => {
    const {
      act,
      codeSigner,
      credentialSigner,
      documentSignerEs256,
      documentSignerSm2,
      node,
      sealMaker,
      timeStamper,
    } = city;

    for (const signer of [
      act,
      codeSigner,
      credentialSigner,
      documentSignerEs256,
      documentSignerSm2,
      node,
      sealMaker,
      timeStamper,
    ]) {
      expect(
        findProfileFault(parseCertificate(signer.certificationPath[0]!), signer.purpose),
      ).toBeNull();
    }
  });
});

describe('judgeFitness', () => {
  const act = { extensions: [encodeExtendedKeyUsage([EXTENDED_KEY_USAGE.act], false)] };
  const judge = (
    overrides: CertificateOverrides,
    algorithm: 'ES256' | 'SM2' = 'ES256',
  ): unknown => {
    const { certificate, spki } = buildCertificate(null, overrides);
    return judgeFitness({ purpose: 'act', algorithm, spki, certificationPath: [certificate.der] });
  };
  const UNFIT = expect.objectContaining({ code: 'KEY_UNFIT' });

  it('gives the period of a fit certificate', () => {
    expect(judge(act)).toEqual({
      from: new Date('2026-01-01T00:00:00Z'),
      until: new Date('2027-01-01T00:00:00Z'),
    });
  });

  it.each<[string, CertificateOverrides]>([
    ['a CA certificate', { ...act, isCa: true }],
    ['a further key usage', { ...act, keyUsage: ['digitalSignature', 'keyEncipherment'] }],
    ['no key usage', { ...act, keyUsage: null }],
    ['no extended key usage', {}],
    [
      'two extended key usages',
      {
        extensions: [
          encodeExtendedKeyUsage([EXTENDED_KEY_USAGE.act, EXTENDED_KEY_USAGE.node], false),
        ],
      },
    ],
    ['too long a life', { ...act, notAfter: '2031-01-01T00:00:01Z' }],
  ])('refuses %s', (_, overrides) => {
    expect(() => judge(overrides)).toThrow(UNFIT);
  });

  it('refuses a key that is said to be of another algorithm', () => {
    expect(() => judge(act, 'SM2')).toThrow(UNFIT);
  });

  it('refuses a code signer that lives too short to be verified later', () => {
    const extensions = [encodeExtendedKeyUsage([EXTENDED_KEY_USAGE.codeSigner], false)];
    const { certificate, spki } = buildCertificate(null, {
      extensions,
      notAfter: '2035-12-31T23:59:59Z',
    });

    expect(() =>
      judgeFitness({
        purpose: 'codeSigner',
        algorithm: 'ES256',
        spki,
        certificationPath: [certificate.der],
      }),
    ).toThrow(UNFIT);
  });
});
