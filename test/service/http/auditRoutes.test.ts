import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_FIELDS } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

describe('/audit/licences/{identifier}', () => {
  it('shows a licence as of a moment, as known at a moment', async () => {
    const { identifier, issuedAt } = await app.city.issue();
    const json = { reason: 'fraud' };
    await app.send('POST', '/verifications', { json: { identifier } });
    await app.send('POST', `/licences/${identifier}/revoke`, { as: 'maker', json });
    const ask = async (query: string): Promise<TestAnswer> =>
      await app.send('GET', `/audit/licences/${identifier}${query}`, { as: 'auditor' });

    const now = await ask('');
    const then = await ask(`?at=${String(issuedAt?.toISOString())}`);
    const before = await ask('?at=2020-01-01&knownAt=2020-01-01');

    expect(now.body.inForce?.state).toBe('revoked');
    expect(now.body.timeline.map((one) => one.state)).toEqual(['issued', 'revoked']);
    expect(now.body.uses.map((one) => one.kind)).toEqual(['lookup', 'verification']);
    expect(now.body.licence.fields).toEqual(TEST_FIELDS);
    expect(now.body.versions).toHaveLength(1);
    expect(then.body.inForce?.state).toBe('issued');
    expect([before.body.inForce, before.body.timeline]).toEqual([null, []]);
  });

  it('shows its evidence in the same look, which leaves one record', async () => {
    const { identifier } = await app.city.issue();
    const { store } = app.city.service;
    const looks = async (): Promise<number> => {
      const { items } = await store.usage.list({ licence: identifier }, { limit: 9 });
      return items.length;
    };
    const ask = async (query: string): Promise<TestAnswer> =>
      await app.send('GET', `/audit/licences/${identifier}${query}`, { as: 'auditor' });

    const bare = await ask('');
    expect([bare.body.proof, await looks()]).toEqual([null, 1]);
    const whole = await ask('?proof=true');
    expect([whole.status, await looks()]).toEqual([200, 2]);
    expect(whole.body.uses).toHaveLength(2);
    expect(whole.body.proof).toMatchObject({ subject: { kind: 'licence', identifier } });
  });

  it.each(['nonsense', 'x.y.z'])('knows no `%s`', async (name) => {
    const { status, body } = await app.send('GET', `/audit/licences/${name}`, { as: 'auditor' });

    expect([status, body.code]).toEqual([404, 'LICENCE_NOT_FOUND']);
  });
});
