import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { installationImporter } from '../../../service/src/imports/parts.ts';
import { approveImport } from '../../../service/src/imports/approveImport.ts';
import { runImport } from '../../../service/src/imports/runImport.ts';
import { stageImport } from '../../../service/src/imports/stageImport.ts';
import { actOnSeal } from '../../../service/src/seals/actOnSeal.ts';
import type { Import, ImportRow, LicenceFacts } from '../../../service/src/store/store.ts';
import { disableAccount } from '../../support/disableAccount.ts';
import { buildRow, sourceOf, toCsv, type Row } from '../../support/tables.ts';
import {
  TEST_COMPANY,
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;

beforeEach(async () => {
  city = await testService();
});

afterEach(async () => {
  await city.remove();
});

interface Outcome {
  readonly entry: Import;
  readonly rows: readonly ImportRow[];
}

async function importRows(
  rows: readonly Row[],
  options: { principal?: Principal; isDryRun?: boolean; typeCode?: string } = {},
): Promise<Outcome> {
  const { imports } = city.service;
  const id = await imports.start(options.principal ?? city.people.maker, {
    source: sourceOf(toCsv(rows)),
    typeCode: options.typeCode ?? '',
    isDryRun: options.isDryRun ?? false,
  });
  await imports.settled(id);
  return await readBack(id);
}

async function readBack(id: string): Promise<Outcome> {
  const { store } = city.service;
  const entry = await store.imports.find(id);
  const { items } = await store.imports.rows(id, {}, { limit: 200 });
  return { entry: entry!, rows: items };
}

async function factsOf(row: ImportRow | undefined): Promise<LicenceFacts | null> {
  return await city.service.store.licences.facts(row?.identifier ?? '');
}

const manyRows = (count: number, overrides: Row = {}): readonly Row[] =>
  Array.from({ length: count }, (_, n) => buildRow(`N${n}`, overrides));

describe('an import', () => {
  it('issues every row of a type with single approval', async () => {
    const { entry, rows } = await importRows(manyRows(70));

    expect(entry).toMatchObject({ state: 'done', counts: { issued: 70, pending: 0, refused: 0 } });
    expect(await factsOf(rows[69])).toMatchObject({
      state: 'issued',
      makerId: city.people.maker.id,
      approverId: null,
    });
    expect((await city.service.ledger.head()).height).toBeLessThan(70); // rows shared transactions
  });

  it('drafts rows of a type with dual approval', async () => {
    const { entry, rows } = await importRows([buildRow('D1', { typeCode: TEST_TYPES.dual })]);

    expect(entry.counts).toMatchObject({ drafted: 1, issued: 0 });
    expect(await factsOf(rows[0])).toMatchObject({ state: 'drafted' });
  });

  it('gives rows without a serial one of their own', async () => {
    const { rows } = await importRows([buildRow(''), buildRow('')]);

    const [first, second] = rows.map((row) => row.identifier?.split('.').at(-3));
    expect(first).toMatch(/^\d{4}[0-9A-Z]{12}$/);
    expect(second).not.toBe(first);
  });

  it('takes its own type where a row names none', async () => {
    const { rows } = await importRows([buildRow('A', { typeCode: '' })], {
      typeCode: TEST_TYPES.single,
    });

    expect(await factsOf(rows[0])).toMatchObject({ typeCode: TEST_TYPES.single });
  });

  it('repeats nothing of a row in its fault: what slipped a column may be a name', async () => {
    const { name, code } = TEST_COMPANY;
    const { rows } = await importRows([
      buildRow('S1', { typeCode: code }),
      buildRow('S2', { typeCode: name }),
      buildRow('S3', { typeCode: `${code}-${name}`.padEnd(100, '0') }),
      buildRow('S4', { validFrom: name, holderCode: name }),
      buildRow('S5', { holderCodeType: code.slice(0, 9), 'field.seats': name }),
    ]);

    expect(rows.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'refused'));
    expect(rows[0]?.fault).toMatchObject({ code: 'LICENCE_TYPE_NOT_FOUND', pointer: '/typeCode' });
    for (const { fault } of rows) {
      for (const told of [name, code, code.slice(0, 9)]) expect(fault?.message).not.toContain(told);
    }
  });

  it('refuses wrong rows, each with its own fault, and issues the others', async () => {
    await city.issue({ serial: 'TAKEN' });
    const { entry, rows } = await importRows([
      buildRow('OK1'),
      buildRow('W1', { holderCode: '330402199003079980' }),
      buildRow('W2', { holderCode: `${TEST_COMPANY.code.slice(0, 17)}0`, holderCodeType: '001' }),
      buildRow('W3', { typeCode: '113304020000000000001' }),
      buildRow('W4', { 'field.premises': '' }),
      buildRow('W5', { 'field.seats': '四十' }),
      buildRow('W6', { validUntil: '2025-12-31' }),
      buildRow('TAKEN'),
      buildRow('W8', { holderName: '𠮷田' }),
      buildRow('W9', { validFrom: '2026-02-30' }),
      buildRow('W10', { 'field.premises': '路'.repeat(101) }),
      buildRow('w-11'),
      buildRow('OK2'),
    ]);

    expect(entry.counts).toMatchObject({ issued: 2, refused: 11 });
    const faults = rows.map(({ number, fault }) => [number, fault?.code, fault?.pointer]);
    expect(faults).toEqual([
      [1, undefined, undefined],
      [2, 'HOLDER_CODE_INVALID', '/holder/code'],
      [3, 'HOLDER_CODE_INVALID', '/holder/code'],
      [4, 'LICENCE_TYPE_NOT_FOUND', '/typeCode'],
      [5, 'LICENCE_FIELDS_INVALID', '/fields/premises'],
      [6, 'LICENCE_FIELDS_INVALID', '/fields/seats'],
      [7, 'LICENCE_PERIOD_INVALID', '/validUntil'],
      [8, 'LICENCE_ALREADY_EXISTS', '/serial'],
      [9, 'GLYPH_MISSING', null],
      [10, 'REQUEST_MALFORMED', '/validFrom'],
      [11, 'LICENCE_FIELDS_INVALID', '/fields/premises'],
      [12, 'LICENCE_SERIAL_INVALID', '/serial'],
      [13, undefined, undefined],
    ]);
  });

  it('refuses the same row twice in one table', async () => {
    const { entry, rows } = await importRows([buildRow('SAME'), buildRow('SAME')]);

    expect(entry.counts).toMatchObject({ issued: 1, refused: 1 });
    expect(rows.map((row) => row.fault?.code ?? row.outcome).sort()).toEqual([
      'LICENCE_ALREADY_EXISTS',
      'issued',
    ]);
  });

  it('refuses rows of another authority’s type', async () => {
    const { entry, rows } = await importRows([buildRow('A')], { principal: city.people.outsider });

    expect(entry.counts).toMatchObject({ refused: 1 });
    expect(rows[0]?.fault?.code).toBe('NOT_AUTHORISED');
  });

  it('is not for people who issue nothing', async () => {
    await expect(
      importRows([buildRow('A')], { principal: city.people.checker }),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('of the installation issues for every authority', async () => {
    const { entry } = await importRows([buildRow('A')], {
      principal: await installationImporter(city.service.licences),
    });

    expect(entry).toMatchObject({ createdBy: 'installation', counts: { issued: 1 } });
  });

  it('that breaks off in the middle of its table is failed and issues nothing', async () => {
    const { imports, store } = city.service;
    const source = sourceOf(`${toCsv(manyRows(3))}"open`);

    await expect(
      imports.start(city.people.maker, { source, typeCode: '', isDryRun: false }),
    ).rejects.toMatchObject({ code: 'IMPORT_MALFORMED' });

    const [entry] = (await store.imports.list({ limit: 1 })).items;
    expect(entry).toMatchObject({ state: 'failed', counts: { issued: 0 } });
  });
});

describe('a dry run', () => {
  it('finds the faults and issues nothing', async () => {
    await city.issue({ serial: 'TAKEN' });
    const before = await city.service.ledger.head();

    const { entry, rows } = await importRows(
      [
        buildRow('A'),
        buildRow('B', { typeCode: TEST_TYPES.dual }),
        buildRow('TAKEN'),
        buildRow('C', { holderCode: '1' }),
        buildRow('A'),
      ],
      { isDryRun: true },
    );

    expect(entry.counts).toMatchObject({ valid: 2, refused: 3, issued: 0, drafted: 0 });
    expect(rows[2]?.fault?.code).toBe('LICENCE_ALREADY_EXISTS');
    expect(rows[3]?.fault?.code).toBe('HOLDER_CODE_INVALID');
    expect(await factsOf(rows[0])).toBeNull();
    expect(await city.service.ledger.head()).toEqual(before);
  });
});

describe('the approval of an import', () => {
  it('issues its drafts under the approver', async () => {
    const { entry } = await importRows([
      buildRow('D1', { typeCode: TEST_TYPES.dual }),
      buildRow('S1'),
      buildRow('D2', { typeCode: TEST_TYPES.dual }),
    ]);

    await city.service.imports.approve(city.people.checker, entry.id);
    await city.service.imports.settled(entry.id);

    const after = await readBack(entry.id);
    expect(after.entry.counts).toMatchObject({ issued: 3, drafted: 0 });
    expect(await factsOf(after.rows[2])).toMatchObject({
      state: 'issued',
      approverId: city.people.checker.id,
    });
  });

  it('leaves other authorities’ drafts alone', async () => {
    const { entry } = await importRows([buildRow('D1', { typeCode: TEST_TYPES.dual })]);
    const roles = [
      { role: 'approver', organisation: TEST_ORGANISATIONS.health.creditCode },
    ] as const;

    await approveImport(city.service.licences, { ...city.people.checker, roles }, entry.id);

    expect((await readBack(entry.id)).entry.counts).toMatchObject({ drafted: 1 });
  });

  it('keeps what cannot be issued as a draft and says why', async () => {
    const { entry } = await importRows([buildRow('D1', { typeCode: TEST_TYPES.dual })]);
    await actOnSeal(city.service.seals, city.people.sealMaker, city.esId, {
      name: 'suspend',
      reason: 'other',
      effectiveFrom: null,
    });

    await approveImport(city.service.licences, city.people.checker, entry.id);

    const { rows } = await readBack(entry.id);
    expect(rows[0]).toMatchObject({ outcome: 'drafted', fault: { code: 'SEAL_SUSPENDED' } });
  });

  it('is refused to whoever started it', async () => {
    const roles = [...city.people.maker.roles, ...city.people.checker.roles];
    const both = { ...city.people.maker, roles };
    const { entry } = await importRows([buildRow('D1', { typeCode: TEST_TYPES.dual })], {
      principal: both,
    });

    await expect(city.service.imports.approve(both, entry.id)).rejects.toMatchObject({
      code: 'APPROVER_IS_MAKER',
    });
  });

  it('is refused to others than approvers', async () => {
    const { entry } = await importRows([buildRow('D1', { typeCode: TEST_TYPES.dual })]);

    await expect(
      city.service.imports.approve(city.people.outsider, entry.id),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});

describe('an interrupted import', () => {
  const stage = async (rows: readonly Row[]): Promise<Import> => {
    const { licences, store } = city.service;
    const source = sourceOf(toCsv(rows));
    const request = { source, typeCode: '', isDryRun: false };
    const id = await stageImport(licences, city.people.maker, request);
    return (await store.imports.find(id))!;
  };

  it('goes on where it stopped', async () => {
    const staged = await stage(manyRows(90));
    let asked = 0;
    const isOver = await runImport(city.service.licences, staged, () => ++asked > 40);
    const half = await readBack(staged.id);

    const { imports } = await city.reopen();
    await imports.resume();
    await imports.settled(staged.id);

    expect(isOver).toBe(false);
    expect(half.entry.state).toBe('running');
    expect(half.entry.counts.pending).toBeGreaterThan(20);
    expect((await readBack(staged.id)).entry).toMatchObject({
      state: 'done',
      counts: { issued: 90, refused: 0, pending: 0 },
    });
  });

  it('takes a licence that it issued without noting so as its own', async () => {
    const rows = [buildRow('A'), buildRow(''), buildRow('B', { typeCode: TEST_TYPES.dual })];
    const staged = await stage(rows);
    const { store } = city.service;
    const settleRows = store.imports.settleRows.bind(store.imports);
    const parts = {
      ...city.service.licences,
      store: {
        ...store,
        imports: { ...store.imports, settleRows: () => Promise.reject(new Error('killed')) },
      },
    };
    await expect(runImport(parts, staged)).rejects.toThrow('killed');

    await runImport(
      { ...parts, store: { ...store, imports: { ...store.imports, settleRows } } },
      staged,
    );

    const { entry } = await readBack(staged.id);
    expect(entry.counts).toMatchObject({ issued: 2, drafted: 1, refused: 0 });
    expect(await store.licences.countByState()).toEqual({ issued: 2, drafted: 1 });
  });

  it('claims no licence twice', async () => {
    const staged = await stage([buildRow('A'), buildRow('A')]);
    const { store, licences } = city.service;
    let settled = 0;
    const settleRows: typeof store.imports.settleRows = async (id, rows) => {
      settled += 1;
      if (settled > 1) throw new Error('killed');
      await store.imports.settleRows(id, rows);
    };
    const killed = { ...licences, store: { ...store, imports: { ...store.imports, settleRows } } };
    await expect(runImport(killed, staged)).rejects.toThrow('killed');

    await runImport(licences, (await store.imports.find(staged.id))!);

    expect((await readBack(staged.id)).entry.counts).toMatchObject({ issued: 1, refused: 1 });
  });

  it('does not take another’s licence as its own', async () => {
    const { identifier } = await city.issue({ serial: 'A' });
    const staged = await stage([buildRow('A')]);

    await runImport(city.service.licences, staged);

    const { rows } = await readBack(staged.id);
    expect(rows[0]).toMatchObject({
      outcome: 'refused',
      fault: { code: 'LICENCE_ALREADY_EXISTS' },
    });
    expect(await city.service.store.licences.facts(identifier)).not.toBeNull();
  });

  it('waits while the ledger is out of reach', async () => {
    const staged = await stage(manyRows(3));
    const unavailable = {
      record: () => Promise.reject(new ServiceError('LEDGER_UNAVAILABLE', 'x')),
    };

    await expect(
      runImport({ ...city.service.licences, recorder: unavailable }, staged),
    ).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    const { store } = await city.reopen(); // settles the stages that were left
    await runImport(city.service.licences, staged);

    expect((await readBack(staged.id)).entry).toMatchObject({
      state: 'done',
      counts: { issued: 3 },
    });
    expect(await store.licences.countByState()).toEqual({ issued: 3 });
  });

  it('whose rows never all arrived is failed', async () => {
    const { store, clock, imports } = city.service;
    const entry = { id: '01', typeCode: '', isDryRun: false, createdBy: city.people.maker.id };
    await store.imports.add({ ...entry, createdAt: clock.now() });
    await store.imports.addRows('01', [{ number: 1, cells: buildRow('A') }]);

    await imports.resume();
    await imports.settled('01');

    expect((await readBack('01')).entry).toMatchObject({ state: 'failed', counts: { issued: 0 } });
  });

  it('of someone who is gone is failed', async () => {
    const staged = await stage(manyRows(2));
    await disableAccount(city.service.store, city.people.maker.id, city.service.clock.now());

    await runImport(city.service.licences, staged);

    expect((await readBack(staged.id)).entry).toMatchObject({
      state: 'failed',
      counts: { pending: 2 },
    });
  });
});
