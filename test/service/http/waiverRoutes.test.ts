import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_TYPES } from '../../support/testService.ts';

const PLANNED = `${TEST_ORGANISATIONS.health.creditCode}009`;

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
  await app.city.issue();
  const asks = (code: string, typeCode: string, fields: readonly string[]): object => ({
    ...{ code, name: '材料' },
    standIns: [{ typeCode, fields }],
  });
  const materials = {
    'M-1': [asks('a', TEST_TYPES.single, ['premises']), asks('b', PLANNED, ['x'])],
    'M-2': [asks('a', TEST_TYPES.dual, []), { code: 'b', name: '声明' }],
  };
  for (const [code, list] of Object.entries(materials)) {
    const json = { name: code, definition: { yearlyCases: 100, materials: list } };
    await app.send('PUT', `/matters/${code}`, { as: 'operator', json });
  }
});
afterAll(() => app.remove());

const survey = (path = ''): Promise<TestAnswer> =>
  app.send('GET', `/waivers${path}`, { as: 'operator' });

describe('the survey of the city', () => {
  it('says what is waived and what one step more would waive', async () => {
    const { body } = await survey();

    expect(body['totals']).toMatchObject({
      ...{ matters: 2, yearlyCases: 200, materials: 4, waivable: 1, planned: 2, paper: 1 },
      ...{ papersAsked: 400, papersSaved: 100 },
    });
    expect(body['next']).toMatchObject([
      { kind: 'issueLicences', typeCode: TEST_TYPES.dual, papersSaved: 100 },
      { kind: 'issueType', typeCode: PLANNED, typeName: null, papersSaved: 100 },
    ]);
    expect(body.items[0]).toMatchObject({
      code: 'M-1',
      totals: { waivable: 1, planned: 1 },
      materials: [
        { code: 'a', state: 'waivable', by: TEST_TYPES.single },
        { code: 'b', state: 'planned', steps: [{ kind: 'issueType', fields: ['x'] }] },
      ],
    });
  });

  it('counts only what changed', async () => {
    expect((await survey()).body['recounted']).toBe(0);
    await app.city.issue({ typeCode: TEST_TYPES.dual });

    const { body } = await survey();

    expect(body).toMatchObject({ recounted: 1, totals: { waivable: 2, planned: 1 } });
    expect(body['next']).toHaveLength(1);
  });

  it('takes up a matter that was put', async () => {
    const json = { name: 'M-3', definition: { materials: [{ code: 'a', name: '声明' }] } };
    await app.send('PUT', '/matters/M-3', { as: 'operator', json });

    expect((await survey()).body).toMatchObject({ totals: { matters: 3, paper: 2 } });
  });

  it('comes in pages', async () => {
    const first = await survey('?limit=2');
    const second = await survey(`?limit=2&cursor=${first.body.nextCursor}`);

    expect(first.body.items.map(({ code }) => code)).toEqual(['M-1', 'M-2']);
    expect(second.body.items.map(({ code }) => code)).toEqual(['M-3']);
    expect(second.body.nextCursor).toBeNull();
    expect((await survey('?cursor=none')).body.code).toBe('REQUEST_MALFORMED');
  });

  it('lists steps and types for themselves', async () => {
    expect((await survey('/next?limit=1')).body).toMatchObject({
      items: [{ typeCode: PLANNED, materials: 1, matters: 1 }],
      nextCursor: null,
    });
    expect((await survey('/licence-types')).body.items).toMatchObject([
      { typeCode: TEST_TYPES.single, licences: 1, holders: 1, waives: 1, papersSaved: 100 },
      { typeCode: TEST_TYPES.dual, licences: 1, holders: 1, waives: 1, papersSaved: 100 },
    ]);
  });

  it('comes as a table, too', async () => {
    const { text, headers } = await survey('?format=csv');

    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toContain(`M-1,M-1,,100,a,材料,applicant,waivable,${TEST_TYPES.single},\r\n`);
    expect(text).toContain(`M-1,M-1,,100,b,材料,applicant,planned,,issueType:${PLANNED}:x\r\n`);
  });
});
