import { sealDisplayName } from '../accountRow.ts';
import type { HolderStore } from '../people.ts';
import type { SqliteParts } from './parts.ts';
import { toStoredTime } from './rows.ts';
import type { TypeChanges } from './typeChanges.ts';

/** Tables of rows that are found by their holder's hash. */
const TABLES_BY_HOLDER = [
  ...['Licence', 'UsageRecord', 'Account', 'Objection', 'Erasure'],
  ...['ServiceCase', 'HolderMaterial', 'Presentation', 'Grant'],
];

/** Holders: their hashes, and their erasure. */
export function sqliteHolders(parts: SqliteParts, typeChanges: TypeChanges): HolderStore {
  const { database, writer, keys, dataKeys } = parts;
  const accountsOf = database
    .prepare<[string], string>('SELECT id FROM Account WHERE holderHash = ?')
    .pluck();
  const closeAccount = database.prepare<[string, Uint8Array, string, string]>(
    `UPDATE Account SET username = ?, passwordHash = '', displayNameSealed = ?,
       disabledAt = coalesce(disabledAt, ?) WHERE id = ?`,
  );
  const endSessions = database.prepare<[string]>('DELETE FROM Session WHERE accountId = ?');
  const forgetHash = TABLES_BY_HOLDER.map((table) =>
    database.prepare<[string]>(`UPDATE "${table}" SET holderHash = NULL WHERE holderHash = ?`),
  );
  const dropNotices = ['Notice', 'NoticePreference'].map((table) =>
    database.prepare<[string]>(`DELETE FROM ${table} WHERE holderHash = ?`),
  );
  const forgetAgent = database.prepare<[string]>(
    'UPDATE "Grant" SET agentHash = NULL WHERE agentHash = ?',
  );
  const forget = (holderHash: string, at: Date): void => {
    for (const id of accountsOf.all(holderHash)) {
      const nobody = sealDisplayName(keys, id, '');
      closeAccount.run(`erased-${id.toLowerCase()}`, nobody, toStoredTime(at), id);
      endSessions.run(id);
    }
    typeChanges.markOfHolder(holderHash);
    for (const statement of [...forgetHash, forgetAgent, ...dropNotices]) statement.run(holderHash);
  };
  return {
    holderHash: (holder) => dataKeys.holderHash(holder),
    // Prefixed, so that no caller can compute what holderHash computes.
    keyedHash: (domain, value) => keys.keyedHash(`of/${domain}`, value),
    erase: async (holderHash, at) => {
      const wasThere = await writer.write(() => {
        if (!dataKeys.erase(holderHash, at)) return false;
        forget(holderHash, at);
        return true;
      });
      // The destroyed key must not live on in the log; a reader may hold it back, then the next checkpoint does it.
      if (wasThere) database.pragma('wal_checkpoint(TRUNCATE)');
      return wasThere;
    },
  };
}
