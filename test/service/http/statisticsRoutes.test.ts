/** Figures of a city in which something happened. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judgeDecisions } from '../../../service/src/audit/statistics.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_PERSON, TEST_TYPES } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
  const revoked = await app.city.issue();
  const kept = await app.city.issue();
  for (const { identifier } of [revoked, kept, kept]) {
    await app.send('POST', '/verifications', { as: 'clerk', json: { identifier } });
  }
  const path = `/licences/${revoked.identifier}/revoke`;
  await app.send('POST', path, { as: 'maker', json: { reason: 'penalty' } });
});
afterAll(async () => {
  await app.remove();
});

const ask = async (query = '', as: 'auditor' | 'operator' = 'auditor'): Promise<TestAnswer> =>
  await app.send('GET', `/statistics${query}`, { as });

describe('GET /statistics', () => {
  it('counts what happened today', async () => {
    const { status, body } = await ask();
    const { to } = body as unknown as { to: string };

    expect(status).toBe(200);
    expect(body).toMatchObject({
      licences: expect.arrayContaining([
        { typeCode: TEST_TYPES.single, state: 'issued', licences: 1 },
        { typeCode: TEST_TYPES.single, state: 'revoked', licences: 1 },
      ]),
      issued: [{ day: to, licences: 2 }],
      ended: [{ day: to, state: 'revoked', licences: 1 }],
      uses: [{ day: to, kind: 'verification', outcome: 'answered', uses: 3 }],
      indications: [{ indication: 'TOTAL-PASSED', uses: 3 }],
      ...{ refusals: [], presentations: { redeemed: 0, refused: 0 }, papersSaved: 0 },
      objections: { open: 0, overdue: 0, answered: 0 },
      seals: { inForce: 1, signatures: [] },
    });
  });

  it('tells operators the same, and nothing of other days', async () => {
    const { body } = await ask('?from=2020-01-01&to=2020-12-31', 'operator');

    expect(body).toMatchObject({ from: '2020-01-01', to: '2020-12-31', issued: [], uses: [] });
    expect((body as unknown as { licences: unknown[] }).licences).toHaveLength(2);
  });

  it.each(['?from=2024-01-01&to=2025-01-01', '?from=2025-01-02&to=2025-01-01', '?to=2025-02-30'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await ask(query);

      expect([status, body.code]).toEqual([400, 'REQUEST_MALFORMED']);
    },
  );
});

describe('decisions', () => {
  const calendar = { holidays: new Set<string>(), workingDays: new Set<string>() };
  const alike = { acceptedOn: '2026-11-02', promisedDays: 3, statutoryDays: 5, suspensions: [] };

  it('are in time until the end of the last day, and past the promised before the statutory', () => {
    const days = ['2026-11-05', '2026-11-06', '2026-11-09', '2026-11-10'];
    const groups = days.map((decidedOn) => ({ ...alike, decidedOn, matters: 2 }));

    expect(judgeDecisions(groups, calendar)).toEqual({
      matters: 8,
      promised: { matters: 8, inTime: 2 },
      statutory: { matters: 8, inTime: 6 },
    });
  });

  it('without terms are neither', () => {
    const group = { ...alike, promisedDays: null, statutoryDays: null };

    expect(judgeDecisions([{ ...group, decidedOn: '2027-01-01', matters: 1 }], calendar)).toEqual({
      matters: 1,
      promised: { matters: 0, inTime: 0 },
      statutory: { matters: 0, inTime: 0 },
    });
  });
});

describe('GET /audit/alarms', () => {
  it('tells what it looked at, and of no holder', async () => {
    const { status, body, text } = await app.send('GET', '/audit/alarms', {
      as: 'auditor',
      headers: { 'accept-language': 'en' },
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ from: expect.any(String), found: body.items.length });
    expect(text).not.toContain(TEST_PERSON.name);
  });

  it('looks back a month at most', async () => {
    const { body } = await app.send('GET', '/audit/alarms?from=2026-01-01', { as: 'auditor' });

    expect(body.code).toBe('REQUEST_MALFORMED');
  });
});
