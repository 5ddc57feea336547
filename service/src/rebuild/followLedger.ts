import { readIdentifier } from '../identifier.ts';
import type { RecordedAct } from '../ledger/ledger.ts';
import { indexAct, statusListOf, type RebuildParts } from './indexAct.ts';

/** Name in the store's meta: height of the ledger up to which the index has seen every act. */
const FOLLOWED = 'ledger.followed';
/** Reads at the same time share queries to a peer. */
const ACTS_AT_ONCE = 100;

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
  for await (const group of inGroups(ledger.replay(from))) {
    const own = await Promise.all(group.map((recorded) => isOwn(parts, recorded)));
    const others = group.filter((_, place) => own[place] === false);
    await takeOver(parts, others);
    lastList = Math.max(lastList, ...others.map(statusListOf));
    taken += others.length;
  }
  if (followed === null) await store.rebuild.continueStatusListsAfter(lastList);
  await store.meta.set(FOLLOWED, String(height));
  return taken;
}

/** Acts on one subject one after the other, those on different ones at once: each asks the ledger for values. */
async function takeOver(parts: RebuildParts, acts: readonly RecordedAct[]): Promise<void> {
  const lanes = Map.groupBy(acts, subjectOf);
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const recorded of lane) await indexAct(parts, recorded);
    }),
  );
}

/** Acts with different subjects write different rows. */
function subjectOf({ contract, act: { act } }: RecordedAct): string {
  const { identifier } = act.body as { readonly identifier?: unknown }; // members differ from act to act
  const isLicence = contract === 'licence' && typeof identifier === 'string';
  return isLicence ? readIdentifier(identifier).base : contract;
}

async function* inGroups(acts: AsyncIterable<RecordedAct>): AsyncGenerator<readonly RecordedAct[]> {
  let group: RecordedAct[] = [];
  for await (const recorded of acts) {
    group.push(recorded);
    if (group.length < ACTS_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
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
