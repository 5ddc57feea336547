import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stageImport } from '../../service/src/imports/stageImport.ts';
import { runYinxin, type CommandResult } from '../support/runYinxin.ts';
import { buildRow, sourceOf, toCsv, type Row } from '../support/tables.ts';
import { testApp, type TestApp } from '../support/testApp.ts';
import { TEST_TYPES, testService, type TestService } from '../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
  await city.stop();
});

afterAll(async () => {
  await city.remove();
});

function tableFile(name: string, rows: readonly Row[]): string {
  const path = join(city.config.dataDir, name);
  writeFileSync(path, `\ufeff${toCsv(rows)}`);
  return path;
}

async function importFile(...argv: readonly string[]): Promise<CommandResult> {
  const { dataDir, operator } = city.config;
  const env = { YINXIN_OPERATOR_CODE: operator.creditCode, YINXIN_OPERATOR_NAME: operator.name };
  return await runYinxin(['import', ...argv, '--data-dir', dataDir], env);
}

const dual = { typeCode: TEST_TYPES.dual };

describe('yinxin import', () => {
  it('issues every row: exit 0', async () => {
    const file = tableFile('good.csv', [buildRow('G1'), buildRow('G2', dual)]);

    const { exit, out } = await importFile(file, '--approved-by', 'checker', '--json');

    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: 'done', counts: { issued: 2 }, faults: [] });
  });

  it('names each row that it refuses, and its fault: exit 1', async () => {
    const rows = [buildRow('B1'), buildRow('B2', { holderCode: '1' }), buildRow('B3', dual)];

    const { exit, out } = await importFile(tableFile('bad.csv', rows));

    expect(exit).toBe(1);
    expect(out).toContain('row 2 (line 3): HOLDER_CODE_INVALID /holder/code: ');
    expect(out).toMatch(/done: issued 1, drafted 1, refused 1/);
    expect(out).toContain('--approved-by');
  });

  it('in a dry run issues nothing', async () => {
    const file = tableFile('dry.csv', [buildRow('D1'), buildRow('D2', dual)]);

    const dry = await importFile(file, '--dry-run', '--json');
    const real = await importFile(file, '--json');

    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, counts: { valid: 2, issued: 0 } });
    expect(JSON.parse(real.out)).toMatchObject({ counts: { issued: 1, drafted: 1 } });
  });

  it('acts for the maker it is told, within their rights', async () => {
    const file = tableFile('maker.csv', [buildRow('M1')]);

    const outsider = await importFile(file, '--as', 'outsider', '--json');
    const maker = await importFile(file, '--as', 'maker', '--type', TEST_TYPES.single);

    expect(outsider.exit).toBe(1);
    expect(JSON.parse(outsider.out)).toMatchObject({ faults: [{ code: 'NOT_AUTHORISED' }] });
    expect(maker.exit).toBe(0);
  });

  it('goes on with what was interrupted', async () => {
    const { licences } = await city.reopen();
    const source = sourceOf(toCsv([buildRow('R1'), buildRow('R2')]));
    const id = await stageImport(licences, city.people.maker, {
      ...{ source, typeCode: '', isDryRun: false },
    });
    await city.stop();

    const { exit, out } = await importFile('--resume', '--json');

    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id, state: 'done', counts: { issued: 2 } });
  });

  it.each([
    ['a table that is not there', ['/nowhere.csv'], 2, 'cannot read'],
    ['no table', [], 2, 'one of FILE and --resume is needed'],
    ['a maker that is not there', ['TABLE', '--as', 'nobody'], 2, 'there is no account nobody'],
    ['an approver without rights', ['TABLE', '--approved-by', 'maker'], 2, 'approves nothing'],
    ['someone who may import nothing', ['TABLE', '--as', 'checker'], 1, 'NOT_AUTHORISED'],
    ['what is no table', ['TEXT'], 2, 'IMPORT_MALFORMED'],
  ])('refuses %s', async (_, argv, code, sentence) => {
    const table = tableFile('refused.csv', [buildRow('X1')]);
    const text = join(city.config.dataDir, 'text.csv');
    writeFileSync(text, 'hello');

    const { exit, err } = await importFile(
      ...argv.map((word) => word.replace('TABLE', table).replace('TEXT', text)),
    );

    expect(exit).toBe(code);
    expect(err).toContain(sentence);
  });

  it('does nothing beside a running service, and says how else', async () => {
    await city.reopen();
    const { exit, err } = await importFile(tableFile('late.csv', [buildRow('L1')]));
    await city.stop();

    expect(exit).toBe(2);
    expect(err).toContain('ask it over HTTP');
  });
});

describe('yinxin import --url', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await testApp();
  });

  afterAll(async () => {
    await app.remove();
  });

  it('hands the table to a running service', async () => {
    const file = tableFile('http.csv', [buildRow('H1'), buildRow('H2', { serial: 'h-2' })]);
    const token = join(city.config.dataDir, 'token');
    writeFileSync(token, `${await app.tokenOf('maker')}\n`);

    const { exit, out } = await importFile(file, '--url', app.origin, '--token-file', token);

    expect(exit).toBe(1);
    expect(out).toContain('row 2 (line 3): LICENCE_SERIAL_INVALID');
    expect(out).toContain('issued 1, refused 1');
  });

  it('says what the service says', async () => {
    const file = tableFile('http.csv', [buildRow('H3')]);
    const token = join(city.config.dataDir, 'token');
    writeFileSync(token, 'wrong');

    const refused = await importFile(file, '--url', app.origin, '--token-file', token);
    const nobody = await importFile(file, '--url', 'http://127.0.0.1:1', '--token-file', token);

    expect(refused).toMatchObject({ exit: 1, err: 'NOT_AUTHENTICATED: the token is not valid\n' });
    expect(nobody).toMatchObject({ exit: 1, err: 'cannot reach http://127.0.0.1:1\n' });
  });
});
