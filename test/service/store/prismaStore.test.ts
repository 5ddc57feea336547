import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveFieldKeys } from '../../../service/src/store/fieldEncryption.ts';
import { openStore } from '../../../service/src/store/prismaStore.ts';
import { walSync, type WalSync } from '../../../service/src/store/walSync.ts';
import {
  buildAccount,
  buildAct,
  buildSeal,
  buildStagedIssue,
  buildUsage,
  STORE_MASTER_KEY,
  STORE_NOW,
  TEST_HOLDER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const clock = { now: () => STORE_NOW };
const LEDGER = { root: '9'.repeat(64), position: 0, block: 1 };

let fixture: TestStore;
beforeEach(async () => {
  fixture = await testStore();
});
afterEach(() => fixture.remove());

describe('the store’s files', () => {
  it('hold no personal datum in clear', async () => {
    const { store, folder } = fixture;
    const secrets = [
      '欧阳静宜',
      '110105194912310021',
      '餐饮服务',
      'YX1.0123',
      'eyJ.e30.c2ln~',
      '司徒明',
      'OFD of',
    ];
    const issue = buildStagedIssue();
    await store.accounts.add(buildAccount());
    await store.licences.addDraft(buildStagedIssue());
    await store.licences.stageIssue(issue);
    await store.licences.releaseIssue(issue.identifier, { ledger: LEDGER, issuedAt: STORE_NOW });
    await store.usage.append(buildUsage());
    await store.imports.add({
      id: 'I',
      typeCode: 'T',
      isDryRun: true,
      createdBy: 'a',
      createdAt: STORE_NOW,
    });
    await store.imports.addRows('I', [{ number: 1, cells: { 姓名: '欧阳静宜' } }]);
    const claim = { scope: 's', key: 'k', requestDigest: 'd', expiresAt: new Date('2027-01-01') };
    await store.idempotency.reserve(claim);
    await store.idempotency.complete(claim, { status: 201, body: '欧阳静宜' });
    const seal = buildSeal();
    await store.seals.stage(seal, Buffer.from('欧阳静宜'), buildAct('seal.make', {}));

    const written = readdirSync(folder)
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));

    expect(written.map(({ name }) => name)).toContain('store.sqlite-wal');
    expect(written.some(({ bytes }) => bytes.includes(issue.identifier))).toBe(true);
    for (const { bytes } of written)
      for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
  });

  it('lose the very bytes of a destroyed data key', async () => {
    const { store, folder } = fixture;
    const path = join(folder, 'store.sqlite');
    await store.licences.addDraft(buildStagedIssue());
    const reader = new Sqlite(path, { readonly: true });
    const key = reader.prepare<[], Buffer>('SELECT dataKeySealed FROM Person').pluck().get();
    reader.close();
    const isThere = (): boolean =>
      [path, `${path}-wal`].some((file) => readFileSync(file).includes(key ?? 'no key'));
    const before = isThere();

    await store.holders.erase(store.holders.holderHash(TEST_HOLDER), STORE_NOW);

    expect(before).toBe(true);
    expect(isThere()).toBe(false);
  });

  it('are readable by their owner alone', () => {
    for (const name of readdirSync(fixture.folder))
      expect(statSync(join(fixture.folder, name)).mode & 0o077).toBe(0);
  });
});

describe('opening', () => {
  it('refuses another master key', async () => {
    const fieldKeys = deriveFieldKeys(new Uint8Array(32).fill(8));

    await expect(openStore({ url: fixture.url, fieldKeys, clock })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });

  it.each(['postgresql://localhost/yinxin', 'file::memory:', ':memory:', ''])(
    'refuses the URL %p',
    async (url) => {
      const fieldKeys = deriveFieldKeys(new Uint8Array(32));

      await expect(openStore({ url, fieldKeys, clock })).rejects.toMatchObject({
        code: 'CONFIGURATION_INVALID',
      });
    },
  );

  it('finds everything again', async () => {
    const issue = buildStagedIssue();
    await fixture.store.licences.stageIssue(issue);
    await fixture.store.licences.releaseIssue(issue.identifier, {
      ledger: LEDGER,
      issuedAt: STORE_NOW,
    });
    const before = await fixture.store.licences.find(issue.identifier);
    await fixture.store.close();

    const again = await fixture.reopen();

    await again.ping();
    expect(await again.licences.find(issue.identifier)).toStrictEqual(before);
  });
});

describe('a closed store', () => {
  it('says that it is unavailable', async () => {
    await fixture.store.close();

    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(fixture.store.ping()).rejects.toMatchObject(unavailable);
    await expect(fixture.store.usage.append(buildUsage())).rejects.toMatchObject(unavailable);
  });
});

describe('Prisma’s writes and group commits', () => {
  it('do not get in each other’s way', async () => {
    const { store } = fixture;

    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, async (_, count) => {
        await Promise.all([
          store.usage.append(buildUsage()),
          store.meta.set(`note-${count}`, 'x'),
          store.accounts.add(buildAccount({ username: `user-${count}` })),
          store.licences.stageIssue(buildStagedIssue()),
        ]);
      }),
    );

    expect(outcomes.filter(({ status }) => status === 'rejected')).toStrictEqual([]);
    expect(await store.usage.countPending()).toBe(60);
    expect((await store.accounts.list({}, { limit: 200 })).items).toHaveLength(60);
  });
});

describe('what reaches the disk', () => {
  const fieldKeys = deriveFieldKeys(STORE_MASTER_KEY);

  /** Syncs as often as given, then fails like a disk that is gone. */
  function failingAfter(times: number): Readonly<{
    syncOf: (path: string) => WalSync;
    syncs: () => number;
  }> {
    let syncs = 0;
    const syncOf = (path: string): WalSync => {
      const real = walSync(path);
      const sync = (): Promise<void> => {
        syncs += 1;
        return syncs > times ? Promise.reject(new Error('EIO')) : real.sync();
      };
      return { ...real, sync };
    };
    return { syncOf, syncs: () => syncs };
  }

  it('is synced when the store is opened: a killed process may have left it in memory', async () => {
    const { syncOf, syncs } = failingAfter(Infinity);

    const store = await openStore({ url: fixture.url, fieldKeys, clock }, syncOf);
    await store.close();

    expect(syncs()).toBe(1);
  });

  it('must be synced, or the store is not opened', async () => {
    const { syncOf } = failingAfter(0);

    await expect(openStore({ url: fixture.url, fieldKeys, clock }, syncOf)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('is not known after a failed sync: nothing is written any more, by nobody, nor is the store well', async () => {
    const { syncOf } = failingAfter(1);
    const store = await openStore({ url: fixture.url, fieldKeys, clock }, syncOf);
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(store.ping()).resolves.toBeUndefined();

    await expect(store.usage.append(buildUsage())).rejects.toMatchObject(unavailable);

    await expect(store.usage.append(buildUsage())).rejects.toMatchObject(unavailable);
    await expect(store.accounts.add(buildAccount())).rejects.toMatchObject(unavailable);
    await expect(store.status.allocate()).rejects.toMatchObject(unavailable);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await store.close();
  });
});
