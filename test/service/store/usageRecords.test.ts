import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { usageQuery } from '../../../service/src/store/sqlite/usageQuery.ts';
import type { Store, UsageFilter } from '../../../service/src/store/store.ts';
import { buildUsage, testStore, type TestStore } from '../../support/testStore.ts';

interface Plan {
  readonly detail: string;
}

let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  fixture = await testStore();
  store = fixture.store;
});
afterEach(() => fixture.remove());

describe('usage records', () => {
  it('are read back as they were given', async () => {
    const record = buildUsage({ holderHash: 'h', esId: 'e' });
    const bare = buildUsage({
      purpose: null,
      licence: null,
      window: null,
      clerk: null,
      matter: null,
    });

    await Promise.all([store.usage.append(record), store.usage.append(bare)]);

    expect(await store.usage.find(record.id)).toStrictEqual({ ...record, anchor: null });
    expect(await store.usage.find(bare.id)).toStrictEqual({ ...bare, anchor: null });
    expect(await store.usage.find('unknown')).toBeNull();
  });

  it('keep an empty purpose apart from none', async () => {
    const record = buildUsage({ purpose: '' });
    await store.usage.append(record);

    expect(await store.usage.find(record.id)).toMatchObject({ purpose: '' });
  });

  it('are refused one by one: a record sent twice does not sink its neighbours', async () => {
    const record = buildUsage();
    const others = [buildUsage(), buildUsage()] as const;

    const outcomes = await Promise.allSettled(
      [others[0], record, record, others[1]].map((one) => store.usage.append(one)),
    );

    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await store.usage.countPending()).toBe(3);
  });

  it('need a salt of 16 bytes', async () => {
    await expect(store.usage.append(buildUsage({ salt: new Uint8Array(15) }))).rejects.toThrow(
      '16 bytes',
    );
  });

  describe('anchoring', () => {
    it('takes pending ones in the order in which they were stored', async () => {
      const records = Array.from({ length: 5 }, () => buildUsage());
      for (const record of records) await store.usage.append(record);

      const pending = await store.usage.pending(3);

      expect(pending).toStrictEqual(
        records.slice(0, 3).map(({ id, leafHash }) => ({ id, leafHash })),
      );
    });

    it('notes root and position once', async () => {
      const records = Array.from({ length: 3 }, () => buildUsage());
      for (const record of records) await store.usage.append(record);
      const ids = records.slice(0, 2).map(({ id }) => id);

      await store.usage.markAnchored('root-1', ids);
      await store.usage.markAnchored('root-2', ids);

      expect(await store.usage.leaves('root-1')).toStrictEqual(
        records.slice(0, 2).map(({ leafHash }) => leafHash),
      );
      expect(await store.usage.leaves('root-2')).toStrictEqual([]);
      expect(await store.usage.find(ids[1] ?? '')).toMatchObject({
        anchor: { root: 'root-1', position: 1 },
      });
      expect(await store.usage.countPending()).toBe(1);
    });
  });

  describe('lists', () => {
    const march = new Date('2026-03-05T00:00:00Z');
    const april = new Date('2026-04-05T00:00:00Z');

    it.each<[string, UsageFilter]>([
      ['licence', { licence: 'L2' }],
      ['seal', { esId: 'S2' }],
      ['holder', { holderHash: 'H2' }],
      ['clerk', { clerk: 'C2' }],
      ['matter', { matter: 'M2' }],
      ['window', { window: 'W2' }],
      ['kind', { kind: 'copy' }],
      ['outcome', { outcome: 'refused' }],
      ['verdict', { indication: 'INDETERMINATE' }],
      ['window and kind', { window: 'W2', kind: 'copy' }],
      ['first day', { from: april }],
      ['all at once', { licence: 'L2', window: 'W2', from: april, until: new Date('2026-05-01') }],
    ])('are narrowed by %s', async (_, filter) => {
      const wanted = { licence: 'L2', esId: 'S2', holderHash: 'H2', clerk: 'C2', matter: 'M2' };
      const other = buildUsage({ at: march });
      const verdict = { kind: 'copy', outcome: 'refused', indication: 'INDETERMINATE' } as const;
      const record = buildUsage({ ...wanted, ...verdict, window: 'W2', at: april });
      await Promise.all([store.usage.append(other), store.usage.append(record)]);

      const { items } = await store.usage.list(filter, { limit: 10 });

      expect(items.map(({ id }) => id)).toStrictEqual([record.id]);
    });

    it.each<[string, UsageFilter]>([
      ['clerk', { clerk: 'C' }],
      ['window and kind', { window: 'W', kind: 'copy' }],
      ['kind', { kind: 'copy' }],
      ['verdict and time', { indication: 'TOTAL-PASSED', from: march, until: april }],
    ])('by %s read an index, never the whole table', (_, filter) => {
      const { sql, values } = usageQuery(['*'], filter, { limit: 50 });
      const database = new Sqlite(fixture.url.slice('file:'.length), { readonly: true });
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as Plan[];
      database.close();

      const steps = plan.map(({ detail }) => detail).filter((one) => /UsageRecord/.test(one));
      expect(steps.length).toBeGreaterThan(0);
      expect(steps.filter((one) => !one.startsWith('SEARCH'))).toEqual([]);
    });

    it('leave out the last instant of a span', async () => {
      await store.usage.append(buildUsage({ at: april }));

      expect((await store.usage.list({ until: april }, { limit: 1 })).items).toHaveLength(0);
      expect((await store.usage.list({ from: april }, { limit: 1 })).items).toHaveLength(1);
    });

    it('come newest first, in pages', async () => {
      const records = Array.from({ length: 5 }, (_, day) =>
        buildUsage({ at: new Date(Date.UTC(2026, 2, day + 1)) }),
      );
      await Promise.all(records.map((record) => store.usage.append(record)));

      const first = await store.usage.list({}, { limit: 3 });
      const second = await store.usage.list({}, { limit: 3, cursor: first.nextCursor ?? '' });

      expect([...first.items, ...second.items].map(({ id }) => id)).toStrictEqual(
        records.map(({ id }) => id).toReversed(),
      );
      expect(second.nextCursor).toBeNull();
    });
  });
});
