import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import {
  markNoticeRead,
  readInbox,
  readPreferences,
  setPreferences,
  type InboxParts,
} from '../../../service/src/notices/ownNotices.ts';
import { principalOf } from '../../../service/src/people/sessions.ts';
import {
  buildAccount,
  buildUsage,
  STORE_NOW,
  TEST_HOLDER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

let fixture: TestStore;
let parts: InboxParts;
let holder: Principal;
let other: Principal;

beforeAll(async () => {
  fixture = await testStore();
  const { store } = fixture;
  parts = { store, clock: { now: () => STORE_NOW } };
  const holderHash = store.holders.holderHash(TEST_HOLDER);
  const roles = [{ role: 'holder', organisation: null }] as const;
  const otherHash = store.holders.holderHash({ ...TEST_HOLDER, codeType: '112' });
  holder = principalOf(buildAccount({ roles, holderHash }));
  other = principalOf(buildAccount({ roles, holderHash: otherHash }));
  await store.usage.append(buildUsage({ holderHash, kind: 'copy', licence: null }));
});

afterAll(async () => {
  await fixture.remove();
});

describe('one’s own notices', () => {
  it('are nobody else’s to read', async () => {
    const { items, unread } = await readInbox(parts, holder, { limit: 10 });
    const [{ notice } = { notice: { id: '' } }] = items;

    expect(unread).toBe(1);
    expect(await readInbox(parts, other, { limit: 10 })).toMatchObject({ items: [], unread: 0 });
    await expect(markNoticeRead(parts, other, notice.id)).rejects.toMatchObject({
      code: 'NOTICE_NOT_FOUND',
    });
    expect((await markNoticeRead(parts, holder, notice.id)).notice.readAt).toEqual(STORE_NOW);
  });

  it('are wanted or not by each for themselves', async () => {
    const preferences = await readPreferences(parts, holder);
    await setPreferences(parts, holder, { ...preferences, copy: false });

    expect(await readPreferences(parts, holder)).toMatchObject({ copy: false, lookup: true });
    expect(await readPreferences(parts, other)).toMatchObject({ copy: true });
  });

  it('are for holders', async () => {
    const nobody = principalOf(buildAccount());
    const refused = { code: 'NOT_AUTHORISED' };
    const preferences = await readPreferences(parts, holder);

    await expect(readInbox(parts, nobody, { limit: 10 })).rejects.toMatchObject(refused);
    await expect(readPreferences(parts, nobody)).rejects.toMatchObject(refused);
    await expect(setPreferences(parts, nobody, preferences)).rejects.toMatchObject(refused);
    await expect(markNoticeRead(parts, nobody, 'x')).rejects.toMatchObject(refused);
  });
});
