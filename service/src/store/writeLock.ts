import { ServiceError } from '../errors.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: ServiceError) => void;
}

/**
 * First come, first served: the one right to write the database file. All writers of the process take it, so that
 * SQLite never answers "busy" within the process (a busy wait would block the event loop).
 *
 * Once a sync has failed, nobody knows what the disk holds: what is written afterwards may stand on pages that never got
 * there, and another sync may falsely succeed. So {@link WriteLock.fail} gives it to nobody any more.
 */
export class WriteLock {
  #isHeld = false;
  #failure: ServiceError | null = null;
  readonly #waiting: Waiting[] = [];

  /** Why nobody may write until the file is opened anew; null: all is well. */
  get failure(): ServiceError | null {
    return this.#failure;
  }

  /**
   * @returns the function that gives the lock back; calling it twice does nothing more.
   * @throws ServiceError `STORE_UNAVAILABLE` after {@link WriteLock.fail}.
   */
  async acquire(): Promise<() => void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isHeld) {
      await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    this.#isHeld = true;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = this.#waiting.shift();
      // The lock stays held while it passes on, so that nobody slips in between.
      if (next === undefined) this.#isHeld = false;
      else next.resolve();
    };
  }

  /** Runs `work` alone; a sync that fails in it is the last thing that was tried. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await work();
    } catch (error) {
      this.failIfUnsynced(error);
      throw error;
    } finally {
      release();
    }
  }

  /** Refuses everybody from now on, those who wait included. Who holds the lock goes on. */
  fail(cause: unknown): void {
    if (this.#failure !== null) return;
    const why = 'the disk has failed; the store must be opened anew';
    const failure = new ServiceError('STORE_UNAVAILABLE', why, { cause });
    this.#failure = failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
  }

  /** Calls {@link WriteLock.fail} if SQLite says that a sync failed; other errors undo one transaction and no more. */
  failIfUnsynced(error: unknown): void {
    if (codesOf(error).some((code) => code.endsWith('FSYNC'))) this.fail(error);
  }
}

/** SQLite's result codes by name: as better-sqlite3 throws them, or inside what Prisma's adapter makes of that. */
function codesOf(error: unknown): readonly string[] {
  const { code, cause } = error as {
    readonly code?: unknown;
    readonly cause?: { readonly originalCode?: unknown };
  };
  return [code, cause?.originalCode].filter((found) => typeof found === 'string');
}
