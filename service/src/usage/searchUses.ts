import type { Principal } from '../access.ts';
import { guessHolderCodeType, requireHolderCode } from '../holderCode.ts';
import type { Store, UsageFilter, PageRequest } from '../store/store.ts';
import { findUses, type UsePage } from './findUses.ts';
import type { LookupParts } from './recordLookup.ts';
import { recordUse } from './recordUse.ts';
import type { NameStore } from './useNames.ts';

/** What an auditor searches the uses by; the store's filter, with a holder as people name them. */
export interface UseSearch extends Omit<UsageFilter, 'holderHash'> {
  readonly holderCode?: string | undefined;
  /** Absent: told by the code's form. */
  readonly holderCodeType?: string | undefined;
}

type SearchParts = LookupParts & {
  readonly store: Pick<Store, 'usage' | 'holders'> & NameStore;
};

/**
 * Uses by any filter, newest first. A search by holder is itself a use, durable before it is answered: the holder finds
 * it among the others. Who may ask is for the caller to decide.
 *
 * @throws ServiceError `HOLDER_CODE_INVALID`, `STORE_UNAVAILABLE`.
 */
export async function searchUses(
  parts: SearchParts,
  principal: Principal,
  { holderCode, holderCodeType, ...filter }: UseSearch,
  page: PageRequest,
): Promise<UsePage> {
  const { store, clock } = parts;
  if (holderCode === undefined) return await findUses(store, filter, page);
  const codeType = holderCodeType ?? guessHolderCodeType(holderCode);
  requireHolderCode({ code: holderCode, codeType }, 'holder');
  const holderHash = store.holders.holderHash({ code: holderCode, codeType });
  const found = await findUses(store, { ...filter, holderHash }, page);
  await recordUse(
    { clock, usage: store.usage },
    {
      ...{ kind: 'lookup', outcome: 'answered', reason: null },
      subject: { kind: 'uses', identifier: 'search' },
      ...{ licence: null, esId: null, indication: null, holderHash },
    },
    { channel: 'audit', window: null, clerk: principal.id, matter: null, purpose: null },
  );
  return found;
}
