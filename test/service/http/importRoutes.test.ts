import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildRow, toCsv } from '../../support/tables.ts';
import { formOf, testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_TYPES, type TestPersonName } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

interface ImportBody {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

interface RowsBody {
  readonly items: readonly { readonly row: number }[];
}

async function importTable(table: string, query = '', typeCode?: string): Promise<string> {
  const fields = typeCode === undefined ? {} : { typeCode };
  const form = formOf(table, fields, '存量.csv');
  const answer = await app.send('POST', `/imports${query}`, { as: 'maker', form });
  const { id } = answer.body as unknown as ImportBody;
  expect(answer.status).toBe(202);
  await app.city.service.imports.settled(id);
  return id;
}

async function read<T = ImportBody>(path: string, as: TestPersonName): Promise<T> {
  return (await app.send('GET', path, { as })).body as unknown as T;
}

describe('POST /imports', () => {
  it('is accepted, and tells later what became of each row', async () => {
    const table = toCsv([buildRow('H1'), buildRow('H2', { holderCode: '1' })]);

    const id = await importTable(table, '', TEST_TYPES.single);
    const entry = await read(`/imports/${id}`, 'maker');
    const rows = await read<RowsBody>(`/imports/${id}/rows`, 'checker');
    const refused = await read(`/imports/${id}/rows?outcome=refused&limit=1`, 'auditor');

    expect(entry).toMatchObject({ state: 'done', counts: { issued: 1, refused: 1 } });
    expect(rows.items.map(({ row }) => row)).toEqual([1, 2]);
    expect(refused).toMatchObject({
      items: [{ row: 2, fault: { code: 'HOLDER_CODE_INVALID', pointer: '/holder/code' } }],
      nextCursor: null,
    });
  });

  it('counts faults by kind, and tells the rows of one', async () => {
    const wrong = { holderCode: '1' };
    const table = toCsv([
      buildRow('F1', wrong),
      buildRow('F2', { holderName: '' }),
      buildRow('F3', wrong),
    ]);
    const id = await importTable(table, '?dryRun=true', TEST_TYPES.single);

    const { body } = await app.send('GET', `/imports/${id}/faults`, { as: 'maker' });
    const query = 'faultCode=HOLDER_CODE_INVALID&faultPointer=/holder/code';
    const rows = await read<RowsBody>(`/imports/${id}/rows?${query}`, 'maker');

    expect(body.items).toEqual([
      { code: 'HOLDER_CODE_INVALID', pointer: '/holder/code', count: 2 },
      { code: 'REQUEST_MALFORMED', pointer: '/holder/name', count: 1 },
    ]);
    expect(rows.items.map(({ row }) => row)).toEqual([1, 3]);
  });

  it('gives refused rows as a table for spreadsheets', async () => {
    const table = toCsv([buildRow('H8'), buildRow('H9', { holderCode: '1' })]);
    const id = await importTable(table, '?dryRun=true', TEST_TYPES.single);

    const path = `/imports/${id}/rows?outcome=refused&format=csv`;
    const { headers, text } = await app.send('GET', path, { as: 'checker' });

    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = text.replace('\uFEFF', '').trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('row,outcome,identifier,code,pointer,message');
    expect(lines[1]).toMatch(/^2,refused,,HOLDER_CODE_INVALID,\/holder\/code,/);
  });

  it('as a dry run issues nothing', async () => {
    const id = await importTable(toCsv([buildRow('H3')]), '?dryRun=true');

    const entry = await read(`/imports/${id}`, 'maker');

    expect(entry).toMatchObject({ dryRun: true, counts: { valid: 1, issued: 0 } });
  });

  it('refuses what is no table', async () => {
    const form = formOf('%PDF-1.7');

    const answer = await app.send('POST', '/imports', { as: 'maker', form });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'IMPORT_MALFORMED' });
  });

  it('gives the same answer to the same request under one key, and imports once', async () => {
    const headers = { 'idempotency-key': 'import-1' };
    const send = async (): Promise<ImportBody> => {
      const form = formOf(toCsv([buildRow('H4')]));
      return (await app.send('POST', '/imports', { as: 'maker', headers, form }))
        .body as unknown as ImportBody;
    };

    const first = await send();
    const second = await send();

    expect(second.id).toBe(first.id);
  });
});

describe('GET /imports', () => {
  it('lists what is one’s own or of colleagues, newest first, and nothing of other authorities', async () => {
    const id = await importTable(toCsv([buildRow('H7')]));

    const lists = await Promise.all(
      (['maker', 'checker', 'auditor', 'outsider'] as const).map(
        async (as) => (await read<{ items: readonly ImportBody[] }>('/imports', as)).items[0]?.id,
      ),
    );

    expect(lists).toEqual([id, id, id, undefined]);
  });
});

describe('GET /imports/{id}', () => {
  it('hides imports of other authorities', async () => {
    const id = await importTable(toCsv([buildRow('H5')]));

    const { status } = await app.send('GET', `/imports/${id}`, { as: 'outsider' });

    expect(status).toBe(404);
  });
});

describe('POST /imports/{id}/approve', () => {
  it('issues what waits for a second person', async () => {
    const id = await importTable(toCsv([buildRow('H6', { typeCode: TEST_TYPES.dual })]));

    const { status } = await app.send('POST', `/imports/${id}/approve`, { as: 'checker' });
    await app.city.service.imports.settled(id);

    const entry = await read(`/imports/${id}`, 'checker');
    expect(status).toBe(202);
    expect(entry.counts).toMatchObject({ issued: 1, drafted: 0 });
  });
});
