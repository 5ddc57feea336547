import type { LogIndex } from './logIndex.ts';
import type { ReadFloor } from './stateReader.ts';

const MAX_PENDING = 20;

/** What this service's own transactions put into blocks that the index does not have yet. */
export class OwnCommits {
  readonly #index: LogIndex;
  #pending: { readonly block: number; readonly root: string }[] = [];
  #lastBlock = -1;

  constructor(index: LogIndex) {
    this.#index = index;
  }

  /** Newest block with an own transaction; −1: none. */
  get lastBlock(): number {
    return this.#lastBlock;
  }

  /** @param committed - block of an own transaction and the roots it recorded; null: nothing was written. */
  add({
    block,
    roots,
  }: {
    readonly block: number | null;
    readonly roots: readonly string[];
  }): void {
    if (block === null) return;
    this.#lastBlock = Math.max(this.#lastBlock, block);
    const [root] = roots; // a transaction comes whole
    if (root !== undefined) this.#pending.push({ block, root });
    this.#forgetIndexed();
  }

  /** What every read must reflect: all that the index has, and own transactions after it. */
  floor(): ReadFloor {
    this.#forgetIndexed();
    const newest = this.#index.newestRoot();
    const roots = [...(newest === null ? [] : [newest]), ...this.#pending.map(({ root }) => root)];
    const blocks = this.#pending.map(({ block }) => block + 1);
    return { roots, height: Math.max(this.#index.height, ...blocks) };
  }

  /** Among many, the newest say most: a peer that has them has nearly always the others. */
  #forgetIndexed(): void {
    const newest = this.#pending.filter(({ block }) => block >= this.#index.height);
    this.#pending = newest.sort((one, other) => one.block - other.block).slice(-MAX_PENDING);
  }
}
