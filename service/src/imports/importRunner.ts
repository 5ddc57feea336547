import type { Principal } from '../access.ts';
import { approveImport, requireApprover } from './approveImport.ts';
import { isTransient } from './importRow.ts';
import type { ImportParts } from './parts.ts';
import { requireImport } from './readImports.ts';
import { runImport } from './runImport.ts';
import { stageImport, type ImportRequest } from './stageImport.ts';

/** Told of work that stopped before its end. */
export type OnInterrupted = (id: string, error: unknown) => void;

/** The imports under way in this process: each at most once, all of them stopped together. */
export class ImportRunner {
  readonly #parts: ImportParts;
  readonly #onInterrupted: OnInterrupted;
  readonly #running = new Map<string, Promise<void>>();
  #staging = 0;
  #isStopped = false;

  constructor(parts: ImportParts, onInterrupted: OnInterrupted) {
    this.#parts = parts;
    this.#onInterrupted = onInterrupted;
  }

  /**
   * Keeps a table's rows and begins to work on them.
   *
   * @returns the import's id, as soon as all rows are durable.
   * @throws ServiceError as `stageImport`.
   */
  async start(principal: Principal, request: ImportRequest): Promise<string> {
    this.#staging += 1;
    try {
      const id = await stageImport(this.#parts, principal, request);
      this.#begin(id, () => this.#run(id));
      return id;
    } finally {
      this.#staging -= 1;
    }
  }

  /** Begins to approve an import's drafts. @throws ServiceError as `requireApprover`. */
  async approve(principal: Principal, id: string): Promise<void> {
    await requireApprover(this.#parts, principal, id);
    const before = this.#running.get(id);
    this.#begin(id, async () => {
      await before;
      await approveImport(this.#parts, principal, id, () => this.#isStopped);
    });
  }

  /** Goes on with what an earlier process, or a ledger out of reach, left unfinished. */
  async resume(): Promise<void> {
    if (this.#staging > 0 || this.#isStopped) return; // rows that still arrive look like rows that are missing
    for (const { id } of await this.#parts.store.imports.unfinished()) {
      if (!this.#running.has(id)) this.#begin(id, () => this.#run(id));
    }
  }

  /** Resolves when nothing is under way for an import. */
  async settled(id: string): Promise<void> {
    while (this.#running.has(id)) await this.#running.get(id);
  }

  /** Finishes the rows under way and stops; the rest is for the next process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running.values());
  }

  async #run(id: string): Promise<void> {
    const entry = await requireImport(this.#parts, id);
    if (entry.state === 'running') await runImport(this.#parts, entry, () => this.#isStopped);
  }

  #begin(id: string, work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.#interrupted(id, error))
      .finally(() => {
        if (this.#running.get(id) === running) this.#running.delete(id);
      });
    this.#running.set(id, running);
  }

  async #interrupted(id: string, error: unknown): Promise<void> {
    this.#onInterrupted(id, error);
    if (isTransient(error)) return;
    const { store, clock } = this.#parts;
    const entry = await store.imports.find(id); // what nobody expects would only happen again
    if (entry?.state === 'running') await store.imports.finish(id, 'failed', clock.now());
  }
}
