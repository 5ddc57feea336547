import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_TYPES } from '../../support/testService.ts';

const { market } = TEST_ORGANISATIONS;
let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

describe('/licence-types', () => {
  const type = {
    name: '新登记证',
    fields: { type: 'object', properties: {}, additionalProperties: false },
    layout: {},
    approval: 'single',
    formats: ['ofd'],
  };
  const put = (overrides: object = {}, as: 'maker' | 'outsider' = 'maker'): Promise<TestAnswer> =>
    app.send('PUT', `/licence-types/${market.creditCode}009`, {
      as,
      json: { ...type, sealEsId: app.city.esId, ...overrides },
    });

  it('adds a version with every change', async () => {
    const first = await put();
    const same = await put();
    const second = await put({ name: '新登记证（修订）' });

    expect([first, same, second].map((one) => one.body.version)).toEqual([1, 1, 2]);
    const path = `/licence-types/${market.creditCode}009`;
    expect((await app.send('GET', path, { as: 'clerk' })).body.name).toBe('新登记证（修订）');
  });

  it.each([
    ['another department’s seal', {}, 'outsider', 403, 'NOT_AUTHORISED'],
    ['a seal that is not there', { sealEsId: '1' }, 'maker', 404, 'SEAL_NOT_FOUND'],
    [
      'a schema that is none',
      { fields: { type: 'nonsense' } },
      'maker',
      422,
      'LICENCE_TYPE_MALFORMED',
    ],
    ['no format', { formats: [] }, 'maker', 400, 'REQUEST_MALFORMED'],
  ] as const)('refuses %s', async (_, overrides, as, status, errorCode) => {
    const answer = await put(overrides, as);

    expect([answer.status, answer.body.code]).toEqual([status, errorCode]);
  });

  it('lists what there is', async () => {
    const { items } = (await app.send('GET', '/licence-types', { as: 'holder' })).body;

    const codes = items.map((one) => one.typeCode);
    expect(codes).toEqual(expect.arrayContaining(Object.values(TEST_TYPES)));
  });
});

describe('/matters', () => {
  it('are put by the operator and read by all who are signed in', async () => {
    const json = { name: '食品经营许可变更', definition: { materials: [] } };

    const put = await app.send('PUT', '/matters/M-1', { as: 'operator', json });
    const found = await app.send('GET', '/matters/M-1', { as: 'clerk' });
    const missing = await app.send('GET', '/matters/M-2', { as: 'clerk' });
    const list = await app.send('GET', '/matters', { as: 'holder' });

    expect(put.body).toMatchObject({ code: 'M-1', version: 1, ...json });
    expect(found.body).toEqual(put.body);
    expect(missing.body.code).toBe('MATTER_NOT_FOUND');
    expect(list.body.items).toHaveLength(1);
  });
});
