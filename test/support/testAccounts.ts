/** More people in a test city than it begins with. */
import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../../service/src/access.ts';
import { principalOf } from '../../service/src/people/sessions.ts';
import type { HeldRole, HolderCode } from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';
import type { TestService } from './testService.ts';

export interface TestAccount {
  readonly principal: Principal;
  /** For `headers` of a request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Adds an account with a session; nobody can sign in to it by password. */
export async function addAccount(
  { service }: Pick<TestService, 'service'>,
  username: string,
  of: Readonly<{ roles?: readonly HeldRole[]; holder?: HolderCode; windowCode?: string }>,
): Promise<TestAccount> {
  const { clock, store } = service;
  const account = {
    id: ulid(clock.now()),
    ...{ username, passwordHash: 'none', displayName: username },
    roles: of.roles ?? [{ role: 'holder', organisation: null } as const],
    windowCode: of.windowCode ?? null,
    holderHash: of.holder === undefined ? null : store.holders.holderHash(of.holder),
    ...{ createdAt: clock.now(), disabledAt: null },
  };
  await store.accounts.add(account);
  const token = randomBytes(32).toString('base64url');
  await store.sessions.add({
    tokenHash: createHash('sha256').update(token).digest('hex'),
    accountId: account.id,
    createdAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 1000 * 86_400_000),
  });
  return { principal: principalOf(account), headers: { authorization: `Bearer ${token}` } };
}
