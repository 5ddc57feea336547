import type { Database, Statement } from 'better-sqlite3';
import { ServiceError } from '../errors.ts';
import type { WriteLock } from './writeLock.ts';

/** Bounds how long one commit may hold the event loop. */
const MAX_WRITES_A_COMMIT = 512;

interface QueuedWrite {
  readonly work: () => unknown;
  readonly needsSavepoint: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type Settlement = () => void;

/** Statements around each write, prepared. */
interface Marks {
  readonly set: Statement<[]>;
  readonly drop: Statement<[]>;
}

/** The outcomes of one transaction's writes: as they went, or if it did not get to the disk. */
interface Settlements {
  readonly done: readonly Settlement[];
  readonly isCommitted: boolean;
}

/**
 * Group commit: writes that arrive while others are being written share the next transaction, and each caller
 * resolves when it is on disk. A write that throws is undone alone; its neighbours are not touched.
 */
export class GroupWriter {
  readonly #database: Database;
  readonly #marks: Marks;
  readonly #lock: WriteLock;
  readonly #sync: () => Promise<void>;
  #queue: QueuedWrite[] = [];
  #isScheduled = false;
  #isClosed = false;
  #flushing: Promise<void> = Promise.resolve();

  /**
   * @param database - a connection nobody else writes through.
   * @param sync - brings what is committed to the disk, where `COMMIT` does not; callers wait for it, the lock does not.
   */
  constructor(database: Database, lock: WriteLock, sync: () => Promise<void> = async () => {}) {
    this.#database = database;
    this.#marks = {
      set: database.prepare('SAVEPOINT one'),
      drop: database.prepare('RELEASE one'),
    };
    this.#lock = lock;
    this.#sync = sync;
  }

  /**
   * Runs synchronous statements in the next transaction.
   *
   * @param work - runs once, inside the transaction; what it throws rejects this caller only.
   * @returns what `work` returned, once durable.
   * @throws ServiceError `STORE_UNAVAILABLE` when the commit failed: nothing of it was written.
   */
  write<T>(work: () => T): Promise<T> {
    return this.#enqueue(work, true);
  }

  /** As {@link GroupWriter.write} for `work` of one statement, which SQLite undoes by itself when it fails. */
  writeOne<T>(work: () => T): Promise<T> {
    return this.#enqueue(work, false);
  }

  /** Writes what is queued and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#isScheduled) await this.#flushing;
  }

  #enqueue<T>(work: () => T, needsSavepoint: boolean): Promise<T> {
    if (this.#isClosed)
      return Promise.reject(new ServiceError('STORE_UNAVAILABLE', 'the store is closed'));
    return new Promise<T>((resolve, reject) => {
      // `resolve` gets what this very `work` returned.
      this.#queue.push({
        work,
        needsSavepoint,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      this.#flushing = this.#flushAll();
    });
  }

  async #flushAll(): Promise<void> {
    // Callers woken by the same event-loop turn come in before the first flush.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      for (const settle of await this.#flush()) settle();
      // Lets the woken callers, and the network, run before the next commit.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#isScheduled = false;
  }

  async #flush(): Promise<readonly Settlement[]> {
    const release = await this.#lock.acquire().catch(() => null);
    if (release === null) return rejections(this.#queue.splice(0), this.#lock.failure);
    const writes = this.#queue.splice(0, MAX_WRITES_A_COMMIT);
    const settlements = this.#commit(writes);
    release();
    return await this.#synced(writes, settlements);
  }

  /** After a failed sync no writer of the file, this one or another, is let in until the store is opened anew. */
  async #synced(
    writes: readonly QueuedWrite[],
    settlements: Settlements,
  ): Promise<readonly Settlement[]> {
    if (!settlements.isCommitted) return settlements.done;
    try {
      await this.#sync();
      return settlements.done;
    } catch (cause) {
      this.#lock.fail(cause);
      return rejections([...writes, ...this.#queue.splice(0)], cause);
    }
  }

  #commit(writes: readonly QueuedWrite[]): Settlements {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const settlements = writes.map((write) => this.#apply(write));
      this.#database.exec('COMMIT');
      return { done: settlements, isCommitted: true };
    } catch (cause) {
      this.#lock.failIfUnsynced(cause);
      this.#rollBack();
      return { done: rejections(writes, cause), isCommitted: false };
    }
  }

  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    } catch (cause) {
      this.#lock.fail(cause); // what stands on this connection is not known: nobody may build on it
    }
  }

  #apply(write: QueuedWrite): Settlement {
    if (write.needsSavepoint) this.#marks.set.run();
    try {
      const value = write.work();
      if (write.needsSavepoint) this.#marks.drop.run();
      return () => {
        write.resolve(value);
      };
    } catch (error) {
      // A full disk or a broken file ends the whole transaction by itself: then nobody's write stands.
      if (!this.#database.inTransaction) throw error;
      if (write.needsSavepoint) this.#database.exec('ROLLBACK TO one; RELEASE one');
      return () => {
        write.reject(error);
      };
    }
  }
}

function rejections(writes: readonly QueuedWrite[], cause: unknown): readonly Settlement[] {
  const error = new ServiceError('STORE_UNAVAILABLE', 'the store could not write', { cause });
  return writes.map((write) => () => {
    write.reject(error);
  });
}
