import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPdf } from '../../service/src/documents/pdf/verifyPdf.ts';
import { writePdf } from '../../service/src/documents/pdf/writePdf.ts';
import { parseTrustStore } from '../../service/src/pki/trustStore.ts';
import { conclude } from '../../service/src/report.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { buildPdfContent } from '../support/pdfSamples.ts';
import { runYinxin, type CommandResult } from '../support/runYinxin.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;

describeOpenssl('yinxin seal', () => {
  let folder: string;
  const inFolder = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'seal-'));
    const text = {
      kind: 'text',
      text: '盖章处',
      xMm: 80,
      yMm: 100,
      sizeMm: 5,
      colour: '#000000',
    } as const;
    const page = { widthMm: 210, heightMm: 297, items: [text] };
    writeFileSync(inFolder('f.pdf'), writePdf(buildPdfContent({ pages: [page, page] })));
    writeFileSync(inFolder('password'), '口令 1\n');
    writeFileSync(inFolder('wrong'), 'other\n');
    const ca = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-subj', '/O=City CA'];
    openssl('req', '-x509', ...ca, '-days', '3000', '-out', 'ca.pem');
    const usage = 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,nonRepudiation\n';
    writeFileSync(inFolder('seal.ext'), usage);
    writeFileSync(inFolder('web.ext'), `${usage}extendedKeyUsage=serverAuth\n`);
    const keys = {
      rsa: ['rsa:2048', 'seal.ext'],
      ec: ['ec', 'seal.ext'],
      web: ['rsa:2048', 'web.ext'],
    };
    for (const [name, [algorithm = '', extensions = '']] of Object.entries(keys)) {
      const curve = algorithm === 'ec' ? ['-pkeyopt', 'ec_paramgen_curve:P-256'] : [];
      const request = ['-newkey', algorithm, ...curve, '-nodes', '-keyout', `${name}.key`];
      const subject = ['-utf8', '-subj', '/O=南湖市市场监督管理局/CN=公章'];
      openssl('req', ...request, ...subject, '-out', `${name}.csr`);
      const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '365'];
      const made = ['-extfile', extensions, '-out', `${name}.crt`];
      openssl('x509', '-req', '-in', `${name}.csr`, ...issuer, ...made);
      const inside = ['-inkey', `${name}.key`, '-in', `${name}.crt`, '-passout', 'pass:口令 1'];
      openssl('pkcs12', '-export', '-legacy', ...inside, '-out', `${name}.p12`);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const seal = (key: string, ...more: readonly string[]): Promise<CommandResult> => {
    const [p12, out] = [inFolder(`${key}.p12`), inFolder(`${key}.pdf`)];
    const password = more.includes('--password-file')
      ? []
      : ['--password-file', inFolder('password')];
    return runYinxin(['seal', inFolder('f.pdf'), '--p12', p12, ...password, '--out', out, ...more]);
  };

  it.each(['rsa', 'ec'])('seals a PDF by a key of %s that a reader verifies', async (key) => {
    const { exit, err } = await seal(key, '--page', '1', '--x', '30', '--y', '40');

    const trust = parseTrustStore(readFileSync(inFolder('ca.pem'), 'utf8'));
    const { signatures, documentChecks } = verifyPdf(readFileSync(inFolder(`${key}.pdf`)), {
      ...{ trust, at: new Date() },
    });
    const checks = [...documentChecks, ...signatures.flatMap((one) => one.checks)];
    expect([exit, err]).toEqual([0, '']);
    expect(conclude(checks)).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
  });

  it.each<[string, readonly string[]]>([
    ['over a keyword', ['--keyword', '盖章处', '--occurrence', '2']],
    ['over page edges', ['--straddle', 'right']],
    ['over both', ['--keyword', '盖章处', '--straddle', 'bottom']],
  ])('seals a PDF %s', async (_, more) => {
    const { exit, err } = await seal('ec', ...more);

    const trust = parseTrustStore(readFileSync(inFolder('ca.pem'), 'utf8'));
    const question = { trust, at: new Date() };
    const { signatures } = verifyPdf(readFileSync(inFolder('ec.pdf')), question);
    expect([exit, err]).toEqual([0, '']);
    expect(signatures.map(({ checks }) => conclude(checks).indication)).toEqual(['TOTAL-PASSED']);
  });

  it.each<[string, string, readonly string[], number]>([
    ['a keyword that is not there', 'ec', ['--keyword', '无此字'], 2],
    ['an edge that pages lack', 'ec', ['--straddle', 'middle'], 2],
    ['a wrong password', 'rsa', ['--password-file', 'wrong'], 1],
    ['a certificate for web servers', 'web', [], 1],
    ['a page that is not there', 'ec', ['--page', '9'], 2],
    ['a page that is no number', 'ec', ['--page', 'two'], 2],
    ['a time-stamper nobody trusts', 'ec', ['--tsa', 'http://127.0.0.1:9/tsa'], 2],
  ])('refuses %s and writes nothing', async (_, key, more, expected) => {
    rmSync(inFolder(`${key}.pdf`), { force: true });

    const { exit } = await seal(key, ...more.map((one) => (one === 'wrong' ? inFolder(one) : one)));

    expect(exit).toBe(expected);
    expect(existsSync(inFolder(`${key}.pdf`))).toBe(false);
  });
});
