import type { Database as Connection } from 'better-sqlite3';

import { ServiceError } from '../../errors.ts';
import { walCheckpoints } from '../../store/walCheckpoints.ts';
import type { WalCheckpoints } from '../../store/walCheckpoints.ts';
import { walSync } from '../../store/walSync.ts';
import type { WalSync } from '../../store/walSync.ts';
import { WriteLock } from '../../store/writeLock.ts';

/**
 * Brings blocks to the disk beside the event loop, and keeps the write-ahead log short.
 *
 * A block that is committed but not yet on the disk could be lost in a power cut. So nobody may see it: whoever reads
 * waits for {@link DurableAppends.whenDurable} first. After a failed sync nobody knows what the disk holds, and nothing
 * is read or written any more until the ledger is opened anew.
 */
export class DurableAppends {
  readonly #lock = new WriteLock();
  readonly #wal: WalSync;
  readonly #checkpoints: WalCheckpoints;
  #syncing: Promise<void> | null = null;
  #failure: unknown = null;

  /** @param connection - the one that writes `file`, at `synchronous = NORMAL` and without checkpoints of its own. */
  constructor(file: string, connection: Connection, wal: WalSync = walSync(file)) {
    this.#wal = wal;
    this.#checkpoints = walCheckpoints(file, this.#lock, () => {
      connection.pragma('wal_autocheckpoint = 2000');
    });
  }

  /**
   * Runs one transaction; one append at a time.
   *
   * @param write - commits, or throws and leaves nothing behind.
   * @returns once what was committed survives a power cut.
   * @throws ServiceError `LEDGER_OUTCOME_UNKNOWN` if the disk failed after the commit; what `write` throws.
   */
  async append(write: () => void): Promise<void> {
    const release = await this.#lock.acquire();
    try {
      write();
      this.#syncing = this.sync();
    } finally {
      release();
    }
    await this.#syncing;
    void this.#checkpoints.afterCommit();
  }

  /** Syncs what the file holds. @throws ServiceError `LEDGER_OUTCOME_UNKNOWN` if the disk failed. */
  async sync(): Promise<void> {
    try {
      await this.#wal.sync();
    } catch (cause) {
      this.#failure = cause;
      const what = 'the disk failed while a block was written';
      throw new ServiceError('LEDGER_OUTCOME_UNKNOWN', what, { cause });
    } finally {
      this.#syncing = null;
    }
  }

  /**
   * Waits until all that can be read is on the disk.
   *
   * @throws ServiceError `LEDGER_UNAVAILABLE` after a failed sync.
   */
  async whenDurable(): Promise<void> {
    while (this.#syncing !== null) {
      await this.#syncing.catch(() => undefined); // its caller is told; the next lines tell this one
    }
    if (this.#failure !== null) {
      const why = 'the disk has failed; the ledger must be opened anew';
      throw new ServiceError('LEDGER_UNAVAILABLE', why, { cause: this.#failure });
    }
  }

  /** Call when nothing is being appended, before the connection closes. */
  async close(): Promise<void> {
    await this.#checkpoints.close();
    await this.#wal.close();
  }
}
