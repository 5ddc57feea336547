import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { requireHolderCode } from '../holderCode.ts';
import type { Grant, NamedGrant } from '../store/grants.ts';
import type { HolderCode, Licence, LicenceFacts, Page, PageRequest } from '../store/store.ts';
import { findUsesUnderGrant, type UsePage } from '../usage/findUses.ts';
import { coversLicence } from './findGrant.ts';
import { toGrantRecord, type GrantParts } from './grantParts.ts';

/** @throws ServiceError `GRANT_NOT_FOUND`. */
export async function requireGrant(
  { store }: Pick<GrantParts, 'store'>,
  id: string,
): Promise<NamedGrant> {
  const grant = await store.grants.find(id);
  if (grant === null) throw grantNotFound(id);
  return grant;
}

export function grantNotFound(id: string): ServiceError {
  return new ServiceError('GRANT_NOT_FOUND', `no grant ${id}`);
}

/** What someone gave and was given, newest first. @throws ServiceError `NOT_AUTHORISED` if they are no holder. */
export async function listGrants(
  { store }: GrantParts,
  { holderHash }: Principal,
  page: PageRequest,
): Promise<Page<NamedGrant>> {
  if (holderHash === null) throw notAuthorised('only holders have grants');
  return await store.grants.list(holderHash, page);
}

/** A grant for its holder or its agent. @throws ServiceError `GRANT_NOT_FOUND`, also for anybody else. */
export async function findOwnGrant(
  parts: Pick<GrantParts, 'store'>,
  { holderHash }: Principal,
  id: string,
): Promise<NamedGrant> {
  const grant = await requireGrant(parts, id);
  const isTheirs = holderHash === grant.holderHash || holderHash === grant.agentHash;
  if (holderHash === null || !isTheirs) throw grantNotFound(id);
  return grant;
}

/**
 * Who is registered to act for a holder, for a clerk at a window; the search is recorded before it is answered.
 *
 * @throws ServiceError `HOLDER_CODE_INVALID`.
 */
export async function searchRepresentations(
  { clock, store }: GrantParts,
  principal: Principal,
  { holder, window }: Readonly<{ holder: HolderCode; window: string }>,
  page: PageRequest,
): Promise<Page<NamedGrant>> {
  requireHolderCode(holder, 'holder');
  const holderHash = store.holders.holderHash(holder);
  const use = { event: 'GRANT_SEARCHED', grantId: null, holderHash, purpose: null } as const;
  await store.usage.append(toGrantRecord({ ...use, by: principal.id, window }, clock.now()));
  return await store.grants.listRegistered(holderHash, page);
}

/** Whether a grant counts at an instant. */
export function isInForce(grant: Grant, at: Date): boolean {
  return (
    grant.ended === null &&
    grant.validFrom <= at &&
    (grant.validUntil === null || grant.validUntil >= at)
  );
}

/** A licence that a grant reaches: what it is, and the names of its fields; not what they say. */
export interface GrantedLicence {
  readonly licence: LicenceFacts;
  readonly fieldNames: readonly string[];
}

/**
 * The issued licences that a grant reaches. An agent's look is recorded before it is answered; values of fields are not
 * told here.
 *
 * @throws ServiceError `GRANT_NOT_FOUND`; `GRANT_STATE_CONFLICT` for an agent whose grant is not in force.
 */
export async function grantedLicences(
  parts: GrantParts,
  principal: Principal,
  id: string,
  page: PageRequest,
): Promise<Page<GrantedLicence>> {
  const { clock, store } = parts;
  const grant = await findOwnGrant(parts, principal, id);
  const { holderHash } = grant;
  if (holderHash === null) return { items: [], nextCursor: null };
  if (principal.holderHash !== holderHash) {
    const at = clock.now();
    if (!isInForce(grant, at)) {
      throw new ServiceError('GRANT_STATE_CONFLICT', `grant ${id} is not in force`);
    }
    const use = { event: 'GRANT_READ', grantId: id, holderHash, purpose: null } as const;
    await store.usage.append(toGrantRecord({ ...use, by: principal.id, window: null }, at));
  }
  const found = await store.licences.list({ holderHashes: [holderHash], state: 'issued' }, page);
  return {
    items: found.items.filter((one) => coversLicence(grant.scope, one)).map(toGranted),
    nextCursor: found.nextCursor,
  };
}

function toGranted({ fields, ...licence }: Licence): GrantedLicence {
  return { licence, fieldNames: Object.keys(fields ?? {}) };
}

/**
 * The uses made under a grant, newest first, for its two sides.
 *
 * @throws ServiceError `GRANT_NOT_FOUND`.
 */
export async function usesOfGrant(
  parts: Pick<GrantParts, 'store'>,
  principal: Principal,
  id: string,
  page: PageRequest,
): Promise<UsePage> {
  const { holderHash, createdAt } = await findOwnGrant(parts, principal, id);
  if (holderHash === null) return { items: [], nextCursor: null };
  return await findUsesUnderGrant(parts.store, { id, holderHash, createdAt }, page);
}
