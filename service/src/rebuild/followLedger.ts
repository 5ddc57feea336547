import type { RecordedAct } from '../ledger/ledger.ts';
import { forEachAct } from './forEachAct.ts';
import { indexAct, statusListOf, type RebuildParts } from './indexAct.ts';

/** Name in the store's meta: height of the ledger up to which the index has seen every act. */
const FOLLOWED = 'ledger.followed';

/**
 * Brings the store's index level with a ledger that other services write to as well. Acts staged here are left to the
 * request that staged them. May be run again at any time; rounds must not overlap.
 *
 * A store that sees a ledger for the first time hands out status places only in lists that nobody used before it.
 *
 * @returns how many acts of others were taken over.
 * @throws ServiceError `LEDGER_UNAVAILABLE`, `LEDGER_CORRUPT`, `STORE_UNAVAILABLE`; the next round begins where this one began.
 */
export async function followLedger(parts: RebuildParts): Promise<number> {
  const { ledger, store } = parts;
  const followed = await store.meta.get(FOLLOWED);
  const from = Number(followed ?? '0');
  const { height } = await ledger.head();
  if (height === from) return 0;
  let taken = 0;
  let lastList = -1;
  await forEachAct(ledger.replay(from), async (recorded) => {
    if (await isOwn(parts, recorded)) return;
    await indexAct(parts, recorded);
    lastList = Math.max(lastList, statusListOf(recorded));
    taken += 1;
  });
  if (followed === null) await store.rebuild.continueStatusListsAfter(lastList);
  await store.meta.set(FOLLOWED, String(height));
  return taken;
}

/** An act staged here is settled by its request or by recovery; one with its row in place was. */
async function isOwn({ store }: RebuildParts, recorded: RecordedAct): Promise<boolean> {
  const { act } = recorded.act;
  if (await store.stages.has(act.id)) return true;
  const { identifier } = act.body as { readonly identifier?: unknown }; // members differ from act to act
  if (recorded.contract !== 'licence' || typeof identifier !== 'string') return false;
  const place = (await store.licences.facts(identifier))?.ledger;
  return place?.root === recorded.position.root && place.position === recorded.position.index;
}
