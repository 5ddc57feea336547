import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toPem } from '../../service/src/pki/certificate.ts';
import type { Report } from '../../service/src/report.ts';
import { runYinxin } from '../support/runYinxin.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../support/testService.ts';

let city: TestService;
let fingerprint: string;
let chain: string;
const trustFile = (name: string): string => join(city.config.dataDir, 'trust', name);

beforeAll(async () => {
  city = await testService();
  const { licences } = city.service;
  const signers = await licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
  fingerprint = signers.documentSignerSm2.keyId;
  chain = join(city.config.dataDir, 'chain.pem');
  writeFileSync(chain, toPem([...signers.documentSignerSm2.certificationPath]));
  await city.stop();
});
afterAll(async () => {
  await city.remove();
});

const run = (...args: readonly string[]): ReturnType<typeof runYinxin> =>
  runYinxin(args, {
    YINXIN_DATA_DIR: city.config.dataDir,
    YINXIN_OPERATOR_CODE: city.config.operator.creditCode,
    YINXIN_OPERATOR_NAME: city.config.operator.name,
  });

async function verdict(): Promise<string> {
  const files = ['--trust', trustFile('roots.pem'), '--crl', trustFile('crls.pem')];
  const { out } = await run('verify', chain, ...files, '--json');
  const { indication, subIndication } = JSON.parse(out) as Report;
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

describe('yinxin ca', () => {
  it('lists, revokes and publishes what verifiers without this service can use', async () => {
    expect(await verdict()).toBe('TOTAL-PASSED');
    const listed = await run('ca', 'list');
    expect(listed).toMatchObject({ exit: 0, err: '' });
    expect(listed.out).toContain(`${fingerprint}  valid  documentSigner SM2`);

    const revoke = ['ca', 'revoke', fingerprint, '--reason', 'keyCompromise', '--as'];
    expect(await run(...revoke, 'auditor')).toMatchObject({ exit: 1 });
    expect(await run(...revoke, 'nobody')).toMatchObject({ exit: 2 });
    const revoked = await run(...revoke, 'security');
    expect(revoked).toMatchObject({ exit: 0, err: '' });
    expect(revoked.out).toContain(`${fingerprint}  revoked  documentSigner SM2`);
    expect(await verdict()).toBe('TOTAL-FAILED REVOKED');

    const published = await run('ca', 'publish', '--json');
    expect(published).toMatchObject({ exit: 0, err: '' });
    const lists = JSON.parse(published.out) as readonly { readonly number: number }[];
    expect(lists).toHaveLength(4);
    expect(lists.every(({ number }) => number >= 2)).toBe(true);
    expect(await verdict()).toBe('TOTAL-FAILED REVOKED');
  });

  it('knows the reasons of its standard only', async () => {
    const wrong = await run('ca', 'revoke', fingerprint, '--as', 'security', '--reason', 'anger');
    expect(wrong).toMatchObject({ exit: 2 });
  });
});
