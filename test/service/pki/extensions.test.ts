import { describe, expect, it } from '@jest/globals';

import { encodeExtension } from '../../../service/src/pki/certificateEncoding.ts';
import type { Certificate } from '../../../service/src/pki/certificate.ts';
import { encodeDer, encodeOid, encodeSequence } from '../../../service/src/pki/derEncoding.ts';
import { buildCertificate } from '../../support/certificates.ts';
import {
  encodeDistributionPoints,
  encodeGeneralName,
  encodeInhibitAnyPolicy,
  encodeNameConstraints,
  encodeOcspAccess,
  encodePolicies,
  encodePolicyConstraints,
  encodePolicyMappings,
  encodeSubjectAltName,
} from '../../support/pathExtensions.ts';

const certificateWith = (...extensions: readonly Uint8Array[]): Certificate =>
  buildCertificate(null, { extensions }).certificate;

describe('where status is to be had', () => {
  it('is nowhere for a certificate that says nothing of it', () => {
    expect(certificateWith()).toMatchObject({
      crlDistributionPoints: [],
      crlUrls: [],
      ocspUrls: [],
      caIssuersUrls: [],
    });
  });

  it('is read from distribution points: http and https only, each once, at most eight', () => {
    const uris = [
      'http://ca.example/1',
      'HTTPS://ca.example/2',
      'ldap://ca.example/',
      'http://',
      'file:///x',
    ];
    const many = Array.from({ length: 12 }, (_, n) => ({
      names: [{ uri: `http://ca.example/${n}` }],
    }));
    const urlsOf = (points: Parameters<typeof encodeDistributionPoints>[0]): readonly string[] =>
      certificateWith(encodeDistributionPoints(points)).crlUrls;

    expect(urlsOf([{ names: uris.map((uri) => ({ uri })) }])).toEqual(uris.slice(0, 2));
    expect(urlsOf([...many, ...many])).toHaveLength(8);
    expect(urlsOf([many[0]!, many[0]!])).toHaveLength(1);
  });

  it('is read from the access to the authority', () => {
    expect(certificateWith(encodeOcspAccess('http://ca.example/ocsp'))).toMatchObject({
      ocspUrls: ['http://ca.example/ocsp'],
      caIssuersUrls: [],
    });
  });

  it.each([
    ['2.5.29.31', ['2.5.29.31']],
    ['1.3.6.1.5.5.7.1.1', []],
  ])('counts as not enforced if %s cannot be read: %j', (oid, unknown) => {
    const broken = encodeExtension(oid, false, encodeSequence(encodeDer(0x05)));

    expect(certificateWith(broken).unknownCriticalExtensions).toEqual(unknown);
  });
});

describe('constraints', () => {
  it('are read', () => {
    const certificate = certificateWith(
      encodeSubjectAltName({ dns: 'a.example' }, { email: 'clerk@a.example' }),
      encodeNameConstraints({
        permitted: [{ dns: 'example' }],
        excluded: [{ ip: [1, 2, 3, 4, 5, 6, 7, 8] }],
      }),
      encodePolicies('2.999.1', '2.5.29.32.0'),
      encodePolicyMappings(['2.999.1', '2.999.2']),
      encodePolicyConstraints({ explicit: 3, mapping: 0 }),
      encodeInhibitAnyPolicy(2),
    );

    expect(certificate).toMatchObject({
      subjectAltNames: [{ form: 'dNSName' }, { form: 'rfc822Name' }],
      nameConstraints: { permitted: [{ value: 'example' }], excluded: [{ form: 'iPAddress' }] },
      policies: ['2.999.1', '2.5.29.32.0'],
      policyMappings: [{ issuerDomainPolicy: '2.999.1', subjectDomainPolicy: '2.999.2' }],
      requireExplicitPolicy: 3,
      inhibitPolicyMapping: 0,
      inhibitAnyPolicy: 2,
      unknownCriticalExtensions: [],
    });
  });

  const subtree = (...rest: readonly Uint8Array[]): Uint8Array =>
    encodeSequence(encodeDer(0xa0, encodeSequence(encodeGeneralName({ dns: 'example' }), ...rest)));
  const policy = (...rest: readonly Uint8Array[]): Uint8Array =>
    encodeSequence(encodeOid('2.999.1'), ...rest);
  const qualifier = encodeSequence(encodeSequence(encodeOid('2.999.9'), encodeDer(0x05)));

  it.each([
    ['an empty list of names', '2.5.29.17', encodeSequence()],
    ['a name of no known form', '2.5.29.17', encodeSequence(encodeDer(0x89))],
    ['empty name constraints', '2.5.29.30', encodeSequence()],
    ['a subtree with a minimum', '2.5.29.30', subtree(encodeDer(0x80, Uint8Array.of(1)))],
    ['a subtree with a maximum', '2.5.29.30', subtree(encodeDer(0x81, Uint8Array.of(1)))],
    ['no policy', '2.5.29.32', encodeSequence()],
    ['a policy twice', '2.5.29.32', encodeSequence(policy(), policy())],
    ['a critical qualifier that is not known', '2.5.29.32', encodeSequence(policy(qualifier))],
    ['no mapping', '2.5.29.33', encodeSequence()],
    ['policy constraints that constrain nothing', '2.5.29.36', encodeSequence()],
    ['a negative number of certificates', '2.5.29.54', encodeDer(0x02, Uint8Array.of(0x80))],
  ])('count as not enforced: %s', (_, oid, value) => {
    expect(certificateWith(encodeExtension(oid, true, value)).unknownCriticalExtensions).toEqual([
      oid,
    ]);
  });

  it('may have a minimum of 0, and an unknown qualifier where nothing is critical', () => {
    const minimum = encodeExtension('2.5.29.30', true, subtree(encodeDer(0x80, Uint8Array.of(0))));
    const qualified = encodeExtension('2.5.29.32', false, encodeSequence(policy(qualifier)));

    expect(certificateWith(minimum, qualified)).toMatchObject({
      unknownCriticalExtensions: [],
      policies: ['2.999.1'],
    });
  });
});
