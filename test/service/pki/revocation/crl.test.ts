import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { parseCertificates, type Certificate } from '../../../../service/src/pki/certificate.ts';
import { validateCertificationPath } from '../../../../service/src/pki/certificationPath.ts';
import { readCrl } from '../../../../service/src/pki/revocation/crl.ts';
import { entriesOf } from '../../../../service/src/pki/revocation/crlEntries.ts';
import { readCrlFile } from '../../../../service/src/pki/revocation/crlFile.ts';
import { conclude } from '../../../../service/src/report.ts';
import { buildCa } from '../../../support/certificates.ts';
import { buildCrl } from '../../../support/crls.ts';
import { hasOpenssl } from '../../../support/openssl.ts';

describe('readCrl', () => {
  const ca = buildCa(null, 'ca');
  const crl = buildCrl(ca, {
    number: 77,
    scope: { only: 'userCerts', reasons: [6, 0x40] },
    lines: [
      { certificate: { serialNumber: '11' }, revokedAt: '2026-02-01T00:00:00Z', reason: 1 },
      {
        certificate: { serialNumber: '00ff' },
        revokedAt: '2026-03-01T00:00:00Z',
        invalidSince: '2026-02-15T00:00:00Z',
      },
    ],
  });

  it('reads who says it, when, of what', () => {
    expect(readCrl(crl)).toMatchObject({
      issuer: { commonName: 'ca' },
      thisUpdate: new Date('2026-01-01T00:00:00Z'),
      nextUpdate: new Date('2026-07-01T00:00:00Z'),
      number: 77n,
      baseNumber: null,
      authorityKeyId: ca.certificate.subjectKeyId,
      scope: { name: null, onlyContains: 'userCerts', onlySomeReasons: 2, isIndirect: false },
      unknownCriticalExtensions: [],
    });
  });

  it('reads its lines by issuer and serial number', () => {
    const entries = entriesOf(readCrl(crl)!)!.get(ca.certificate.subject.comparisonKey)!;

    expect([...entries]).toEqual([
      ['11', { revokedAt: new Date('2026-02-01T00:00:00Z'), reason: 'keyCompromise' }],
      ['00ff', { revokedAt: new Date('2026-02-15T00:00:00Z'), reason: null }],
    ]);
  });

  it('reads the same array once', () => {
    expect(readCrl(crl)).toBe(readCrl(crl));
  });
});

describe('readCrlFile', () => {
  const lists = [buildCrl(buildCa(null, 'one')), buildCrl(buildCa(null, 'two'))];
  const pem = lists
    .map(
      (der) =>
        `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----\n`,
    )
    .join('text between\n');

  it.each([
    ['DER', lists[0]!, 1],
    ['DER, one behind the other', Buffer.concat(lists), 2],
    ['PEM', Buffer.from(pem), 2],
  ])('takes lists from %s', (_, bytes, count) => {
    expect(readCrlFile(bytes).map((der) => Buffer.from(der))).toEqual(
      lists.slice(0, count).map((der) => Buffer.from(der)),
    );
  });

  it.each([
    ['nothing', ''],
    ['a text', 'certificate revocation list'],
    ['a certificate', buildCa(null, 'ca').certificate.der],
    ['a block that is not closed', pem.slice(0, 200)],
    ['a block that is not base64', '-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----\n'],
  ])('refuses %s', (_, content) => {
    expect(() => readCrlFile(Buffer.from(content))).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_MALFORMED' }),
    );
  });
});

/** A small CA as OpenSSL's users run one. */
const CONFIGURATION = `
[ca]
default_ca = it
[it]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
policy = any
default_md = sha256
default_days = 30
default_crl_days = 30
crl_extensions = list
[any]
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[entity]
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://ca.example/list.crl
`;

const describeOpenssl = hasOpenssl ? describe : describe.skip;

describeOpenssl.each([
  ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], []],
  ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], []],
  ['SM2', ['-algorithm', 'SM2'], ['-sigopt', 'distid:1234567812345678']],
] as const)('a list made by openssl with %s', (name, keyArguments, signing) => {
  let folder: string;
  const run = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const list = (file: string): void => {
    run(
      'ca',
      '-config',
      'ca.cnf',
      '-gencrl',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      ...['-md', name === 'SM2' ? 'sm3' : 'sha256'],
      ...signing,
      '-out',
      file,
    );
  };
  let leaf: Certificate;
  let ca: Certificate;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'openssl-ca-'));
    for (const [file, content] of [
      ['ca.cnf', CONFIGURATION],
      ['index.txt', ''],
      ['serial', '1001'],
      ['crlnumber', '05'],
    ] as const) {
      writeFileSync(join(folder, file), content);
    }
    const digest = name === 'SM2' ? '-sm3' : '-sha256';
    for (const [who, section] of [
      ['ca', 'authority'],
      ['leaf', 'entity'],
    ] as const) {
      run('genpkey', ...keyArguments, '-out', `${who}.key`);
      run(
        'req',
        '-new',
        '-config',
        'ca.cnf',
        '-key',
        `${who}.key`,
        '-subj',
        `/CN=${who}`,
        digest,
        ...signing,
        '-out',
        `${who}.csr`,
      );
      run(
        'x509',
        '-req',
        '-in',
        `${who}.csr`,
        '-days',
        '20',
        '-extfile',
        'ca.cnf',
        ...[
          '-extensions',
          section,
          digest,
          ...signing,
          ...signing.map((one) => one.replace('-sigopt', '-vfyopt')),
        ],
        ...(who === 'ca'
          ? ['-signkey', 'ca.key']
          : ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '4097']),
        ...['-out', `${who}.pem`],
      );
    }
    list('empty.pem');
    run(
      'ca',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      '-revoke',
      'leaf.pem',
      '-crl_reason',
      'keyCompromise',
    );
    list('revoked.pem');
    const read = (file: string): Certificate =>
      parseCertificates(readFileSync(join(folder, file), 'utf8'))[0]!;
    [leaf, ca] = [read('leaf.pem'), read('ca.pem')];
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['empty.pem', 'TOTAL-PASSED', null],
    ['revoked.pem', 'TOTAL-FAILED', 'REVOKED'],
  ])('%s gives %s', (file, indication, subIndication) => {
    const crls = readCrlFile(readFileSync(join(folder, file)));
    const at = new Date(Date.now() + 60_000);

    const { checks } = validateCertificationPath({
      leaf,
      intermediates: [],
      anchors: [ca],
      at,
      revocation: { crls, ocspResponses: [], demand: 'always' },
    });

    expect(conclude(checks)).toEqual({ indication, subIndication });
  });

  it('tells of its number, and the certificate where it is published', () => {
    const [der] = readCrlFile(readFileSync(join(folder, 'revoked.pem')));

    expect(readCrl(der!)?.number).toBe(6n);
    expect(leaf.crlUrls).toEqual(['http://ca.example/list.crl']);
  });
});
