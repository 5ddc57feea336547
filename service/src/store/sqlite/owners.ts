/** Which service processes live. An owner lives as long as it holds a lock that the operating system ends with it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import type { Clock } from '../../clock.ts';
import { ulid } from '../../ulid.ts';
import { toStoredTime } from './rows.ts';

/** This process's claim to be alive. */
export interface Owner {
  readonly id: string;
  /** Removes the owners that are gone; after that their stages belong to nobody. Call within a write. */
  forgetGone(): void;
  /** Gives the claim up: from now on this owner counts as gone. */
  release(): void;
}

/**
 * Registers this process.
 *
 * The lock is an exclusive lock on a file of its own beside the database, held by SQLite for us; so it ends however the
 * process dies, and a pid used again means nothing. It is taken before the owner's row is written: a row without a
 * held lock is an owner that is gone.
 *
 * @param path - of the database file.
 */
export function registerOwner(database: Database, path: string, clock: Clock): Owner {
  const at = clock.now();
  const id = ulid(at);
  const folder = `${path}-owners`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(folder, id));
  if (lock === null) throw new Error('a fresh owner lock is taken'); // 80 random bits in its name
  database.prepare('INSERT INTO Owner (id, startedAt) VALUES (?, ?)').run(id, toStoredTime(at));
  const others = database.prepare<[string], { id: string }>('SELECT id FROM Owner WHERE id <> ?');
  const remove = database.prepare<[string]>('DELETE FROM Owner WHERE id = ?');
  return {
    id,
    forgetGone: () => {
      for (const other of others.all(id)) {
        const file = join(folder, other.id);
        const found = takeLock(file);
        if (found === null) continue;
        remove.run(other.id);
        found.close();
        rmSync(file, { force: true });
      }
    },
    release: () => {
      lock.close();
      rmSync(join(folder, id), { force: true });
    },
  };
}

/** @returns null when the file is locked by a living process. */
function takeLock(file: string): Database | null {
  const lock = new Sqlite(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { readonly code?: unknown }).code === 'SQLITE_BUSY') return null;
    throw error;
  }
}
