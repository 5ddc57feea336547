import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { testClock } from '../../support/testClock.ts';

const clock = testClock('2026-11-24T02:00:00Z');
let app: TestApp;

beforeAll(async () => {
  app = await testApp({ clock, readiness: () => ['starting'] });
});

afterAll(async () => {
  await app.remove();
});

describe('GET /health', () => {
  it('tells of ledger, store, time-stamping and what ends', async () => {
    await app.city.issue();
    const json = { holidays: ['2026-10-01'], workingDays: [] };
    await app.send('PUT', '/calendar', { as: 'operator', json });

    const { status, body } = await app.send('GET', '/health', { as: 'operator' });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ ready: false, reasons: ['starting'], version: '0.1.0', jobs: [] },
      ledger: { mode: 'embedded', isUp: true, headAt: expect.any(String) },
      store: { kind: 'sqlite' },
      timeStamping: { source: 'built-in', lastOutcome: 'ok', lastError: null },
    });
    expect(body['expiring']).toEqual([
      { kind: 'calendar', id: '2026', name: '2026', notAfter: '2026-12-31T15:59:59.999Z' },
    ]);
  });

  it('finds seals and certificates that end in years, one a key', async () => {
    const { body } = await app.send('GET', '/health?days=3650', { as: 'security' });

    const expiring = body['expiring'] as readonly { kind: string; id: string; name: string }[];
    expect(expiring).toContainEqual(expect.objectContaining({ id: app.city.esId }));
    const names = expiring.filter(({ kind }) => kind === 'certificate').map(({ id }) => id);
    expect(names.length).toBeGreaterThan(5);
    expect(new Set(names).size).toBe(names.length);
  });
});
