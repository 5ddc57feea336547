import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestApp } from '../../support/testApp.ts';
import {
  TEST_FIELDS,
  TEST_PERSON,
  TEST_TYPES,
  type TestPersonName,
} from '../../support/testService.ts';

let app: TestApp;
let waiting: string;
let returned: string;

beforeAll(async () => {
  app = await testApp();
  await app.city.issue();
  waiting = await draft();
  returned = await draft();
  const json = { note: '座位数不对' };
  await app.send('POST', `/licences/${returned}/return`, { as: 'checker', json });
});

afterAll(async () => {
  await app.remove();
});

async function draft(): Promise<string> {
  const json = {
    ...{ typeCode: TEST_TYPES.dual, holder: TEST_PERSON, fields: TEST_FIELDS },
    validFrom: '2026-01-01',
  };
  return (await app.send('POST', '/licences', { as: 'maker', json })).body.identifier;
}

async function listed(as: TestPersonName, query: string): Promise<readonly string[]> {
  const { status, body } = await app.send('GET', `/licences?${query}`, { as });
  expect(status).toBe(200);
  return body.items.map(({ identifier }) => identifier);
}

describe('a department’s queue', () => {
  it.each<[TestPersonName, string, () => string[]]>([
    ['maker', 'state=drafted,returned', () => [returned, waiting]],
    ['maker', 'mine=true', () => [returned, waiting]],
    ['maker', 'mine=true&state=returned', () => [returned]],
    ['maker', 'awaitingMe=true', () => []],
    ['checker', 'awaitingMe=true', () => [waiting]],
    ['checker', 'awaitingMe=true&state=returned', () => []],
    ['checker', 'mine=true', () => []],
    ['auditor', 'awaitingMe=true', () => []],
    ['outsider', 'state=drafted,returned', () => []],
  ])('of %s, asked for %s', async (who, query, expected) => {
    expect(await listed(who, query)).toEqual(expected());
  });

  it('tells its staff who drafted and who returned, and nobody else', async () => {
    const path = `/licences/${returned}`;

    const [own, audited] = await Promise.all(
      (['maker', 'auditor'] as const).map((as) => app.send('GET', path, { as })),
    );

    expect(own?.body).toMatchObject({
      ...{ note: '座位数不对', draftedBy: { displayName: 'maker' } },
      returnedBy: { displayName: 'checker' },
    });
    expect(audited?.body['note']).toBe('座位数不对');
    expect(audited?.body).not.toHaveProperty('draftedBy');
  });

  it('is none of the holder’s business', async () => {
    const one = await app.send('GET', `/licences/${returned}`, { as: 'holder' });

    expect(await listed('holder', '')).toHaveLength(1);
    expect(one).toMatchObject({ status: 404, body: { code: 'LICENCE_NOT_FOUND' } });
  });

  it.each(['state=drafted,', 'state=good', 'mine=yes'])('refuses %s', async (query) => {
    expect((await app.send('GET', `/licences?${query}`, { as: 'maker' })).status).toBe(400);
  });
});
