import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditCodeCheckCharacter } from '@yinxin/chaincode/model';
import { approveTrustProposal } from '../../service/src/trust/proposals.ts';
import { runYinxin } from '../support/runYinxin.ts';
import { testService, type TestService } from '../support/testService.ts';

const creditCode = (body: string): string => body + creditCodeCheckCharacter(body);
const folder = mkdtempSync(join(tmpdir(), 'yinxin-trust-'));
const file = join(folder, 'export.jws');
let theirs: TestService;
let ours: TestService;
beforeAll(async () => {
  theirs = await testService({
    config: { operator: { creditCode: creditCode('11320500TEX000001'), name: '北湖市数据局' } },
  });
  ours = await testService();
  await theirs.stop();
  await ours.stop();
});
afterAll(async () => {
  await theirs.remove();
  await ours.remove();
  rmSync(folder, { recursive: true });
});

/** The environment of a city's own commands. */
const environmentOf = ({ config }: TestService): Record<string, string> => ({
  YINXIN_DATA_DIR: config.dataDir,
  YINXIN_OPERATOR_CODE: config.operator.creditCode,
  YINXIN_OPERATOR_NAME: config.operator.name,
});

describe('yinxin trust', () => {
  it('exports, imports as proposals, and lists what another person approved', async () => {
    const exported = await runYinxin(['trust', 'export'], environmentOf(theirs));
    expect(exported).toMatchObject({ exit: 0, err: '' });
    writeFileSync(file, exported.out);

    const imported = await runYinxin(
      ['trust', 'import', file, '--as', 'security', '--json'],
      environmentOf(ours),
    );

    expect(imported).toMatchObject({ exit: 0, err: '' });
    const { issuer, proposals } = JSON.parse(imported.out) as {
      readonly issuer: string;
      readonly proposals: readonly { readonly id: string; readonly fingerprint: string }[];
    };
    expect(issuer).toBe('北湖市数据局');
    expect(proposals).toHaveLength(2);
    const { trustParts } = await ours.reopen();
    for (const { id } of proposals) {
      await approveTrustProposal(trustParts, ours.people.operator, id);
    }
    await ours.stop();
    const listed = await runYinxin(['trust', 'list'], environmentOf(ours));
    for (const { fingerprint } of proposals) expect(listed.out).toContain(fingerprint);
    expect(listed.out).toContain('trusted');
  });

  it('says whose fingerprints to compare', async () => {
    const { exit, out } = await runYinxin(
      ['trust', 'import', file, '--as', 'security'],
      environmentOf(ours),
    );

    expect(exit).toBe(0);
    expect(out).toContain('TRUST_ANCHOR_ALREADY_EXISTS');
    expect(out).toContain('compar');
  });

  it('refuses what is no export', async () => {
    writeFileSync(join(folder, 'other'), 'a.b.c');

    const { exit, err } = await runYinxin(
      ['trust', 'import', join(folder, 'other'), '--as', 'security'],
      environmentOf(ours),
    );

    expect(exit).not.toBe(0);
    expect(err).toContain('TRUST_EXPORT_MALFORMED');
  });

  it('knows who imports', async () => {
    expect(
      await runYinxin(['trust', 'import', file, '--as', 'nobody'], environmentOf(ours)),
    ).toMatchObject({ exit: 2 });
    const maker = await runYinxin(['trust', 'import', file, '--as', 'maker'], environmentOf(ours));
    expect(maker.exit).not.toBe(0);
  });
});
