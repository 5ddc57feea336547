import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { AdministrationEntry, Store } from '../../../service/src/store/store.ts';
import {
  buildAccount,
  STORE_NOW,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

let fixture: TestStore;
let store: Store;

beforeEach(async () => {
  fixture = await testStore();
  ({ store } = fixture);
});

afterEach(async () => {
  await fixture.remove();
});

const ORDER = { actor: 'admin', at: STORE_NOW };

const addWindow = (to: Store, code: string): Promise<void> =>
  to.administration.change(
    { action: 'window.add', window: { code, name: code, organisation: TEST_ISSUER } },
    ORDER,
  );

async function entries(): Promise<readonly AdministrationEntry[]> {
  return (await store.administration.list({}, { limit: 200 })).items;
}

const previousOf = ({ record }: AdministrationEntry): unknown =>
  (JSON.parse(Buffer.from(record).toString('utf8')) as { readonly previous: unknown }).previous;

describe('the administrative trail', () => {
  beforeEach(async () => {
    const organisation = {
      creditCode: TEST_ISSUER,
      name: '某局',
      parent: null,
      kind: 'department',
    };
    await store.administration.change(
      { action: 'organisation.add', organisation: { ...organisation, createdAt: STORE_NOW } },
      ORDER,
    );
  });

  it('is one chain, however many processes write to it', async () => {
    const other = await fixture.reopen();

    const codes = Array.from({ length: 20 }, (_, index) => `W${index}`);
    await Promise.all(codes.map((code, index) => addWindow(index % 2 === 0 ? store : other, code)));

    const chain = (await entries()).toReversed();
    expect(chain.map(({ number }) => number)).toEqual(chain.map((_, index) => index + 1));
    expect(chain.map(previousOf)).toEqual([
      null,
      ...chain.slice(0, -1).map(({ leafHash }) => leafHash),
    ]);
  });

  it('holds nothing of what a rule prevents, and neither does the store', async () => {
    const account = buildAccount();
    const refusing = store.administration.change(
      { action: 'person.add', account },
      {
        ...ORDER,
        check(state) {
          expect(state.organisations()).toHaveLength(1);
          throw new Error('no');
        },
      },
    );

    await expect(refusing).rejects.toThrow('no');
    expect(await store.accounts.find(account.id)).toBeNull();
    expect(await entries()).toHaveLength(1);
  });

  it('refuses to be changed or shortened, even by who has the file', async () => {
    await addWindow(store, 'W1');
    const database = new Database(fixture.url.replace('file:', ''));

    for (const sql of [
      'DELETE FROM AdministrationEntry WHERE number = 1',
      `UPDATE AdministrationEntry SET actorId = 'another'`,
      `UPDATE AdministrationEntry SET contentSealed = x'00'`,
    ])
      expect(() => database.exec(sql)).toThrow(/stay/);
    database.close();
    expect(await entries()).toHaveLength(2);
  });

  it('waits to be anchored, oldest first, and is anchored once', async () => {
    await addWindow(store, 'W1');
    const waiting = await store.administration.pending(10);
    expect(waiting).toHaveLength(2);

    await store.administration.markAnchored(
      'a'.repeat(64),
      waiting.map(({ id }) => id),
    );
    await store.administration.markAnchored('b'.repeat(64), [waiting[0]?.id ?? '']);

    expect(await store.administration.pending(10)).toEqual([]);
    const [newest, oldest] = await entries();
    expect(oldest?.anchor).toEqual({ root: 'a'.repeat(64), position: 0 });
    expect(newest?.anchor).toEqual({ root: 'a'.repeat(64), position: 1 });
  });

  it.each([
    [{ action: 'person.enable', id: 'none' } as const, 'ACCOUNT_NOT_FOUND'],
    [{ action: 'organisation.reopen', creditCode: 'none' } as const, 'ORGANISATION_NOT_FOUND'],
    [{ action: 'window.reopen', code: 'none' } as const, 'WINDOW_NOT_FOUND'],
  ])('knows nothing of %j', async (change, code) => {
    await expect(store.administration.change(change, ORDER)).rejects.toMatchObject({ code });
  });
});
