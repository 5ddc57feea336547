import type { HolderStore } from '../people.ts';
import type { SqliteParts } from './parts.ts';

/** Holders: their hashes, and their erasure. */
export function sqliteHolders({ database, writer, keys, dataKeys }: SqliteParts): HolderStore {
  const forgetHash = ['Licence', 'UsageRecord', 'Account'].map((table) =>
    database.prepare<[string]>(`UPDATE "${table}" SET holderHash = NULL WHERE holderHash = ?`),
  );
  return {
    holderHash: (holder) => dataKeys.holderHash(holder),
    // Prefixed, so that no caller can compute what holderHash computes.
    keyedHash: (domain, value) => keys.keyedHash(`of/${domain}`, value),
    erase: async (holderHash, at) => {
      const wasThere = await writer.write(() => {
        if (!dataKeys.erase(holderHash, at)) return false;
        for (const statement of forgetHash) statement.run(holderHash);
        return true;
      });
      // The destroyed key must not live on in the log; a reader may hold it back, then the next checkpoint does it.
      if (wasThere) database.pragma('wal_checkpoint(TRUNCATE)');
      return wasThere;
    },
  };
}
