import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toPem } from '../../service/src/pki/certificate.ts';
import { buildActProof } from '../../service/src/ledger/proof.ts';
import { parseTrustStore } from '../../service/src/pki/trustStore.ts';
import type { Report } from '../../service/src/report.ts';
import { runYinxin } from '../support/runYinxin.ts';
import {
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../support/testService.ts';

let city: TestService;
let folder: string;
let codeText: string;
let identifier: string;
const path = (name: string): string => join(folder, name);
const write = (name: string, content: string | Uint8Array): void => {
  writeFileSync(path(name), content);
};

beforeAll(async () => {
  city = await testService();
  folder = mkdtempSync(join(tmpdir(), 'yinxin-verify-'));
  const { service } = city;
  const { rootsPem, intermediatesPem } = service.pki;
  const { intermediates } = parseTrustStore(rootsPem, intermediatesPem);
  ({ identifier } = await city.issue({ typeCode: TEST_TYPES.dual }));
  const { licences, seals } = service.store;
  const parts = (await licences.parts(identifier))!;
  codeText = parts.codeText;
  const signers = await service.licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
  const proof = await buildActProof(
    { ledger: service.ledger, intermediates },
    { kind: 'licence', identifier },
  );
  write('roots.pem', rootsPem);
  write('intermediates.pem', intermediatesPem);
  write('signers.pem', toPem(signers.codeSigner.certificationPath));
  write('licence.ofd', (await licences.file(identifier, 'ofd'))!);
  write('licence.pdf', (await licences.file(identifier, 'pdf'))!);
  write('seal.esl', (await seals.file(city.esId))!);
  write('code.txt', codeText);
  write('credential.txt', parts.credential);
  write('proof.json', JSON.stringify(proof));
  write('chain.pem', toPem(signers.act.certificationPath));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await city.remove();
});

const TRUST = (): readonly string[] => [
  ...['--trust', path('roots.pem'), '--intermediates', path('intermediates.pem')],
  ...['--certificates', path('signers.pem')],
];

/** Texts behind which signed content stands, away from what makes a file readable. */
const CONTENT = {
  'licence.ofd': '<ofd:TextCode',
  'licence.pdf': 'stream\n',
  'proof.json': '"contentDigest":"',
} as const;

/** Changes a digit or letter of what is signed. */
function changeContent(name: keyof typeof CONTENT, bytes: Buffer): void {
  const place = bytes.indexOf(CONTENT[name]) + CONTENT[name].length + 1;
  bytes[place] = bytes[place] === 0x30 ? 0x31 : 0x30;
}

const FILES = [
  'licence.ofd',
  'licence.pdf',
  'seal.esl',
  'code.txt',
  'credential.txt',
  'chain.pem',
] as const;

describe('yinxin verify', () => {
  it.each(FILES)('of a genuine %s cannot tell the status: exit 3', async (name) => {
    const { exit, out, err } = await runYinxin(['verify', path(name), ...TRUST(), '--json']);

    const report = JSON.parse(out) as Report;
    expect({ exit, err }).toEqual({ exit: 3, err: '' });
    expect(report).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
      statusSource: 'none',
    });
    expect(report.checks.filter((one) => one.indication === 'TOTAL-FAILED')).toEqual([]);
  });

  it.each([...FILES, 'proof.json'])('of %s without roots cannot tell: exit 3', async (name) => {
    const { exit, out } = await runYinxin(['verify', path(name)]);

    expect(exit).toBe(3);
    expect(out).toContain('CANNOT TELL  INDETERMINATE NO_TRUST');
    expect(out).toContain('No trusted roots were given');
  });

  it.each(['licence.ofd', 'licence.pdf', 'proof.json'] as const)(
    'of a tampered %s fails: exit 1',
    async (name) => {
      const bytes = readFileSync(path(name));
      changeContent(name, bytes);
      write(`tampered-${name}`, bytes);

      const { exit, out } = await runYinxin(['verify', path(`tampered-${name}`), ...TRUST()]);

      expect(exit).toBe(1);
      expect(out).toMatch(/TOTAL-FAILED/);
    },
  );

  it('passes a proof: exit 0, and names the state', async () => {
    const { exit, out } = await runYinxin([
      'verify',
      path('proof.json'),
      '--trust',
      path('roots.pem'),
    ]);

    expect(exit).toBe(0);
    expect(out).toContain('EVIDENCE HOLDS  TOTAL-PASSED');
    expect(out).toMatch(/Recorded; issued on /);
  });

  it('cannot tell of a proof that nobody endorsed where that is demanded: exit 3', async () => {
    const demand = ['--trust', path('roots.pem'), '--require-endorsements', '2'];

    const { exit, out } = await runYinxin(['verify', path('proof.json'), ...demand]);

    expect(exit).toBe(3);
    expect(out).toContain('CANNOT TELL  INDETERMINATE NOT_ENDORSED');
    expect(out).toContain('Not enough organisations endorsed the evidence');
  });

  it.each([
    ['--require-endorsements', '0'],
    ['--require-endorsements', '17'],
    ['--require-endorsements', 'two'],
    ['--ledger', 'yinxin'],
    ['--ledger', 'a/b/c'],
  ])('refuses %s %s: exit 2', async (option, value) => {
    const { exit, err } = await runYinxin(['verify', path('proof.json'), option, value]);

    expect(exit).toBe(2);
    expect(err).toContain(`${option} takes`);
  });

  it('takes a code or an identifier as it stands', async () => {
    const code = await runYinxin(['verify', codeText, ...TRUST()]);
    const typed = await runYinxin(['verify', identifier.toLowerCase(), ...TRUST()]);

    expect(code.exit).toBe(3);
    expect(code.out).toContain('Genuine and unchanged');
    expect(typed.exit).toBe(3);
    expect(typed.out).toContain(`licence ${identifier}`);
  });

  it('does not know the signer of a code without --certificates', async () => {
    const { out } = await runYinxin(['verify', codeText, '--trust', path('roots.pem')]);

    expect(out).toContain('NO_CERTIFICATE_CHAIN_FOUND');
  });

  it('speaks Chinese when asked', async () => {
    const { out } = await runYinxin(['verify', path('licence.ofd'), ...TRUST(), '--lang', 'zh-CN']);

    expect(out).toContain('无法判定');
    expect(out).toContain('离线无法判定');
  });

  it('judges at the moment asked for', async () => {
    const { exit, out } = await runYinxin([
      'verify',
      path('licence.ofd'),
      ...TRUST(),
      '--at',
      '2020-01-01',
    ]);

    expect(exit).toBe(1);
    expect(out).toContain('at 2020-01-01T15:59:59.999Z');
  });

  it.each([
    ['a file that is not there', ['nowhere.ofd'], 'no such file'],
    ['a file of no known kind', ['PATH/unknown.bin'], 'DOCUMENT_MALFORMED'],
    ['roots that are not there', ['PATH/code.txt', '--trust', 'PATH/none.pem'], 'cannot read'],
    [
      'roots without a certificate',
      ['PATH/code.txt', '--trust', 'PATH/code.txt'],
      'holds no certificate',
    ],
    ['a moment that is none', ['PATH/code.txt', '--at', 'yesterday'], 'REQUEST_MALFORMED'],
    ['no argument', [], 'an argument is missing'],
  ])('refuses %s: exit 2', async (_, argv, sentence) => {
    write('unknown.bin', Buffer.from([0, 1, 2, 3]));
    const { exit, out, err } = await runYinxin([
      'verify',
      ...argv.map((word) => word.replace('PATH', folder)),
    ]);

    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(sentence);
  });
});

describe('yinxin inspect', () => {
  it.each([
    ['licence.ofd', 'ofd'],
    ['licence.pdf', 'pdf'],
    ['seal.esl', 'seal'],
    ['code.txt', 'code'],
    ['credential.txt', 'credential'],
    ['proof.json', 'proof'],
    ['chain.pem', 'certificates'],
  ])('shows what is inside %s', async (name, kind) => {
    const { exit, out } = await runYinxin(['inspect', path(name)]);

    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind });
  });
});
