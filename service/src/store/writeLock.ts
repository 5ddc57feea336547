/**
 * First come, first served: the one right to write the database file. All writers of the process take it, so that
 * SQLite never answers "busy" within the process (a busy wait would block the event loop).
 */
export class WriteLock {
  #isHeld = false;
  readonly #waiting: (() => void)[] = [];

  /** @returns the function that gives the lock back; calling it twice does nothing more. */
  async acquire(): Promise<() => void> {
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isHeld = true;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = this.#waiting.shift();
      // The lock stays held while it passes on, so that nobody slips in between.
      if (next === undefined) this.#isHeld = false;
      else next();
    };
  }

  /** Runs `work` alone. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }
}
