import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { walSync } from '../../../service/src/store/walSync.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-wal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('syncing the write-ahead log', () => {
  it('works before and after the log starts anew, and leaves the database whole', async () => {
    const path = join(folder, 'test.db');
    const database = new Sqlite(path);
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (value TEXT)');
    const wal = walSync(path);

    database.exec(`INSERT INTO t VALUES ('a')`);
    await wal.sync();
    database.pragma('wal_checkpoint(RESTART)');
    database.exec(`INSERT INTO t VALUES ('b')`);
    await wal.sync();
    await wal.close();

    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.prepare('SELECT value FROM t').pluck().all()).toStrictEqual(['a', 'b']);
    database.close();
  });

  it('fails where there is no log', async () => {
    const wal = walSync(join(folder, 'none.db'));

    await expect(wal.sync()).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(wal.close()).resolves.toBeUndefined();
  });
});
