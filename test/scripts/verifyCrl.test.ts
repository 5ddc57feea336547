import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { toPem } from '../../service/src/pki/certificate.ts';
import type { Report } from '../../service/src/report.ts';
import { buildCa, buildCertificate, type Entity } from '../support/certificates.ts';
import { buildCrl } from '../support/crls.ts';
import { runYinxin } from '../support/runYinxin.ts';

let folder: string;
const root = buildCa(null, 'root', { algorithm: 'SM2' });
const ca = buildCa(root, 'ca');
const [leaf, revoked] = [buildCertificate(ca), buildCertificate(ca)];
const path = (name: string): string => join(folder, name);
const pemOf = (...entities: readonly Entity[]): string =>
  toPem(entities.map(({ certificate }) => certificate.der));
const toCrlPem = (der: Uint8Array): string =>
  `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----\n`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-crl-'));
  const lines = [{ certificate: revoked.certificate, revokedAt: '2026-03-01T00:00:00Z' }];
  const [ofRoot, ofCa] = [buildCrl(root), buildCrl(ca, { lines })];
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'root.pem': pemOf(root),
    'leaf.pem': pemOf(leaf, ca),
    'revoked.pem': pemOf(revoked, ca),
    'root.crl': ofRoot,
    'ca.crl': ofCa,
    'both.crl': Buffer.concat([ofRoot, ofCa]),
    'both.pem': toCrlPem(ofRoot) + toCrlPem(ofCa),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function verify(chain: string, ...crls: readonly string[]): ReturnType<typeof runYinxin> {
  const lists = crls.flatMap((name) => ['--crl', path(name)]);
  const at = ['--at', '2026-06-01T00:00:00Z'];
  return runYinxin(['verify', path(chain), '--trust', path('root.pem'), ...at, ...lists, '--json']);
}

describe('yinxin verify --crl', () => {
  it.each([
    ['leaf.pem', ['root.crl', 'ca.crl'], 0, 'TOTAL-PASSED', null],
    ['leaf.pem', ['both.crl'], 0, 'TOTAL-PASSED', null],
    ['leaf.pem', ['both.pem'], 0, 'TOTAL-PASSED', null],
    ['leaf.pem', ['root.crl'], 3, 'INDETERMINATE', 'TRY_LATER'],
    ['leaf.pem', [], 3, 'INDETERMINATE', 'TRY_LATER'],
    ['revoked.pem', ['both.pem'], 1, 'TOTAL-FAILED', 'REVOKED'],
  ])('of %s with %j exits with %i', async (chain, crls, exit, indication, subIndication) => {
    const result = await verify(chain, ...crls);

    const report = JSON.parse(result.out) as Report;
    expect(result).toMatchObject({ exit, err: '' });
    expect(report).toMatchObject({ indication, subIndication, subject: { kind: 'certificate' } });
  });

  it('refuses a file without a list', async () => {
    expect(await verify('leaf.pem', 'root.pem')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('CERTIFICATE_MALFORMED') as unknown,
    });
  });

  it('says in words what came of it', async () => {
    const lists = ['--crl', path('both.pem'), '--at', '2026-06-01T00:00:00Z'];

    const { out } = await runYinxin(
      ['verify', path('revoked.pem'), '--trust', path('root.pem'), ...lists],
      { LANG: 'zh_CN.UTF-8' },
    );

    expect(out).toContain('签名证书已被吊销');
  });
});
