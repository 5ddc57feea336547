import { hasRole, hasRoleIn, type Principal } from '../access.ts';
import type { Page, PageRequest, Sealing } from '../store/store.ts';
import type { SealParts } from './parts.ts';

/** What a seal sealed, and the names of those who had it done. */
export interface SealingPage extends Page<Sealing> {
  /** Display names by account id; empty where they are not for these eyes. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Licences and documents that a seal sealed, newest first. Its holder's staff and auditors see by whom; the seal authority
 * sees what and when.
 */
export async function listSealings(
  { store }: { readonly store: Pick<SealParts['store'], 'sealings' | 'accounts'> },
  principal: Principal,
  seal: Readonly<{ esId: string; holder: { readonly creditCode: string } }>,
  page: PageRequest,
): Promise<SealingPage> {
  const found = await store.sealings.list(seal.esId, page);
  const showsNames =
    hasRole(principal, 'auditor') ||
    hasRoleIn(principal, seal.holder.creditCode, 'issuer', 'approver');
  const ids = showsNames ? found.items.flatMap(({ by, approvedBy }) => [by, approvedBy]) : [];
  const names = new Map<string, string>();
  for (const id of new Set(ids)) {
    const account = id === null ? null : await store.accounts.find(id);
    if (account !== null) names.set(account.id, account.displayName);
  }
  return { ...found, names };
}
