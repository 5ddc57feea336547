import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import {
  addPerson,
  changePassword,
  disablePerson,
  setRoles,
  type NewPerson,
  type PeopleParts,
} from '../../../service/src/people/people.ts';
import { findSession, principalOf, signIn, signOut } from '../../../service/src/people/sessions.ts';
import type { Account } from '../../../service/src/store/store.ts';
import {
  buildAccount,
  STORE_NOW,
  TEST_HOLDER,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

let opened: TestStore;
let parts: PeopleParts & { readonly store: TestStore['store'] };
let security: Principal;
let operator: Principal;

beforeAll(async () => {
  opened = await testStore();
  parts = {
    clock: { now: () => STORE_NOW },
    store: opened.store,
    trustParts: { operator: { creditCode: TEST_ISSUER } },
  };
  const organisation = { creditCode: TEST_ISSUER, name: '某局', parent: null, kind: 'department' };
  await opened.store.organisations.add({ ...organisation, createdAt: STORE_NOW });
  security = await administrator('securityAdmin');
  operator = await administrator('operator');
});

afterAll(async () => {
  await opened.remove();
});

async function administrator(role: 'securityAdmin' | 'operator'): Promise<Principal> {
  const account = buildAccount({ username: role, roles: [{ role, organisation: TEST_ISSUER }] });
  await opened.store.accounts.add(account);
  return principalOf(account);
}

const PASSWORD = 'a long enough password';
let count = 0;

function buildPerson(overrides: Partial<NewPerson> = {}): NewPerson {
  return {
    username: `person-${++count}`,
    password: PASSWORD,
    displayName: '上官云',
    roles: [{ role: 'issuer', organisation: TEST_ISSUER }],
    windowCode: null,
    holder: null,
    ...overrides,
  };
}

const add = (overrides: Partial<NewPerson> = {}, by = security): Promise<Account> =>
  addPerson(parts, by, buildPerson(overrides));

describe('addPerson', () => {
  it('keeps a hash of the password only', async () => {
    const account = await add();

    expect(account.passwordHash).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(JSON.stringify(account)).not.toContain(PASSWORD);
  });

  it('finds a holder by the hash of their code', async () => {
    const { code, codeType } = TEST_HOLDER;
    const roles = [{ role: 'holder', organisation: null }] as const;

    const account = await add({ roles, holder: { code, codeType } });

    expect(account.holderHash).toBe(opened.store.holders.holderHash({ code, codeType }));
  });

  it('lets an operator add staff, but no administrator', async () => {
    const roles = [{ role: 'securityAdmin', organisation: TEST_ISSUER }] as const;

    await expect(add({}, operator)).resolves.toMatchObject({ disabledAt: null });
    await expect(add({ roles }, operator)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('never gives one person two administrators’ duties', async () => {
    const roles = (['operator', 'auditor'] as const).map((role) => ({
      role,
      organisation: TEST_ISSUER,
    }));

    await expect(add({ roles })).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});

describe('setRoles and disablePerson', () => {
  it('refuse one’s own rights, and unknown accounts', async () => {
    const change = { roles: security.roles, windowCode: null };

    await expect(setRoles(parts, security, security.id, change)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
    await expect(disablePerson(parts, security, security.id)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
    await expect(disablePerson(parts, security, 'none')).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_FOUND',
    });
  });

  it('may be repeated', async () => {
    const { id } = await add();

    const first = await disablePerson(parts, security, id);
    const second = await disablePerson(parts, security, id);

    expect(second.disabledAt).toEqual(first.disabledAt);
  });
});

describe('a session', () => {
  it('is found by its token until it is signed out', async () => {
    const { username } = await add();
    const { token, principal } = await signIn(parts, { username, password: PASSWORD });

    expect(await findSession(parts, token)).toEqual(principal);
    await signOut(parts, token);
    expect(await findSession(parts, token)).toBeNull();
  });

  it('has other roles as soon as its account has', async () => {
    const { id, username } = await add();
    const { token } = await signIn(parts, { username, password: PASSWORD });
    const roles = [{ role: 'clerk', organisation: TEST_ISSUER }] as const;

    await setRoles(parts, security, id, { roles, windowCode: null });

    expect((await findSession(parts, token))?.roles).toEqual(roles);
  });

  it('ends when its account is disabled', async () => {
    const { id, username } = await add();
    const { token } = await signIn(parts, { username, password: PASSWORD });

    await disablePerson(parts, security, id);

    expect(await findSession(parts, token)).toBeNull();
    await expect(signIn(parts, { username, password: PASSWORD })).rejects.toMatchObject({
      code: 'CREDENTIALS_WRONG',
    });
  });

  it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(10_000)])(
    'is none for the token `%s`',
    async (token) => {
      expect(await findSession(parts, token)).toBeNull();
    },
  );
});

describe('changePassword', () => {
  it('needs the current one', async () => {
    const account = await add();
    const principal = principalOf(account);
    const next = 'quite another password';

    await expect(changePassword(parts, principal, { current: next, next })).rejects.toMatchObject({
      code: 'CREDENTIALS_WRONG',
    });
    await changePassword(parts, principal, { current: PASSWORD, next });

    const { username } = account;
    await expect(signIn(parts, { username, password: next })).resolves.toBeDefined();
  });
});
