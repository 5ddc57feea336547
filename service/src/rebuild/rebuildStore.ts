import { forEachAct } from './forEachAct.ts';
import { indexWhatActMade, statusListOf, type IndexedKind, type RebuildParts } from './indexAct.ts';

/** How many of each kind were written. */
export type RebuildSummary = Readonly<Record<IndexedKind, number>>;

/**
 * Writes the store's index anew from the ledger: organisations, seals, licences and seal signatures, each in its present
 * state. Rows that exist are corrected and keep what the ledger does not know.
 *
 * What is on no ledger cannot come back: personal data, documents, credentials, accounts, windows, definitions of licence
 * types and matters, contents of usage records, imports. Those are in backups.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE`, `LEDGER_CORRUPT`, `STORE_UNAVAILABLE`. It may be run again.
 */
export async function rebuildStore(parts: RebuildParts): Promise<RebuildSummary> {
  const counts = { organisations: 0, licences: 0, seals: 0, sealSignatures: 0 };
  let lastList = -1;
  await forEachAct(parts.ledger.replay(0), async (recorded) => {
    const kind = await indexWhatActMade(parts, recorded);
    if (kind !== null) counts[kind] += 1;
    lastList = Math.max(lastList, statusListOf(recorded));
  });
  await parts.store.rebuild.continueStatusListsAfter(lastList);
  return counts;
}
