import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import { principalOf } from '../../../service/src/people/sessions.ts';
import type { HeldRole, UsageRecord } from '../../../service/src/store/store.ts';
import {
  findOwnUses,
  findSealUses,
  findUse,
  findUses,
  maySeeUse,
} from '../../../service/src/usage/findUses.ts';
import {
  buildAccount,
  buildDraft,
  buildUsage,
  TEST_HOLDER,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

let opened: TestStore;
let clerk: Principal;
let ofLicence: UsageRecord;
let ofNothing: UsageRecord;

beforeAll(async () => {
  opened = await testStore();
  const { store } = opened;
  const account = buildAccount({ username: 'clerk', displayName: '窗口甲', roles: [] });
  await store.accounts.add(account);
  clerk = principalOf(account);
  const draft = buildDraft();
  await store.licences.addDraft(draft);
  const holderHash = store.holders.holderHash(TEST_HOLDER);
  ofLicence = buildUsage({ licence: draft.identifier, clerk: clerk.id, holderHash, esId: 'S1' });
  ofNothing = buildUsage({ licence: null, clerk: null, esId: null, purpose: null });
  for (const use of [ofLicence, ofNothing]) await store.usage.append(use);
});

afterAll(async () => {
  await opened.remove();
});

function person(...roles: readonly HeldRole[]): Principal {
  return principalOf(buildAccount({ roles }));
}

const PAGE = { limit: 10 };
const AUDITOR = person({ role: 'auditor', organisation: 'x' });
const STAFF = person({ role: 'approver', organisation: TEST_ISSUER });
const OTHERS = person({ role: 'issuer', organisation: '11110000000021135M' });

describe('maySeeUse', () => {
  it('lets auditor, asker, holder and department see it, and nobody else', async () => {
    const { store } = opened;
    const use = (await store.usage.find(ofLicence.id))!;
    const holder = { ...OTHERS, holderHash: ofLicence.holderHash };

    const seen = await Promise.all(
      [AUDITOR, clerk, holder, STAFF, OTHERS].map((one) => maySeeUse(store, one, use)),
    );

    expect(seen).toEqual([true, true, true, true, false]);
  });

  it('shows a use of nothing known to the auditor only', async () => {
    const { store } = opened;
    const use = (await store.usage.find(ofNothing.id))!;

    expect(await maySeeUse(store, AUDITOR, use)).toBe(true);
    expect(await maySeeUse(store, STAFF, use)).toBe(false);
    expect(await maySeeUse(store, person(), use)).toBe(false);
  });
});

describe('findUses', () => {
  it('finds a clerk by user name and shows the display name', async () => {
    const { items } = await findUses(opened.store, { clerk: 'clerk' }, PAGE);

    expect(items).toMatchObject([{ names: { clerk: '窗口甲' }, use: { id: ofLicence.id } }]);
  });
});

describe('findOwnUses', () => {
  it('is for holders', async () => {
    const finding = findOwnUses(opened.store, STAFF, PAGE);

    await expect(finding).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});

describe('findSealUses', () => {
  const seal = { esId: 'S1', sealHolder: TEST_ISSUER };

  it('tells the seal’s holder who asked, and others only that somebody did', async () => {
    const whole = await findSealUses(opened.store, STAFF, seal, PAGE);
    const bare = await findSealUses(opened.store, OTHERS, seal, PAGE);

    expect(whole.items).toMatchObject([{ names: { clerk: '窗口甲' }, showsPurpose: true }]);
    expect(bare.items).toMatchObject([{ names: { clerk: null }, showsPurpose: false }]);
  });
});

describe('findUse', () => {
  it('does not exist for those who may not see it', async () => {
    await expect(findUse(opened.store, OTHERS, ofLicence.id)).rejects.toMatchObject({
      code: 'USAGE_RECORD_NOT_FOUND',
    });
    await expect(findUse(opened.store, AUDITOR, 'none')).rejects.toMatchObject({
      code: 'USAGE_RECORD_NOT_FOUND',
    });
  });
});
