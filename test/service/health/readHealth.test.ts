import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { readHealth } from '../../../service/src/health/readHealth.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
});

afterAll(async () => {
  await city.remove();
});

describe('readHealth', () => {
  it('names who keeps the ledger, and when they were last seen', async () => {
    const { ledger } = await readHealth({ ...city.service, readiness: () => [] }, 60);

    expect(ledger.organisations).toMatchObject([{ mspId: 'OperatorMSP', isOwn: true }]);
    expect(ledger.organisations[0]?.endorsedAt).toEqual(ledger.headAt);
  });

  it('tells the rest while the ledger is away', async () => {
    const away = new ServiceError('LEDGER_UNAVAILABLE', 'out of reach');
    const ledger = { ...city.service.ledger, head: () => Promise.reject(away) };
    const readiness = (): readonly string[] => [];

    const health = await readHealth({ ...city.service, ledger, readiness }, 60);

    expect(health).toMatchObject({ ready: true, ledger: { height: null, headAt: null } });
    expect(health.store.bytes).toBeGreaterThan(100_000);
  });

  it('knows its jobs once they are started', async () => {
    const service = await city.reopen();
    service.startJobs();

    const { jobs } = await readHealth({ ...service, readiness: () => [] }, 60);

    const names = jobs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['anchorUses', 'settleStages', 'publishCrls']));
    expect(new Set(names).size).toBe(names.length);
  });
});
