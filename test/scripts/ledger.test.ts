import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runYinxin } from '../support/runYinxin.ts';
import { testService, type TestService } from '../support/testService.ts';

let city: TestService;
let dataDir: readonly string[];

beforeEach(async () => {
  city = await testService();
  dataDir = ['--data-dir', city.config.dataDir];
});

afterEach(async () => {
  await city.remove();
});

describe('yinxin ledger verify', () => {
  it('finds nothing wrong beside a running service, and after it', async () => {
    await city.issue();

    const running = await runYinxin(['ledger', 'verify', ...dataDir]);
    await city.stop();
    const roots = join(city.config.dataDir, 'trust/roots.pem');
    const stopped = await runYinxin(['ledger', 'verify', ...dataDir, '--trust', roots, '--json']);

    expect(running).toMatchObject({ exit: 0, err: '' });
    expect(running.out).toContain('as it was recorded');
    expect(stopped.exit).toBe(0);
    expect(JSON.parse(stopped.out)).toMatchObject({ faults: [], height: expect.any(Number) });
  });

  it('lists what is wrong: exit 1', async () => {
    await city.stop();
    const database = new Database(join(city.config.dataDir, 'ledger.db'));
    database.exec(
      `UPDATE blocks SET body = replace(body, 'authority', 'authoritx') WHERE number = 1`,
    );
    database.close();

    const { exit, out } = await runYinxin(['ledger', 'verify', ...dataDir]);

    expect(exit).toBe(1);
    expect(out).toMatch(/fault\(s\) found/);
    expect(out).toContain('block 1');
  });

  it('notices a ledger shorter than a checkpoint seen before', async () => {
    await city.issue();
    const seen = join(city.config.dataDir, 'checkpoint.txt');
    writeFileSync(seen, await city.service.ledger.checkpoint());
    await city.stop();
    const database = new Database(join(city.config.dataDir, 'ledger.db'));
    database.exec('DELETE FROM blocks WHERE number = (SELECT max(number) FROM blocks)');
    database.close();

    const { exit, out } = await runYinxin(['ledger', 'verify', ...dataDir, '--checkpoint', seen]);

    expect(exit).toBe(1);
    expect(out).toContain('CHECKPOINT_MISMATCH');
  });

  it('refuses a directory without a ledger: exit 2', async () => {
    const { exit, err } = await runYinxin(['ledger', 'verify', '--data-dir', '/nowhere']);

    expect(exit).toBe(2);
    expect(err).toContain('no data directory');
  });
});

describe('yinxin ledger rebuild-store', () => {
  it('brings the index back and says what it cannot', async () => {
    const { identifier } = await city.issue();
    await city.stop();
    for (const end of ['', '-wal', '-shm']) {
      rmSync(join(city.config.dataDir, `store.db${end}`), { force: true });
    }

    const { exit, out } = await runYinxin(['ledger', 'rebuild-store', ...dataDir], operator());

    expect(exit).toBe(0);
    expect(out).toContain('licences 1');
    expect(out).toContain('Not on the ledger, so not rebuilt: personal data');
    const { store } = await city.reopen();
    expect(await store.licences.facts(identifier)).toMatchObject({ state: 'issued' });
  });

  it('does nothing beside a running service: exit 2', async () => {
    const { exit, err } = await runYinxin(['ledger', 'rebuild-store', ...dataDir], operator());

    expect(exit).toBe(2);
    expect(err).toContain('a running service has');
  });
});

function operator(): Record<string, string> {
  const { creditCode, name } = city.config.operator;
  return { YINXIN_OPERATOR_CODE: creditCode, YINXIN_OPERATOR_NAME: name };
}
