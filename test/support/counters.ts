/** Windows with clerks, and what they need to ask for licences, in a test service. */
import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../../service/src/access.ts';
import { principalOf } from '../../service/src/people/sessions.ts';
import { matterDefinition } from '../../service/src/matters/matterDefinition.ts';
import type { Account } from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';
import { TEST_ORGANISATIONS, TEST_TYPES, type TestService } from './testService.ts';

/** A matter that needs `premises` and the holder's name of licences of the type `single`. */
export const TEST_MATTER = 'M-OPEN-KITCHEN';
/** A matter without materials. */
export const OTHER_MATTER = 'M-OTHER';

/** A bundle of which one part is {@link TEST_MATTER}. */
export const TEST_BUNDLE = 'M-RESTAURANT';

/** Somebody signed in. */
export interface SignedIn {
  readonly principal: Principal;
  /** Headers of their requests. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface TestCounter extends SignedIn {
  readonly window: string;
}

/** Adds a window of the hall with a clerk of its own. */
export async function addCounter(city: TestService, window: string): Promise<TestCounter> {
  const organisation = TEST_ORGANISATIONS.hall.creditCode;
  const { store, clock } = city.service;
  if ((await store.organisations.find(organisation)) === null) {
    const parent = TEST_ORGANISATIONS.operator.creditCode;
    const hall = { ...TEST_ORGANISATIONS.hall, parent, kind: 'serviceHall' };
    await store.organisations.add({ ...hall, createdAt: clock.now() });
  }
  if ((await store.windows.find(window)) === null) {
    await store.windows.add({ code: window, name: `${window}号窗口`, organisation });
  }
  const signedIn = await addAccount(city, {
    roles: [{ role: 'clerk', organisation }],
    windowCode: window,
  });
  return { ...signedIn, window };
}

/** Adds an account and signs it in. */
export async function addAccount(
  { service: { store, clock } }: TestService,
  overrides: Partial<Account>,
): Promise<SignedIn> {
  const now = clock.now();
  const id = ulid(now);
  const account: Account = {
    ...{ id, username: `user-${id}`, passwordHash: '', displayName: `人员${id.slice(-4)}` },
    ...{ roles: [], windowCode: null, holderHash: null, createdAt: now, disabledAt: null },
    ...overrides,
  };
  await store.accounts.add(account);
  const token = randomBytes(32).toString('base64url');
  await store.sessions.add({
    tokenHash: createHash('sha256').update(token).digest('hex'),
    ...{ accountId: id, createdAt: now, expiresAt: new Date(now.getTime() + 86_400_000) },
  });
  return { principal: principalOf(account), headers: { authorization: `Bearer ${token}` } };
}

/** Adds {@link TEST_MATTER}, {@link OTHER_MATTER} and {@link TEST_BUNDLE} to the store alone. */
export async function addMatters({ service: { store, clock } }: TestService): Promise<void> {
  const materials = [
    {
      ...{ code: 'premises', name: '经营场所证明' },
      standIns: [{ typeCode: TEST_TYPES.single, fields: ['premises', 'holderName'] }],
    },
  ];
  const matters = [
    {
      code: TEST_MATTER,
      name: '开办餐馆',
      definition: { materials, basis: '《食品安全法》第三十五条' },
    },
    { code: OTHER_MATTER, name: '其他事项', definition: {} },
    {
      ...{ code: TEST_BUNDLE, name: '开饭馆一件事' },
      definition: { bundles: [OTHER_MATTER, TEST_MATTER] },
    },
  ];
  await store.matters.put(
    matters.map(({ code, name, definition }) => ({
      ...{ code, name, definition: matterDefinition.parse(definition) },
      ...{ version: 1, updatedAt: clock.now() },
    })),
  );
}
