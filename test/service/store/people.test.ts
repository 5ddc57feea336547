import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/src/store/store.ts';
import { disableAccount } from '../../support/disableAccount.ts';
import {
  buildAccount,
  buildStagedIssue,
  STORE_NOW,
  TEST_HOLDER,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const CITY = '11110000000021135M';
const LATER = new Date('2026-03-01T08:00:00Z');
const MUCH_LATER = new Date('2026-03-02T08:00:00Z');

let now = STORE_NOW;
let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  now = STORE_NOW;
  fixture = await testStore({ now: () => now });
  store = fixture.store;
});
afterEach(() => fixture.remove());

function organisation(
  creditCode: string,
  parent: string | null,
): Parameters<Store['organisations']['add']>[0] {
  return {
    creditCode,
    name: `机关 ${creditCode}`,
    parent,
    kind: 'department',
    createdAt: STORE_NOW,
  };
}

describe('organisations', () => {
  it('stand in their tree, parents first', async () => {
    await store.organisations.add(organisation(TEST_ISSUER, null));
    await store.organisations.add(organisation(CITY, TEST_ISSUER));

    const list = await store.organisations.list();

    expect(list.map(({ creditCode }) => creditCode)).toStrictEqual([TEST_ISSUER, CITY]);
    expect(await store.organisations.find(CITY)).toStrictEqual(organisation(CITY, TEST_ISSUER));
    expect(await store.organisations.find('unknown')).toBeNull();
  });

  it('exist once and under a parent that exists', async () => {
    await store.organisations.add(organisation(CITY, null));

    await expect(store.organisations.add(organisation(CITY, null))).rejects.toMatchObject({
      code: 'ORGANISATION_ALREADY_EXISTS',
    });
    await expect(
      store.organisations.add(organisation(TEST_ISSUER, 'nobody')),
    ).rejects.toMatchObject({
      code: 'ORGANISATION_NOT_FOUND',
    });
  });
});

describe('windows', () => {
  it('belong to an organisation and exist once', async () => {
    const window = { code: 'W01', name: '一号窗口', organisation: CITY };
    await store.organisations.add(organisation(CITY, null));
    await store.windows.add(window);

    expect(await store.windows.find('W01')).toStrictEqual(window);
    expect(await store.windows.list()).toStrictEqual([window]);
    await expect(store.windows.add(window)).rejects.toMatchObject({
      code: 'WINDOW_ALREADY_EXISTS',
    });
    await expect(
      store.windows.add({ ...window, code: 'W02', organisation: 'nobody' }),
    ).rejects.toMatchObject({ code: 'ORGANISATION_NOT_FOUND' });
  });
});

describe('accounts', () => {
  it('are found by id and by user name', async () => {
    const account = buildAccount();
    await store.accounts.add(account);

    expect(await store.accounts.find(account.id)).toStrictEqual(account);
    expect(await store.accounts.findByUsername('maker')).toStrictEqual(account);
    expect(await store.accounts.findByUsername('Maker')).toBeNull();
    expect((await store.accounts.list({}, { limit: 10 })).items).toStrictEqual([account]);
  });

  it('have a user name of their own', async () => {
    await store.accounts.add(buildAccount());

    await expect(store.accounts.add(buildAccount())).rejects.toMatchObject({
      code: 'ACCOUNT_ALREADY_EXISTS',
    });
  });
});

describe('sessions', () => {
  const tokenHash = 'a'.repeat(64);

  async function signedIn(): Promise<string> {
    const account = buildAccount();
    await store.accounts.add(account);
    await store.sessions.add({
      tokenHash,
      accountId: account.id,
      createdAt: now,
      expiresAt: LATER,
    });
    return account.id;
  }

  it('lead to their account until they end', async () => {
    const accountId = await signedIn();

    const found = await store.sessions.find(tokenHash, STORE_NOW);

    expect(found?.account).toStrictEqual(await store.accounts.find(accountId));
    expect(found?.session).toStrictEqual({
      tokenHash,
      accountId,
      createdAt: STORE_NOW,
      expiresAt: LATER,
    });
    expect(await store.sessions.find(tokenHash, LATER)).toBeNull();
  });

  it('end when removed', async () => {
    await signedIn();

    await store.sessions.remove(tokenHash);

    expect(await store.sessions.find(tokenHash, STORE_NOW)).toBeNull();
  });

  it('end with the account', async () => {
    const accountId = await signedIn();

    await disableAccount(store, accountId, STORE_NOW);

    expect(await store.sessions.find(tokenHash, STORE_NOW)).toBeNull();
    expect(await store.accounts.find(accountId)).toMatchObject({ disabledAt: STORE_NOW });
  });

  it('are swept after their end', async () => {
    await signedIn();

    expect(await store.sessions.removeExpired(STORE_NOW)).toBe(0);
    expect(await store.sessions.removeExpired(LATER)).toBe(1);
  });
});

describe('idempotency keys', () => {
  const claim = { scope: 'a:POST /licences', key: 'k', requestDigest: 'd', expiresAt: LATER };

  it('let one of concurrent equal requests run', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => store.idempotency.reserve(claim)),
    );

    expect(answers.map(({ outcome }) => outcome)).toStrictEqual([
      'reserved',
      ...Array.from({ length: 5 }, () => 'running'),
    ]);
  });

  it('give the answer again', async () => {
    await store.idempotency.reserve(claim);
    await store.idempotency.complete(claim, { status: 201, body: '{"holder":"张三"}' });

    expect(await store.idempotency.reserve(claim)).toStrictEqual({
      outcome: 'completed',
      status: 201,
      body: '{"holder":"张三"}',
    });
  });

  it('refuse another request, running or completed', async () => {
    const reused = { code: 'IDEMPOTENCY_KEY_REUSED' };
    await store.idempotency.reserve(claim);

    await expect(store.idempotency.reserve({ ...claim, requestDigest: 'e' })).rejects.toMatchObject(
      reused,
    );
    await store.idempotency.complete(claim, { status: 200, body: '' });
    await expect(store.idempotency.reserve({ ...claim, requestDigest: 'e' })).rejects.toMatchObject(
      reused,
    );
  });

  it('are free in another scope, when abandoned and after their time', async () => {
    const free = { outcome: 'reserved' };
    await store.idempotency.reserve(claim);

    expect(await store.idempotency.reserve({ ...claim, scope: 'b' })).toStrictEqual(free);
    await store.idempotency.abandon(claim);
    expect(await store.idempotency.reserve(claim)).toStrictEqual(free);
    now = LATER;
    expect(
      await store.idempotency.reserve({ ...claim, requestDigest: 'e', expiresAt: MUCH_LATER }),
    ).toStrictEqual(free);
  });

  it('are given out again when their process is gone', async () => {
    const other = await fixture.reopen();
    await other.idempotency.reserve(claim);
    const whileItLives = await store.idempotency.reserve(claim);

    await other.close();

    expect(whileItLives).toStrictEqual({ outcome: 'running' });
    expect(await store.idempotency.reserve(claim)).toStrictEqual({ outcome: 'reserved' });
  });
});

describe('holders', () => {
  it('are one person however their code is written', () => {
    const hash = store.holders.holderHash({ code: '11010519491231002X', codeType: '111' });

    expect(store.holders.holderHash({ code: ' 11010519491231002x', codeType: '111' })).toBe(hash);
    expect(store.holders.holderHash({ code: '11010519491231002X', codeType: '999' })).not.toBe(
      hash,
    );
    expect(store.holders.keyedHash('holder', '111\0' + '11010519491231002X')).not.toBe(hash);
  });

  describe('when erased', () => {
    it('leave rows without personal data, for good', async () => {
      const issue = buildStagedIssue();
      await store.licences.stageIssue(issue);
      await store.licences.releaseIssue(issue.identifier, {
        ledger: { root: '9'.repeat(64), position: 0, block: 1 },
        issuedAt: STORE_NOW,
      });
      const holderHash = store.holders.holderHash(TEST_HOLDER);
      const other = await fixture.reopen();
      await other.licences.find(issue.identifier);

      expect(await store.holders.erase(holderHash, LATER)).toBe(true);

      for (const reader of [store, other]) {
        expect(await reader.licences.find(issue.identifier)).toMatchObject({
          state: 'issued',
          holder: null,
          fields: null,
          holderHash: null,
        });
        expect(await reader.licences.parts(issue.identifier)).toBeNull();
        expect(await reader.licences.file(issue.identifier, 'ofd')).toBeNull();
      }
      expect(await store.holders.erase(holderHash, LATER)).toBe(false);
    });

    it('may come back as somebody new', async () => {
      await store.licences.addDraft(buildStagedIssue());
      await store.holders.erase(store.holders.holderHash(TEST_HOLDER), LATER);
      const draft = buildStagedIssue();

      await store.licences.addDraft(draft);

      expect(await store.licences.find(draft.identifier)).toMatchObject({ holder: TEST_HOLDER });
    });
  });
});
