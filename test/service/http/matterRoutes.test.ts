import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Licence } from '../../../service/src/store/store.ts';
import { addAccount, type TestAccount } from '../../support/testAccounts.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import {
  TEST_COMPANY,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
  type TestPersonName,
} from '../../support/testService.ts';

const PLANNED = `${TEST_ORGANISATIONS.health.creditCode}009`;

let app: TestApp;
let clerk: TestAccount;
let licence: Licence;

beforeAll(async () => {
  app = await testApp();
  const { hall } = TEST_ORGANISATIONS;
  await app.city.service.store.organisations.add({
    ...{ ...hall, parent: null, kind: 'serviceHall', createdAt: new Date() },
  });
  await app.city.service.store.windows.add({
    ...{ code: 'W1', name: '1号窗口', organisation: hall.creditCode },
  });
  clerk = await addAccount(app.city, 'clerk-at-1', {
    roles: [{ role: 'clerk', organisation: hall.creditCode }],
    windowCode: 'W1',
  });
  licence = await app.city.issue();
});
afterAll(() => app.remove());

interface Put {
  readonly name?: string;
  readonly [member: string]: unknown;
}
const put = async (
  code: string,
  { name = `事项${code}`, ...definition }: Put,
  as: TestPersonName = 'operator',
): Promise<TestAnswer> => app.send('PUT', `/matters/${code}`, { as, json: { name, definition } });

const material = (
  code: string,
  ...standIns: [typeCode: string, ...fields: string[]][]
): object => ({
  ...{ code, name: `材料${code}` },
  standIns: standIns.map(([typeCode, ...fields]) => ({ typeCode, fields })),
});

const faultsOf = ({ body }: TestAnswer): readonly string[] =>
  body.faults.map(({ pointer }) => pointer);

describe('a matter', () => {
  it('keeps its versions readable', async () => {
    await put('V-1', { basis: '《甲》' });
    await put('V-1', { basis: '《乙》' });
    const again = await put('V-1', { basis: '《乙》' });

    expect(again.body).toMatchObject({
      version: 2,
      definition: { basis: '《乙》', materials: [] },
    });
    const first = await app.send('GET', '/matters/V-1?version=1', { as: 'holder' });
    expect(first.body).toMatchObject({ version: 1, definition: { basis: '《甲》' } });
    const { items } = (await app.send('GET', '/matters/V-1/versions', { as: 'holder' })).body;
    expect(items.map(({ version }) => version)).toEqual([2, 1]);
    for (const path of ['V-1?version=3', 'V-2/versions'])
      expect((await app.send('GET', `/matters/${path}`, { as: 'holder' })).body.code).toBe(
        'MATTER_NOT_FOUND',
      );
  });

  it('may name a licence type that is not issued yet', async () => {
    expect((await put('P-1', { materials: [material('a', [PLANNED, 'anything'])] })).status).toBe(
      200,
    );
  });

  it('is refused with a pointer to each member that is not as described', async () => {
    const answer = await put('F-1', { promisedDays: -1, materials: [{ code: 'x y', name: '' }] });

    expect(answer.status).toBe(400);
    expect(faultsOf(answer)).toEqual(
      expect.arrayContaining([
        '/definition/promisedDays',
        '/definition/materials/0/code',
        '/definition/materials/0/name',
      ]),
    );
  });

  it('is refused where it does not agree with what is there', async () => {
    await put('B-1', {});
    await put('B-2', { bundles: ['B-1'] });

    const nested = await put('B-3', { bundles: ['B-2', 'B-1', 'B-1', 'B-9'] });
    const part = await put('B-1', { bundles: ['V-1'] });
    const materials = await put('F-2', {
      department: TEST_COMPANY.code,
      ...{ promisedDays: 9, statutoryDays: 3 },
      materials: [
        material('a', [TEST_TYPES.single, 'premises', 'colour'], [TEST_TYPES.single]),
        material('a', ['no-code']),
      ],
    });

    expect(nested.body.code).toBe('MATTER_MALFORMED');
    expect(faultsOf(nested)).toEqual([0, 2, 3].map((place) => `/definition/bundles/${place}`));
    expect(faultsOf(part)).toEqual(['/definition/bundles']);
    expect(faultsOf(materials)).toEqual([
      '/definition/department',
      '/definition/promisedDays',
      '/definition/materials/0/standIns/0/fields/1',
      '/definition/materials/0/standIns/1/typeCode',
      '/definition/materials/1/code',
      '/definition/materials/1/standIns/0/typeCode',
    ]);
  });

  it('is not called by a word that stands for something else', async () => {
    expect(faultsOf(await put('export', {}))).toEqual(['/code']);
  });
});

describe('the materials of a matter', () => {
  beforeAll(async () => {
    await put('A-1', {
      materials: [
        material('form'),
        material('food', [TEST_TYPES.single, 'premises', 'holderName']),
        { ...material('id'), source: 'sharedData' },
      ],
    });
    await put('A-2', { materials: [material('food', [TEST_TYPES.single, 'seats'])] });
    await put('A-3', { materials: [material('other', [TEST_TYPES.dual])] });
    await put('A-0', { bundles: ['A-1', 'A-2', 'A-3'] });
  });

  const ask = (
    code: string,
    query = '',
    who: TestPersonName | TestAccount = clerk,
  ): Promise<TestAnswer> =>
    app.send('GET', `/matters/${code}/materials${query}`, {
      ...(typeof who === 'string' ? { as: who } : { headers: who.headers }),
    });
  const statesOf = ({ body }: TestAnswer): unknown =>
    body.items.map((one) => [one.code, one.state, one['reason']]);
  const usesOf = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (await app.send('GET', '/me/uses', { as: 'holder' })).body.items;
  const forHolder = `?holderCode=${TEST_PERSON.code}&holderCodeType=111`;

  it('are told to the holder for themselves, and nothing is recorded', async () => {
    const before = await usesOf();
    const answer = await ask('A-1', '', 'holder');

    expect(statesOf(answer)).toEqual([
      ['form', 'needed', 'paperNeeded'],
      ['food', 'waived', 'licence'],
      ['id', 'noSubmission', 'sharedData'],
    ]);
    expect(answer.body.items[1]).toMatchObject({
      by: { identifier: licence.identifier, typeCode: TEST_TYPES.single },
      statement: '免提交：由电子证照《小餐饮经营登记证》代替。',
    });
    expect(answer.body).toMatchObject({
      isForHolder: true,
      counts: { waived: 1, waivable: 0, needed: 1, noSubmission: 1 },
    });
    expect(await usesOf()).toEqual(before);
  });

  it('are told to a clerk at a window, and the holder finds that they were', async () => {
    const answer = await ask('A-1', forHolder);

    expect(statesOf(answer)).toContainEqual(['food', 'waived', 'licence']);
    expect(answer.text).not.toContain('中山路');
    expect((await usesOf())[0]).toMatchObject({
      ...{ kind: 'lookup', outcome: 'answered', licence: licence.identifier },
      ...{ channel: 'window', window: 'W1', clerk: 'clerk-at-1', matter: 'A-1' },
    });
  });

  it('leave a record also where there was no licence to tell of', async () => {
    const answer = await ask('A-3', `?holderCode=${TEST_PERSON.code}`);

    expect(statesOf(answer)).toEqual([['other', 'needed', 'noSuchLicence']]);
    expect((await usesOf())[0]).toMatchObject({
      ...{ kind: 'lookup', licence: null, matter: 'A-3' },
      subject: { kind: 'matter', identifier: 'A-3' },
    });
  });

  it('of a bundle are asked for once, with all that its parts need', async () => {
    const { body } = await ask('A-0', '', 'holder');

    expect(body['bundles']).toHaveLength(3);
    expect(body.items.map(({ code, ...one }) => [code, one['askedBy']])).toEqual([
      ['form', ['A-1']],
      ['food', ['A-1', 'A-2']],
      ['id', ['A-1']],
      ['other', ['A-3']],
    ]);
    expect(body.items[1]).toMatchObject({
      state: 'waived',
      standIns: [{ typeCode: TEST_TYPES.single, fields: ['premises', 'holderName', 'seats'] }],
    });
  });

  it('of every matter are counted for the holder', async () => {
    const { items } = (await app.send('GET', '/waivers/mine?limit=4', { as: 'holder' })).body;

    expect(items).toEqual([
      {
        ...{ code: 'A-0', name: '事项A-0', isPaperless: false },
        waived: 1,
        noSubmission: 1,
        needed: 2,
      },
      {
        ...{ code: 'A-1', name: '事项A-1', isPaperless: false },
        waived: 1,
        noSubmission: 1,
        needed: 1,
      },
      {
        ...{ code: 'A-2', name: '事项A-2', isPaperless: true },
        waived: 1,
        noSubmission: 0,
        needed: 0,
      },
      {
        ...{ code: 'A-3', name: '事项A-3', isPaperless: false },
        waived: 0,
        noSubmission: 0,
        needed: 1,
      },
    ]);
  });

  it('are told in general to staff', async () => {
    const answer = await ask('A-1', '', 'maker');

    expect(answer.body).toMatchObject({ isForHolder: false, counts: { waivable: 1 } });
    expect(statesOf(answer)).toContainEqual(['food', 'waivable', 'licence']);
    expect(answer.body.items[1]).toMatchObject({ by: null });
  });

  it.each<[string, TestPersonName, string]>([
    ['staff', 'maker', TEST_PERSON.code],
    ['a clerk without a window', 'clerk', TEST_PERSON.code],
    ['another holder', 'holder', TEST_COMPANY.code],
  ])('are not told about a holder to %s', async (_, who, code) => {
    const answer = await ask('A-1', `?holderCode=${code}`, who);

    expect(answer.body.code).toBe('NOT_AUTHORISED');
  });

  it('change with the licence at once', async () => {
    const { identifier } = await app.city.issue({ holder: TEST_COMPANY });
    const ofCompany = `?holderCode=${TEST_COMPANY.code}`;
    expect(statesOf(await ask('A-2', ofCompany))).toEqual([['food', 'waived', 'licence']]);

    await app.send('POST', `/licences/${identifier}/suspend`, {
      as: 'maker',
      json: { reason: 'courtOrder' },
    });

    const answer = await ask('A-2', ofCompany);
    expect(statesOf(answer)).toEqual([['food', 'needed', 'licenceSuspended']]);
    expect(answer.body.items[0]).toMatchObject({ by: { identifier } });
  });
});

describe('the catalogue as a file', () => {
  const take = (file: string, query = '', as: TestPersonName = 'operator'): Promise<TestAnswer> =>
    app.send('POST', `/matters/import${query}`, { as, form: formOf(file) });
  const give = async (format: string): Promise<string> =>
    (await app.send('GET', `/matters/export?format=${format}`, { as: 'clerk' })).text;

  it.each(['json', 'csv'])('comes back as it went out: %s', async (format) => {
    const name = '=HYPERLINK("https://example.test"),"坏"';
    await put('X-1', {
      ...{
        name,
        nameEn: 'Open a shop',
        basis: "'@引号\n两行",
        yearlyCases: 12,
        promisedDays: 3,
        statutoryDays: 5,
      },
      department: TEST_ORGANISATIONS.market.creditCode,
      bundles: ['V-1', 'P-1'],
      materials: [
        { ...material('a', [TEST_TYPES.single, 'premises', 'seats'], [PLANNED]), required: false },
        { ...material('b'), nameEn: '=A licence', source: 'onlineCheck' },
      ],
    });
    const file = await give(format);

    const { body } = await take(file);

    expect(body).toMatchObject({ dryRun: false, added: [], changed: [], faults: [] });
    expect(body['unchanged']).toContain('X-1');
  });

  it('has no cell that a spreadsheet takes for a formula', async () => {
    await put('X-2', { name: '+1+1', basis: '-2' });
    const text = await give('csv');

    expect(text.startsWith('\uFEFFcode,name,')).toBe(true);
    expect(text).toContain("X-2,'+1+1,,,'-2,");
  });

  const TABLE = [
    'code,name,department,materialCode,materialName,standIns',
    `N-1,新事项,${TEST_ORGANISATIONS.market.creditCode},m1,材料一,${TEST_TYPES.single}:premises`,
    'N-1,,,m2,材料二,',
    'N-2,另一事项,,,,',
  ];

  it('is tried without a trace, then taken over', async () => {
    const tried = await take(TABLE.join('\n'), '?dryRun=true');
    const before = await app.send('GET', '/matters/N-1', { as: 'clerk' });
    const taken = await take(TABLE.join('\n'));
    const after = await app.send('GET', '/matters/N-1', { as: 'clerk' });

    expect(tried.body).toMatchObject({ dryRun: true, added: ['N-1', 'N-2'], faults: [] });
    expect(before.status).toBe(404);
    expect(taken.body).toMatchObject({ dryRun: false, added: ['N-1', 'N-2'] });
    expect(after.body).toMatchObject({
      version: 1,
      definition: { materials: [{ code: 'm1' }, { code: 'm2', standIns: [] }] },
    });
  });

  it('is taken over whole or not at all, with the fault of each row', async () => {
    const rows = [
      ...TABLE,
      'N-3,好,,,,',
      `N-4,坏,,m1,材料一,${TEST_TYPES.single}:colour`,
      'N-4,别名,,m2,,',
      'N-5,坏,没有,,,',
    ].join('\r\n');
    const refused = await take(rows);
    const tried = await take(rows, '?dryRun=true');

    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('IMPORT_MALFORMED');
    expect(faultsOf(refused)).toEqual(
      ['/rows/6/name', '/rows/6/definition/materials/1/name', '/rows/7/definition/department'].map(
        String,
      ),
    );
    expect(tried.body['faults']).toHaveLength(refused.body.faults.length);
    expect((await app.send('GET', '/matters/N-3', { as: 'clerk' })).status).toBe(404);
  });

  it('checks what agrees with what over the whole file', async () => {
    const good = { name: '好', definition: {} };
    const json = {
      matters: [
        { ...good, code: 'J-1', definition: { bundles: ['J-2', 'J-3'] } },
        {
          ...good,
          code: 'J-2',
          definition: { materials: [material('a', [TEST_TYPES.dual, 'x'])] },
        },
        { ...good, code: 'J-2' },
      ],
    };
    expect(faultsOf(await take(JSON.stringify(json)))).toEqual([
      '/rows/1/definition/bundles/1',
      '/rows/2/definition/materials/0/standIns/0/fields/0',
      '/rows/3/code',
    ]);
  });

  it.each([
    ['no table', 'PK\u0003\u0004'],
    ['another table', 'holderName,holderCode\n甲,乙'],
    ['a row that is too short', 'code,name,basis\nN-1,新'],
    ['a broken quote', 'code,name\nN-1,"新'],
    ['nothing', ''],
    ['other JSON', '{"matter":[]}'],
    ['broken JSON', '{"matters":'],
  ])('is refused where it is %s', async (_, file) => {
    expect((await take(file)).body.code).toBe('IMPORT_MALFORMED');
  });
});
