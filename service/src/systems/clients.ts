import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { administer } from '../people/administer.ts';
import { requireReach } from '../people/reach.ts';
import { checkGivenRoles } from '../people/roleRules.ts';
import type { Account } from '../store/store.ts';
import type { ClientTerms, ClientVersion, SystemClient } from '../store/systems.ts';
import { ulid } from '../ulid.ts';
import { checkTerms } from './clientTerms.ts';
import type { ClientParts } from './parts.ts';
import { hashOfSecret, makeSecret } from './secrets.ts';

/** The secret before may live on for a day at most, so that a system can change over. */
export const MAX_OVERLAP_MINUTES = 1440;
const MINUTE_MS = 60_000;
/** An account of a client has no password. */
const NO_PASSWORD = 'none';

export interface NewClient {
  /** As holders read it in their trail. */
  readonly name: string;
  /** Credit code. */
  readonly organisation: string;
  readonly terms: ClientTerms;
}

/** A client, and since when it may not call. */
export interface ClientFacts {
  readonly client: SystemClient;
  readonly disabledAt: Date | null;
}

export interface ClientWithSecret extends ClientFacts {
  /** Shown once; only its hash is kept. */
  readonly secret: string;
}

/**
 * Registers another system: an account with the role `system` in its organisation, a secret, and what it may do.
 *
 * @throws ServiceError `CLIENT_TERMS_INVALID`, `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED`, `NOT_AUTHORISED`.
 */
export async function registerClient(
  parts: ClientParts,
  principal: Principal,
  { name, organisation, terms }: NewClient,
): Promise<ClientWithSecret> {
  await checkTerms(parts, terms);
  const now = parts.clock.now();
  const id = ulid(now).toLowerCase();
  const account: Account = {
    ...{ id: ulid(now), username: `client-${id}`, passwordHash: NO_PASSWORD, displayName: name },
    ...{ roles: [{ role: 'system', organisation }], windowCode: null, holderHash: null },
    ...{ createdAt: now, disabledAt: null },
  };
  const secret = makeSecret();
  const client = {
    ...{ id, accountId: account.id, organisation, name, terms, createdAt: now },
    ...{ secretHash: hashOfSecret(secret), secretSince: now },
  };
  const change = { action: 'client.add', client, account, by: principal.id } as const;
  await administer(parts, principal, change, (scene) => {
    checkGivenRoles(scene, principal, account, null);
  });
  return { ...(await requireClient(parts, id)), secret };
}

/**
 * Says anew what a client may do; it counts with its next call, and what was before is kept.
 *
 * @throws ServiceError `CLIENT_NOT_FOUND`, `CLIENT_TERMS_INVALID`.
 */
export async function changeTerms(
  parts: ClientParts,
  principal: Principal,
  id: string,
  terms: ClientTerms,
): Promise<ClientFacts> {
  const { organisation } = await requireLiveClient(parts, id);
  await checkTerms(parts, terms);
  const [at, by] = [parts.clock.now(), principal.id];
  const change = { action: 'client.putTerms', client: id, terms, at, by } as const;
  await administer(parts, principal, change, ({ reach }) => {
    requireReach(reach, organisation);
  });
  return await requireClient(parts, id);
}

/**
 * Gives a client another secret. Tokens under way live on: they are short.
 *
 * @param overlapMinutes - how long the secret before still opens; 0: not at all.
 * @throws ServiceError `CLIENT_NOT_FOUND`.
 */
export async function rotateSecret(
  parts: ClientParts,
  principal: Principal,
  id: string,
  overlapMinutes: number,
): Promise<ClientWithSecret> {
  const { organisation } = await requireLiveClient(parts, id);
  const at = parts.clock.now();
  const secret = makeSecret();
  const overlapMs = Math.min(overlapMinutes, MAX_OVERLAP_MINUTES) * MINUTE_MS;
  const change = {
    ...({ action: 'client.putSecret', client: id, at } as const),
    secretHash: hashOfSecret(secret),
    formerUntil: overlapMs === 0 ? null : new Date(at.getTime() + overlapMs),
  };
  await administer(parts, principal, change, ({ reach }) => {
    requireReach(reach, organisation);
  });
  return { ...(await requireClient(parts, id)), secret };
}

/** Disables a client's account and ends its tokens at once. @throws ServiceError `CLIENT_NOT_FOUND`. */
export async function disableClient(
  parts: ClientParts,
  principal: Principal,
  id: string,
): Promise<ClientFacts> {
  const { client, disabledAt } = await requireClient(parts, id);
  const at = parts.clock.now();
  if (disabledAt === null) {
    const change = { action: 'person.disable', id: client.accountId, at } as const;
    await administer(parts, principal, change, ({ reach }) => {
      requireReach(reach, client.organisation);
    });
  }
  return await requireClient(parts, id);
}

export async function listClients(parts: ClientParts): Promise<readonly ClientFacts[]> {
  const clients = await parts.store.systems.list();
  return await Promise.all(clients.map((client) => withState(parts, client)));
}

/** @throws ServiceError `CLIENT_NOT_FOUND`. */
export async function findClient(
  parts: ClientParts,
  id: string,
): Promise<ClientFacts & { readonly versions: readonly ClientVersion[] }> {
  const found = await requireClient(parts, id);
  return { ...found, versions: await parts.store.systems.versions(id) };
}

async function requireClient(parts: ClientParts, id: string): Promise<ClientFacts> {
  const client = await parts.store.systems.find(id);
  if (client === null) throw new ServiceError('CLIENT_NOT_FOUND', `no client ${id}`);
  return await withState(parts, client);
}

async function withState({ store }: ClientParts, client: SystemClient): Promise<ClientFacts> {
  const account = await store.accounts.find(client.accountId);
  return { client, disabledAt: account === null ? client.createdAt : account.disabledAt };
}

/** @throws ServiceError `CLIENT_NOT_FOUND`, also for a disabled one. */
async function requireLiveClient(parts: ClientParts, id: string): Promise<SystemClient> {
  const { client, disabledAt } = await requireClient(parts, id);
  if (disabledAt !== null) throw new ServiceError('CLIENT_NOT_FOUND', `client ${id} is disabled`);
  return client;
}
