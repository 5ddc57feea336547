import { open, type FileHandle } from 'node:fs/promises';

/** Brings committed transactions to the disk without stopping the event loop. */
export interface WalSync {
  /** @returns once every transaction committed before the call survives a power cut. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Does for a connection at `synchronous = NORMAL` what `FULL` does within `COMMIT`: it syncs the write-ahead log, where
 * a commit's pages are (SQLite, "Write-Ahead Logging" §3.2), but on a thread of the pool. SQLite itself syncs the log
 * before it copies pages out of it, so a commit is in the one or the other.
 *
 * The log keeps its name and inode as long as a connection is open, and no lock of SQLite lies on it.
 *
 * @param path - the database file, in WAL mode, open on some connection until after {@link WalSync.close}.
 */
export function walSync(path: string): WalSync {
  let log: Promise<FileHandle> | null = null;
  return {
    async sync() {
      log ??= open(`${path}-wal`, 'r+');
      await (await log).datasync();
    },
    async close() {
      const opened = await log?.catch(() => null); // whoever synced has been told
      await opened?.close();
    },
  };
}
