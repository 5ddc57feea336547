import { hasRole, hasRoleIn, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Page, PageRequest, Store, StoredUsage, UsageFilter } from '../store/store.ts';
import { useDetailsOf, type UseDetails } from './recordUse.ts';
import { useNames, type NameStore } from './useNames.ts';
import type { UseNames } from './useStatement.ts';

/** A use as somebody may see it. */
export interface VisibleUse {
  readonly use: StoredUsage;
  /** What its codes stand for. */
  readonly names: UseNames;
  /** Empty where they are not for these eyes. */
  readonly details: UseDetails;
  /** Whether the purpose is for these eyes. */
  readonly showsPurpose: boolean;
}

export interface UsePage extends Page<VisibleUse> {
  readonly items: readonly VisibleUse[];
}

type UseStore = Pick<Store, 'usage'> & NameStore;
type UseAccess = Pick<Store, 'licences' | 'seals'>;

/**
 * Whether a use is for someone's eyes: the auditor, whoever asked, the holder of the licence, staff of the department
 * whose licence or seal it was.
 */
export async function maySeeUse(
  store: UseAccess,
  principal: Principal,
  use: StoredUsage,
): Promise<boolean> {
  if (hasRole(principal, 'auditor') || use.clerk === principal.id) return true;
  if (use.holderHash !== null && use.holderHash === principal.holderHash) return true;
  if (use.licence !== null) {
    const licence = await store.licences.facts(use.licence);
    return licence !== null && hasRoleIn(principal, licence.issuer, 'issuer', 'approver');
  }
  const seal = use.esId === null ? null : await store.seals.find(use.esId);
  return seal !== null && hasRoleIn(principal, seal.holder.creditCode, 'issuer', 'approver');
}

/**
 * Uses by any filter, newest first, whole. Who may ask is for the caller to decide.
 *
 * @param filter - `clerk` is a user name or an account id.
 */
export async function findUses(
  store: UseStore,
  filter: UsageFilter,
  page: PageRequest,
): Promise<UsePage> {
  const { clerk, ...rest } = filter;
  const account = clerk === undefined ? null : await store.accounts.findByUsername(clerk);
  const asked = clerk === undefined ? rest : { ...rest, clerk: account?.id ?? clerk };
  return await withNames(store, await store.usage.list(asked, page), true);
}

/**
 * Uses of the licences someone holds, newest first.
 *
 * @throws ServiceError `NOT_AUTHORISED` if they hold none.
 */
export async function findOwnUses(
  store: UseStore,
  principal: Principal,
  page: PageRequest,
): Promise<UsePage> {
  const { holderHash } = principal;
  if (holderHash === null) throw new ServiceError('NOT_AUTHORISED', 'only holders have uses');
  return await withNames(store, await store.usage.list({ holderHash }, page), true);
}

/** How many of a holder's uses are looked through for one page of those made under a grant. */
const LOOKED_THROUGH = 200;

/**
 * Uses made under a grant, newest first. They stand among the holder's: a page can have fewer than asked for, or none,
 * and not be the last one.
 */
export async function findUsesUnderGrant(
  store: UseStore,
  grant: Readonly<{ id: string; holderHash: string; createdAt: Date }>,
  page: PageRequest,
): Promise<UsePage> {
  const filter = { holderHash: grant.holderHash, from: grant.createdAt };
  const found = await store.usage.list(filter, { ...page, limit: LOOKED_THROUGH });
  const uses = found.items.filter(({ record }) => useDetailsOf(record).grant === grant.id);
  const items = uses.slice(0, page.limit);
  const isCut = uses.length > items.length;
  const nextCursor = isCut ? (items.at(-1)?.id ?? null) : found.nextCursor;
  return await withNames(store, { items, nextCursor }, true);
}

/**
 * Uses of what a seal sealed, newest first. The seal authority sees that it was used, not who asked and why.
 *
 * @param sealHolder - credit code of the seal's holder.
 */
export async function findSealUses(
  store: UseStore,
  principal: Principal,
  seal: Readonly<{ esId: string; sealHolder: string }>,
  page: PageRequest,
): Promise<UsePage> {
  const isWhole =
    hasRole(principal, 'auditor') || hasRoleIn(principal, seal.sealHolder, 'issuer', 'approver');
  return await withNames(store, await store.usage.list({ esId: seal.esId }, page), isWhole);
}

/**
 * A use that someone may see.
 *
 * @throws ServiceError `USAGE_RECORD_NOT_FOUND`, also for what they may not see.
 */
export async function findUse(
  store: UseStore & UseAccess,
  principal: Principal,
  id: string,
): Promise<VisibleUse> {
  const use = await store.usage.find(id);
  if (use === null || !(await maySeeUse(store, principal, use))) {
    throw new ServiceError('USAGE_RECORD_NOT_FOUND', `no usage record ${id}`);
  }
  const { items } = await withNames(store, { items: [use], nextCursor: null }, true);
  return items[0] as VisibleUse; // as many as were asked for
}

async function withNames(
  store: UseStore,
  page: Page<StoredUsage>,
  isWhole: boolean,
): Promise<UsePage> {
  const namesOf = useNames(store);
  const items: VisibleUse[] = [];
  for (const use of page.items) {
    const details = isWhole ? useDetailsOf(use.record) : {};
    const { clerk, ...names } = await namesOf(use, details);
    items.push({
      use,
      names: { ...names, clerk: isWhole ? clerk : null },
      ...{ details, showsPurpose: isWhole },
    });
  }
  return { items, nextCursor: page.nextCursor };
}
