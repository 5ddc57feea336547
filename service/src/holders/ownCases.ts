import { allItems } from '../store/page.ts';
import type { Case, Store } from '../store/store.ts';

/** Nobody's but the holder's. */
const NOBODYS = {
  ...{ organisations: [], departments: [], grants: [] },
  ...{ openedBy: null, isEverything: false },
} as const;

/** Every case of a holder, newest first. */
export async function casesOf(
  { cases }: Pick<Store, 'cases'>,
  holderHash: string,
): Promise<readonly Case[]> {
  return await allItems((page) => cases.list({ ...NOBODYS, holderHash }, {}, page));
}
