import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { walCheckpoints, type WalCheckpoints } from '../../../service/src/store/walCheckpoints.ts';
import { WriteLock } from '../../../service/src/store/writeLock.ts';

const ROUND_BYTES = 200_000;

let folder: string;
let path: string;
let database: Database;
let lock: WriteLock;
let failures: number;
let checkpoints: WalCheckpoints;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-wal-'));
  path = join(folder, 'test.db');
  database = new Sqlite(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (value BLOB)');
  database.pragma('wal_autocheckpoint = 0');
  lock = new WriteLock();
  failures = 0;
  checkpoints = walCheckpoints(path, lock, () => (failures += 1), ROUND_BYTES);
});
afterEach(async () => {
  await checkpoints.close();
  database.close();
  rmSync(folder, { recursive: true });
});

function write(bytes: number): void {
  database.prepare('INSERT INTO t VALUES (zeroblob(?))').run(bytes);
}

function logSize(): number {
  return statSync(`${path}-wal`).size;
}

describe('checkpoints beside the event loop', () => {
  it('leave a short log alone', async () => {
    write(1000);
    const before = logSize();

    await checkpoints.afterCommit();

    expect(logSize()).toBe(before);
  });

  it('empty a long log into the database', async () => {
    write(ROUND_BYTES);

    await checkpoints.afterCommit();

    expect(logSize()).toBe(0);
    expect(statSync(path).size).toBeGreaterThan(ROUND_BYTES);
    expect(database.prepare('SELECT count(*) FROM t').pluck().get()).toBe(1);
  });

  it('let nobody write while the log is emptied', async () => {
    write(ROUND_BYTES);
    const release = await lock.acquire();
    const round = checkpoints.afterCommit();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const meanwhile = logSize();

    release();
    await round;

    expect(meanwhile).toBeGreaterThan(ROUND_BYTES);
    expect(logSize()).toBe(0);
  });

  it('wait for growth, not again at once, when a reader kept the log', async () => {
    write(ROUND_BYTES);
    const reader = new Sqlite(path);
    reader.exec('BEGIN; SELECT count(*) FROM t');
    write(10);

    await checkpoints.afterCommit();
    const kept = logSize();
    await checkpoints.afterCommit();
    reader.close();
    write(2 * ROUND_BYTES);
    await checkpoints.afterCommit();

    expect(kept).toBeGreaterThan(ROUND_BYTES);
    expect(logSize()).toBe(0);
    expect(failures).toBe(0);
  });

  it('hand over to SQLite when they fail', async () => {
    const failing = walCheckpoints(join(folder, 'none.db'), lock, () => (failures += 1), 1);

    await failing.afterCommit();
    await failing.afterCommit();
    await failing.close();

    expect(failures).toBe(1);
  });
});
