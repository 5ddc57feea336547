import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caseCity, type CaseCity } from '../../support/caseCity.ts';
import { makeReceipt } from '../../support/receiptCity.ts';

let city: CaseCity;
let identifier: string;

beforeAll(async () => {
  city = await caseCity();
  ({ identifier } = await city.app.city.issue());
});

afterAll(async () => {
  await city.remove();
});

describe('GET /licences/{identifier}/reliance', () => {
  it('counts windows, organisations and cases of the last days, never who', async () => {
    const { app } = city;
    const seen = [{ identifier, fields: ['premises'] }];
    const { id: caseId } = await city.open();
    const window = { code: 'W1', name: '1号窗口' };
    await makeReceipt(app.city, seen, { window, caseId });
    await makeReceipt(app.city, seen, { window: { code: 'W2', name: '市场监管窗口' } });
    city.clock.advance(40 * 86_400_000);
    await makeReceipt(app.city, seen, { window });
    const path = `/licences/${identifier}/reliance`;

    const month = await app.send('GET', path, { as: 'checker' });
    const year = await app.send('GET', `${path}?days=365`, { as: 'auditor' });

    expect(month.body).toMatchObject({
      ...{ uses: 1, windows: 1, organisations: 1, systems: 0, cases: 0, openCases: 1 },
    });
    expect(year.body).toMatchObject({ uses: 3, windows: 2, organisations: 2, cases: 1 });
    expect(year.body['lastUsedAt']).toBe(month.body['lastUsedAt']);
    expect((await app.send('GET', path, { as: 'outsider' })).status).toBe(404);
  });

  it('says that nobody did', async () => {
    const { identifier: fresh } = await city.app.city.issue();

    const { body } = await city.app.send('GET', `/licences/${fresh}/reliance`, { as: 'checker' });

    expect(body).toMatchObject({ uses: 0, windows: 0, openCases: 0, lastUsedAt: null });
  });
});
