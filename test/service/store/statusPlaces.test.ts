import Sqlite from 'better-sqlite3';
import { describe, expect, it } from '@jest/globals';
import { deriveFieldKeys } from '../../../service/src/store/fieldEncryption.ts';
import { GroupWriter } from '../../../service/src/store/groupWriter.ts';
import { applyMigrations, committedMigrations } from '../../../service/src/store/migrations.ts';
import type { SqliteParts } from '../../../service/src/store/sqlite/parts.ts';
import { sqliteStatus } from '../../../service/src/store/sqlite/statusPlaces.ts';
import { WriteLock } from '../../../service/src/store/writeLock.ts';
import { STORE_MASTER_KEY } from '../../support/testStore.ts';

describe('status places', () => {
  it('are handed out again after a write that failed once', async () => {
    const database = new Sqlite(':memory:');
    applyMigrations(database, committedMigrations(), new Date());
    let writes = 0;
    const write: GroupWriter['write'] = (work) => {
      writes += 1;
      return writes === 1 ? Promise.reject(new Error('busy')) : Promise.resolve(work());
    };
    const status = sqliteStatus({
      database,
      writer: Object.assign(new GroupWriter(database, new WriteLock()), { write }),
      keys: deriveFieldKeys(STORE_MASTER_KEY),
    } as SqliteParts); // nothing else is asked of it

    await expect(status.allocate()).rejects.toThrow('busy');

    await expect(status.allocate()).resolves.toMatchObject({ list: 0 });
    database.close();
  });
});
