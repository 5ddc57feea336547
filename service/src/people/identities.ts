import { isCitizenId, isCreditCode } from '@yinxin/chaincode/model';
import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Account, HolderCode, Store } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { administer } from './administer.ts';
import type { IdentitySettings, ProvenIdentity } from './identityProvider.ts';
import { accountIn, requireAccount, type PeopleParts } from './people.ts';

export interface IdentityParts extends PeopleParts {
  readonly identity: IdentitySettings;
}

/** Stands for an account's id where an identity provider's word makes the change. */
export const IDENTITY_PROVIDER = 'identity-provider';

const MAX_NAME_LENGTH = 100;

/** Keyed hash by which an identity is found; what the provider calls a person is not kept. */
export function subjectHashOf(
  store: Pick<Store, 'holders'>,
  { issuer, subject }: Pick<ProvenIdentity, 'issuer' | 'subject'>,
): string {
  return store.holders.keyedHash('identity', JSON.stringify([issuer, subject]));
}

/**
 * Binds an account to a person at the identity provider, in the place of another one. That one identity belongs to one
 * account makes sure that nobody holds two administrators' duties by it.
 *
 * @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`, `IDENTITY_ALREADY_BOUND`, `REQUEST_MALFORMED` (an issuer that
 * is not this installation's).
 */
export async function bindIdentity(
  parts: IdentityParts,
  principal: Principal,
  id: string,
  identity: Pick<ProvenIdentity, 'issuer' | 'subject'>,
): Promise<void> {
  const expected = parts.identity.provider?.issuer;
  if (expected !== undefined && identity.issuer !== expected) {
    throw new ServiceError('REQUEST_MALFORMED', `the identity provider here is ${expected}`, {
      faults: [{ pointer: '/issuer', detail: `must be ${expected}` }],
    });
  }
  const subjectHash = subjectHashOf(parts.store, identity);
  const { issuer } = identity;
  const at = parts.clock.now();
  const change = { action: 'person.bindIdentity', id, issuer, subjectHash, at } as const;
  await administer(parts, principal, change, (scene) => {
    accountIn(scene, principal, id);
  });
}

/** Takes an account's identity away and ends its sessions. @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`. */
export async function unbindIdentity(
  parts: IdentityParts,
  principal: Principal,
  id: string,
): Promise<void> {
  await administer(parts, principal, { action: 'person.unbindIdentity', id }, (scene) => {
    accountIn(scene, principal, id);
  });
}

/**
 * The account of somebody for whom the provider vouches: the one bound to this identity; else, where a claim names the
 * holder's code, that holder's account, which is made when there is none. Nobody gets another role by a claim.
 *
 * @throws ServiceError `IDENTITY_UNKNOWN` (nobody here, or disabled), `IDENTITY_REFUSED` (the code is another one than
 * that of the account), `IDENTITY_ALREADY_BOUND` (the holder signs in by another identity).
 */
export async function accountOfIdentity(
  parts: IdentityParts,
  identity: ProvenIdentity,
): Promise<Account> {
  const { accounts, holders } = parts.store;
  const holder = holderIn(identity);
  const holderHash = holder === null ? null : holders.holderHash(holder);
  const bound = await accounts.findByIdentity(subjectHashOf(parts.store, identity));
  if (bound !== null) {
    if (bound.holderHash !== null && holderHash !== null && bound.holderHash !== holderHash) {
      throw new ServiceError('IDENTITY_REFUSED', 'this identity names another holder than before');
    }
    return requireUsable(bound);
  }
  if (holderHash === null) throw unknownIdentity();
  const [known] = await accounts.findHolders(holderHash);
  const account =
    known === undefined ? await addHolder(parts, identity, holderHash) : requireUsable(known);
  return await bindHolder(parts, identity, account);
}

/** Makes an account without a password for a holder. */
async function addHolder(
  parts: IdentityParts,
  { name }: ProvenIdentity,
  holderHash: string,
): Promise<Account> {
  const at = parts.clock.now();
  const id = ulid(at);
  const username = `holder-${id.toLowerCase()}`;
  const account: Account = {
    ...{ id, username, passwordHash: 'none', holderHash, windowCode: null },
    displayName: name?.slice(0, MAX_NAME_LENGTH) ?? username,
    roles: [{ role: 'holder', organisation: null }],
    ...{ createdAt: at, disabledAt: null },
  };
  let other: Account | undefined;
  await parts.store.administration
    .change(
      { action: 'person.add', account },
      {
        ...{ actor: IDENTITY_PROVIDER, at },
        check(state) {
          other = state.accountsOf(holderHash).find(isOnlyHolder);
          if (other !== undefined) throw unknownIdentity(); // made by an equal request meanwhile
        },
      },
    )
    .catch((error: unknown) => {
      if (other === undefined) throw error;
    });
  return other ?? account;
}

async function bindHolder(
  parts: IdentityParts,
  identity: ProvenIdentity,
  account: Account,
): Promise<Account> {
  const at = parts.clock.now();
  const { issuer } = identity;
  const subjectHash = subjectHashOf(parts.store, identity);
  await parts.store.administration.change(
    { action: 'person.bindIdentity', id: account.id, issuer, subjectHash, at },
    {
      ...{ actor: IDENTITY_PROVIDER, at },
      check(state) {
        const present = state.identityOf(account.id);
        if (present === null || present === subjectHash) return;
        throw new ServiceError('IDENTITY_ALREADY_BOUND', 'this holder has another identity');
      },
    },
  );
  return requireUsable(await requireAccount(parts, account.id));
}

/** @throws ServiceError `IDENTITY_REFUSED` if the claim holds something that is no code of a citizen or an enterprise. */
function holderIn({ holderCode }: ProvenIdentity): HolderCode | null {
  if (holderCode === null) return null;
  const code = holderCode.trim().toUpperCase();
  if (isCitizenId(code)) return { code, codeType: '111' };
  if (isCreditCode(code)) return { code, codeType: '001' };
  throw new ServiceError('IDENTITY_REFUSED', 'the provider names no right code of a holder');
}

function isOnlyHolder({ roles }: Account): boolean {
  return roles.every((held) => held.role === 'holder');
}

function requireUsable(account: Account): Account {
  if (account.disabledAt !== null) throw unknownIdentity();
  return account;
}

function unknownIdentity(): ServiceError {
  return new ServiceError('IDENTITY_UNKNOWN', 'no account here goes with this identity');
}
