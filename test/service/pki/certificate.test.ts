import { X509Certificate } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  parseCertificate,
  parseCertificates,
  toPem,
} from '../../../service/src/pki/certificate.ts';
import { hasOpenssl, runOpenssl } from '../../support/openssl.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';

const MALFORMED = expect.objectContaining({ code: 'CERTIFICATE_MALFORMED' });

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

describe('parseCertificate', () => {
  it('reads who is certified, by whom and for what', () => {
    const certificate = parseCertificate(city.documentSignerSm2.certificationPath[0]!);

    expect(certificate).toMatchObject({
      fingerprint: city.documentSignerSm2.keyId,
      signatureAlgorithm: 'SM2-with-SM3',
      subject: {
        commonName: '南湖市市场监督管理局电子签章',
        organisation: '南湖市市场监督管理局',
        creditCode: '11330402MB00000016',
        text: 'CN=南湖市市场监督管理局电子签章,2.5.4.97=11330402MB00000016,O=南湖市市场监督管理局,C=CN',
      },
      issuer: { creditCode: '11330402MB00000029' },
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2031-01-01T00:00:00Z'),
      publicKey: { algorithm: 'SM2' },
      isCa: false,
      pathLength: null,
      keyUsage: new Set(['digitalSignature', 'nonRepudiation']),
      extendedKeyUsages: ['1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.4'],
      unknownCriticalExtensions: [],
    });
  });

  it('reads what Node reads', () => {
    for (const certificate of [...city.trust.anchors, ...city.trust.intermediates]) {
      const node = new X509Certificate(certificate.der);

      expect(certificate.serialNumber.replace(/^00/, '')).toBe(node.serialNumber.toLowerCase());
      expect(certificate.isCa).toBe(node.ca);
      expect(certificate.notAfter).toEqual(node.validToDate);
      expect(certificate.fingerprint).toBe(node.fingerprint256.replaceAll(':', '').toLowerCase());
      expect(certificate.publicKey.spki).toEqual(
        new Uint8Array(node.publicKey.export({ format: 'der', type: 'spki' })),
      );
    }
  });

  it('gives the same object for the same bytes, whatever becomes of the array they came in', () => {
    const bytes = Uint8Array.from(city.act.certificationPath[0]!);
    const certificate = parseCertificate(bytes);
    bytes.fill(0);

    expect(parseCertificate(city.act.certificationPath[0]!)).toBe(certificate);
    expect(certificate.der).toEqual(Uint8Array.from(city.act.certificationPath[0]!));
  });
});

describe('PEM', () => {
  it('holds several certificates, in order', () => {
    const pem = toPem(city.act.certificationPath);

    expect(parseCertificates(`text before\n${pem}`).map(({ der }) => Buffer.from(der))).toEqual(
      city.act.certificationPath.map((der) => Buffer.from(der)),
    );
    expect(pem.split('\n').every((line) => line.length <= 64)).toBe(true);
  });

  it('without a block holds none', () => {
    expect(parseCertificates('')).toEqual([]);
  });

  it.each([
    ['a block that is not closed', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
    ['what is not base64', '-----BEGIN CERTIFICATE-----\nMI*B\n-----END CERTIFICATE-----'],
    ['an empty block', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'],
  ])('is refused with %s', (_, pem) => {
    expect(() => parseCertificates(pem)).toThrow(MALFORMED);
  });

  it('is refused with more than 1,000 blocks', () => {
    expect(() => parseCertificates('-----BEGIN CERTIFICATE-----\n'.repeat(1001))).toThrow(
      MALFORMED,
    );
  });
});

const describeOpenssl = hasOpenssl ? describe : describe.skip;

describeOpenssl('beside the openssl command', () => {
  const attime = String(Date.parse('2026-06-01T00:00:00Z') / 1000);

  it('P-256 paths verify there', () => {
    for (const signer of [
      city.act,
      city.codeSigner,
      city.credentialSigner,
      city.documentSignerEs256,
      city.node,
      city.timeStamper,
    ]) {
      const output = runOpenssl(
        [
          'verify',
          '-x509_strict',
          '-attime',
          attime,
          '-CAfile',
          'roots.pem',
          '-untrusted',
          'intermediates.pem',
          'leaf.pem',
        ],
        {
          'roots.pem': city.rootsPem,
          'intermediates.pem': city.intermediatesPem,
          'leaf.pem': toPem(signer.certificationPath.slice(0, 1)),
        },
      );

      expect(output.toString()).toContain('leaf.pem: OK');
    }
  });

  it('SM2 certificates are read there', () => {
    const output = runOpenssl(['x509', '-in', 'leaf.pem', '-noout', '-text', '-nameopt', 'utf8'], {
      'leaf.pem': toPem(city.sealMaker.certificationPath.slice(0, 1)),
    }).toString();

    expect(output).toContain('SM2-with-SM3');
    expect(output).toContain('南湖市数据资源管理局电子印章制作');
    expect(output).toContain('Digital Signature, Non Repudiation');
  });

  it('certificates from there are read here', () => {
    const pem = runOpenssl([
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -days 10 -utf8'.split(
        ' ',
      ),
      '-subj',
      '/C=CN/O=外部机构/serialNumber=11330402MB0000003C/CN=外部根',
    ]).toString();

    const [certificate] = parseCertificates(pem);

    expect(certificate).toMatchObject({
      isCa: true,
      signatureAlgorithm: 'ecdsa-with-SHA256',
      subject: { commonName: '外部根', organisation: '外部机构', creditCode: '11330402MB0000003C' },
      publicKey: { algorithm: 'ES256' },
    });
    expect(certificate?.subjectKeyId).toBe(certificate?.authorityKeyId);
  });
});
