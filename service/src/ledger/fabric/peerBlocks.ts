import { ServiceError } from '../../errors.ts';
import { parseBlock } from './fabricBlock.ts';
import type { FabricBlock } from './fabricBlock.ts';
import type { LogIndex } from './logIndex.ts';

const MAX_KEPT = 8; // a block may have megabytes

/**
 * Single blocks of the own peer, each proven to be the one the index has; the newest asked for are kept.
 */
export class PeerBlocks {
  readonly #index: LogIndex;
  readonly #fetch: (number: number) => Promise<Uint8Array>;
  readonly #kept = new Map<number, Promise<FabricBlock>>();

  /** @param fetch - gives a serialised `common.Block`, attacker-controlled. */
  constructor(index: LogIndex, fetch: (number: number) => Promise<Uint8Array>) {
    this.#index = index;
    this.#fetch = fetch;
  }

  /**
   * @param number - of a block that the index has.
   * @throws ServiceError `LEDGER_CORRUPT` if the peer shows another block, and what `fetch` throws.
   */
  get(number: number): Promise<FabricBlock> {
    const kept = this.#kept.get(number);
    const block = kept ?? this.#read(number);
    this.#kept.delete(number);
    this.#kept.set(number, block); // newest last
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return block;
  }

  async #read(number: number): Promise<FabricBlock> {
    try {
      const block = parseBlock(await this.#fetch(number));
      if (block.number !== number || block.hash !== this.#index.hashOf(number)) {
        throw new ServiceError('LEDGER_CORRUPT', `the peer shows another block ${number}`);
      }
      return block;
    } catch (error) {
      this.#kept.delete(number); // it is asked again
      throw error;
    }
  }
}
