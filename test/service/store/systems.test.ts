import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Store } from '../../../service/src/store/store.ts';
import type {
  ClientChange,
  ClientTerms,
  QuotaState,
  SystemClient,
} from '../../../service/src/store/systems.ts';
import { buildAccount, STORE_NOW, testStore, type TestStore } from '../../support/testStore.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const later = (ms: number): Date => new Date(STORE_NOW.getTime() + ms);

const termsOf = (quota: ClientTerms['quota']): ClientTerms => ({
  ...{ scopes: ['verify'], types: [], purposes: [], quota },
});

describe('clients in the store', () => {
  let fixture: TestStore;
  let store: Store;
  const client = (
    quota = { perMinute: 10, perDay: 100 },
  ): Omit<SystemClient, 'version' | 'former'> => ({
    ...{ id: 'c1', accountId: 'a1', organisation: 'o', name: '系统', createdAt: STORE_NOW },
    ...{ secretHash: 'a'.repeat(64), secretSince: STORE_NOW, terms: termsOf(quota) },
  });

  beforeEach(async () => {
    fixture = await testStore();
    ({ store } = fixture);
  });
  afterEach(() => fixture.remove());

  const change = (one: ClientChange): Promise<void> =>
    store.administration.change(one, { actor: 'admin', at: STORE_NOW });

  const take = (
    quota: ClientTerms['quota'],
    at: Date,
    calls = 1,
    by: Store = store,
  ): Promise<QuotaState> => by.systems.countCalls({ id: 'c1', terms: termsOf(quota) }, calls, at);

  it('keep versions of their terms and the secret before', async () => {
    await change({
      action: 'client.add',
      client: client(),
      account: buildAccount({ id: 'a1' }),
      by: 'admin',
    });
    const terms = termsOf({ perMinute: 1, perDay: 2 });
    await change({ action: 'client.putTerms', client: 'c1', terms, at: later(1), by: 'admin2' });
    await change({
      ...{ action: 'client.putSecret', client: 'c1', secretHash: 'b'.repeat(64) },
      ...{ at: later(2), formerUntil: later(3) },
    });
    expect(await store.systems.find('c1')).toMatchObject({
      ...{ version: 2, secretHash: 'b'.repeat(64), secretSince: later(2) },
      former: { secretHash: 'a'.repeat(64), until: later(3) },
      terms: { quota: { perMinute: 1, perDay: 2 } },
    });
    expect(await store.systems.versions('c1')).toMatchObject([
      { version: 2, by: 'admin2', at: later(1) },
      { version: 1, by: 'admin', at: STORE_NOW },
    ]);
    expect(await store.systems.list()).toHaveLength(1);
    await expect(
      change({ action: 'client.putTerms', client: 'c2', terms, at: STORE_NOW, by: '' }),
    ).rejects.toMatchObject({ code: 'CLIENT_NOT_FOUND' });
    const { items } = await store.administration.list({ subject: 'c1' }, { limit: 9 });
    expect(items.map(({ action }) => action)).toStrictEqual([
      ...['client.putSecret', 'client.putTerms', 'client.add'],
    ]);
    for (const { record } of items) {
      expect(Buffer.from(record).toString()).not.toMatch(/a{64}|b{64}/);
    }
  });

  it('say what is left, and when there will be more', async () => {
    const quota = { perMinute: 2, perDay: 3 };
    expect(await take(quota, STORE_NOW)).toMatchObject({
      isAdmitted: true,
      windows: [
        { name: 'minute', limit: 2, remaining: 1 },
        { name: 'day', limit: 3, remaining: 2 },
      ],
    });
    await take(quota, later(30_000));
    const refused = await take(quota, later(40_000));
    expect(refused).toMatchObject({
      isAdmitted: false,
      windows: [{ remaining: 0, resetSeconds: 21 }, {}],
    });
    expect(await take(quota, later(61_000))).toMatchObject({ isAdmitted: true });
    expect(await take(quota, later(5 * MINUTE_MS))).toMatchObject({
      isAdmitted: false,
      windows: [{ remaining: 2 }, { remaining: 0, resetSeconds: DAY_MS / 1000 }],
    });
  });

  it('count a batch whole or not at all', async () => {
    const quota = { perMinute: 10, perDay: 100 };
    expect(await take(quota, STORE_NOW, 8)).toMatchObject({ isAdmitted: true });
    expect(await take(quota, STORE_NOW, 3)).toMatchObject({
      ...{ isAdmitted: false, windows: [{ remaining: 2 }, { remaining: 92 }] },
    });
    expect(await take(quota, STORE_NOW, 2)).toMatchObject({ isAdmitted: true });
  });

  it('count together, whichever process they reach', async () => {
    const quota = { perMinute: 10, perDay: 100 };
    const stores = [store, await fixture.reopen(), await fixture.reopen()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, call) => take(quota, STORE_NOW, 1, stores[call % 3])),
    );
    expect(answers.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(10);
  });

  it('never admit more than the limit in any minute, and as many again after the wait', async () => {
    const quota = { perMinute: 5, perDay: 1_000_000 };
    let run = 0;
    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }),
      async (pauses) => {
        run += 1;
        const id = `run-${run}`;
        const admitted: number[] = [];
        let now = STORE_NOW.getTime();
        for (const pause of pauses) {
          now += pause;
          const ask = { id, terms: termsOf(quota) };
          const answer = await store.systems.countCalls(ask, 1, new Date(now));
          if (answer.isAdmitted) admitted.push(now);
          else now += (answer.windows[0]?.resetSeconds ?? 0) * 1000;
          const within = admitted.filter((at) => at > now - MINUTE_MS);
          expect(within.length).toBeLessThanOrEqual(5);
          if (answer.isAdmitted) continue;
          expect((await store.systems.countCalls(ask, 1, new Date(now))).isAdmitted).toBe(true);
          admitted.push(now);
        }
      },
    );
    await fc.assert(property, { numRuns: 20 });
  });
});
