import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TEST_TERMS } from '../../support/testClients.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_TYPES } from '../../support/testService.ts';

describe('clients', () => {
  let app: TestApp;
  const client = {
    ...{ name: '公积金业务系统', organisation: TEST_ORGANISATIONS.health.creditCode },
    terms: TEST_TERMS,
  };

  beforeAll(async () => {
    app = await testApp();
  });
  afterAll(() => app.remove());

  it('are registered with a secret that is shown once', async () => {
    const made = await app.send('POST', '/clients', { as: 'security', json: client });
    expect([made.status, made.body['version']]).toStrictEqual([201, 1]);
    expect(made.body['secret']).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const seen = await app.send('GET', `/clients/${made.body.id}`, { as: 'auditor' });
    expect(seen.text).not.toContain(made.body['secret']);
    expect(seen.body).toMatchObject({ name: client.name, terms: TEST_TERMS, disabledAt: null });
    const list = await app.send('GET', '/clients', { as: 'security' });
    expect(list.body.items.map(({ id }) => id)).toContain(made.body.id);
  });

  it('have every version of their terms kept', async () => {
    const { id } = (await app.send('POST', '/clients', { as: 'security', json: client })).body;
    const narrow = { ...TEST_TERMS, scopes: ['verify'] };
    const changed = await app.send('PUT', `/clients/${id}/terms`, { as: 'security', json: narrow });
    expect(changed.body).toMatchObject({ version: 2, terms: { scopes: ['verify'] } });
    const seen = await app.send('GET', `/clients/${id}`, { as: 'auditor' });
    expect(seen.body.versions).toMatchObject([
      { version: 2, terms: narrow },
      { version: 1, terms: TEST_TERMS },
    ]);
  });

  it('get another secret, and are disabled', async () => {
    const { id } = (await app.send('POST', '/clients', { as: 'security', json: client })).body;
    const rotated = await app.send('POST', `/clients/${id}/rotate`, { as: 'security', json: {} });
    expect([rotated.status, typeof rotated.body['secret']]).toStrictEqual([200, 'string']);
    const disabled = await app.send('POST', `/clients/${id}/disable`, { as: 'security', json: {} });
    expect(disabled.body['disabledAt']).not.toBeNull();
    const again = await app.send('POST', `/clients/${id}/rotate`, { as: 'security', json: {} });
    expect([again.status, again.body.code]).toStrictEqual([404, 'CLIENT_NOT_FOUND']);
  });

  it.each([
    ['an unknown type', { types: [{ typeCode: 'X', fields: [] }] }, '/types/0/typeCode'],
    [
      'an unknown field',
      { types: [{ typeCode: TEST_TYPES.single, fields: ['premises', 'toString'] }] },
      '/types/0/fields/1',
    ],
    [
      'a basis that says nothing',
      { purposes: [{ code: 'p', name: '用途', legalBasis: '有', matters: null }] },
      '/purposes/0/legalBasis',
    ],
    [
      'an unknown matter',
      { purposes: [{ code: 'p', name: '用途', legalBasis: null, matters: ['M9'] }] },
      '/purposes/0/matters/0',
    ],
    ['a scope twice', { scopes: ['verify', 'verify'] }, '/scopes/1'],
  ])('may not have %s', async (_, change, pointer) => {
    const json = { ...client, terms: { ...TEST_TERMS, ...change } };
    const answer = await app.send('POST', '/clients', { as: 'security', json });
    expect([answer.status, answer.body.code]).toStrictEqual([422, 'CLIENT_TERMS_INVALID']);
    expect(answer.body.faults[0]?.pointer).toBe(pointer);
  });

  it('belong to an organisation that there is', async () => {
    const json = { ...client, organisation: '91330402TEX000009X' };
    const answer = await app.send('POST', '/clients', { as: 'security', json });
    expect([answer.status, answer.body.code]).toStrictEqual([404, 'ORGANISATION_NOT_FOUND']);
  });

  it('do not sign in by password', async () => {
    const { id } = (await app.send('POST', '/clients', { as: 'security', json: client })).body;
    const answer = await app.send('POST', '/sessions', {
      json: { username: `client-${id}`, password: 'none' },
    });
    expect(answer.body.code).toBe('CREDENTIALS_WRONG');
  });
});
