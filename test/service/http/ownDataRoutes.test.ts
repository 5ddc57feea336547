import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { collectOwnData } from '../../../service/src/holders/ownData.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_COMPANY, TEST_FIELDS, TEST_PERSON } from '../../support/testService.ts';

let app: TestApp;
let mine: Licence;
let others: Licence;

beforeAll(async () => {
  app = await testApp();
  mine = await app.city.issue();
  others = await app.city.issue({ holder: TEST_COMPANY });
  for (const { identifier } of [mine, others]) {
    await app.send('POST', '/verifications', { as: 'clerk', json: { identifier } });
  }
  const { body } = await app.send('GET', '/me/uses?limit=1', { as: 'holder' });
  const path = `/usage-records/${body.items[0]?.id ?? ''}/objections`;
  await app.send('POST', path, { as: 'holder', json: { reason: '不是我' } });
  await app.send('POST', '/me/erasures', { as: 'holder' }); // refused: the licence is in force
});

afterAll(async () => {
  await app.remove();
});

describe('what is kept of a holder', () => {
  it('is nothing that anybody else could ask for', async () => {
    const { service, people } = app.city;

    await expect(collectOwnData(service, people.maker)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });

  it('is had as one file, whole, and nothing of anybody else is in it', async () => {
    const { text, headers } = await app.send('GET', '/me/data', { as: 'holder' });
    const data = JSON.parse(text) as Readonly<Record<string, readonly object[]>>;

    expect(headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect(data).toMatchObject({
      account: { username: 'holder' },
      licences: [
        {
          ...{ identifier: mine.identifier, holder: TEST_PERSON, fields: TEST_FIELDS },
          ...{ code: expect.stringContaining('YX1.'), credential: expect.stringContaining('~') },
        },
      ],
      uses: [{ kind: 'verification', licence: mine.identifier }],
      objections: [{ reason: '不是我', state: 'open' }],
      ...{ grants: [], cases: [], materials: [], receipts: [] },
      erasures: [{ state: 'refused' }],
      notices: [{ kind: 'verification' }, { kind: 'licence', subject: mine.identifier }],
      noticePreferences: { verification: true, publicVerification: false },
    });
    expect(text).not.toContain(others.identifier);
    expect(text).not.toMatch(/[Hh]ash|[Ss]alt|personId/);
  });
});
