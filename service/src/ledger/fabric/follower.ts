import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { ServiceError } from '../../errors.ts';
import { parseBlock } from './fabricBlock.ts';
import type { FabricBlock } from './fabricBlock.ts';
import type { LogIndex } from './logIndex.ts';
import type { FabricTransport } from './transport.ts';

/** How a follower behaves, milliseconds. */
export interface FollowerOptions {
  /** Pause before the stream is opened again, doubled for each further failure. Default 100. */
  readonly retryMs?: number;
  /** Longest such pause. Default 2000. */
  readonly maxRetryMs?: number;
  /** A stream that brings nothing for so long, though the peer has more blocks, is opened anew. Default 3000. */
  readonly stallMs?: number;
}

interface Waiter {
  readonly block: number;
  readonly resolve: () => void;
  readonly reject: (error: ServiceError) => void;
}

/**
 * Keeps the index level with the own organisation's peer. The stream of blocks may break at any moment: it is opened
 * again where the index ends, so that nothing is lost and nothing counted twice.
 *
 * When the peer shows another history than the index has, following ends for good: {@link fault} says why.
 */
export class BlockFollower {
  readonly #transport: Pick<FabricTransport, 'blocks'>;
  readonly #index: LogIndex;
  readonly #options: Required<FollowerOptions>;
  readonly #stop = new AbortController();
  #stream = new AbortController();
  #waiters: Waiter[] = [];
  #fault: ServiceError | null = null;
  #lastProgress = performance.now();
  #running: Promise<void> | null = null;
  readonly #compared = Promise.withResolvers<undefined>();

  constructor(
    transport: Pick<FabricTransport, 'blocks'>,
    index: LogIndex,
    options: FollowerOptions = {},
  ) {
    this.#transport = transport;
    this.#index = index;
    this.#options = { retryMs: 100, maxRetryMs: 2000, stallMs: 3000, ...options };
  }

  /** `LEDGER_CORRUPT` after the peer showed another history; null: all is well. */
  get fault(): ServiceError | null {
    return this.#fault;
  }

  /** Resolves when the index's first and newest block were compared with the peer's, or that failed for the first time. */
  whenCompared(): Promise<void> {
    return this.#compared.promise;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Resolves when the index holds block `block`, at once if it does already.
   * @throws ServiceError `LEDGER_UNAVAILABLE` after `timeoutMs` or when following stops, `LEDGER_CORRUPT` as {@link fault}.
   */
  async whenIndexed(block: number, timeoutMs: number): Promise<void> {
    if (this.#fault !== null) throw this.#fault;
    if (block < this.#index.height) return;
    if (this.#stop.signal.aborted) throw closed();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        reject(unavailable(`block ${block} has not come within ${timeoutMs} ms`));
      }, timeoutMs);
      const waiter: Waiter = {
        block,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Tells how many blocks the peer has: a stream that brings none of them is opened anew. */
  noticeHeight(peerHeight: number): void {
    if (peerHeight <= this.#index.height) {
      this.#lastProgress = performance.now();
    } else if (performance.now() - this.#lastProgress > this.#options.stallMs) {
      this.#lastProgress = performance.now();
      this.#stream.abort();
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#stream.abort();
    this.#release(closed());
    await this.#running;
  }

  async #run(): Promise<void> {
    let pause = this.#options.retryMs;
    while (!this.#stop.signal.aborted) {
      const before = this.#index.height;
      try {
        await this.#follow();
      } catch (error) {
        if (error instanceof ServiceError && error.code === 'LEDGER_CORRUPT') {
          this.#fault = error;
          this.#release(error);
          return;
        }
        // anything else is a broken stream: what counts is that it comes back
      } finally {
        this.#compared.resolve(undefined);
      }
      if (this.#index.height > before) pause = this.#options.retryMs;
      await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined); // woken by stop
      pause = Math.min(pause * 2, this.#options.maxRetryMs);
    }
  }

  /** One life of the stream. It begins with the newest block the index has, to see that the peer has the same. */
  async #follow(): Promise<void> {
    this.#stream = new AbortController();
    if (this.#stop.signal.aborted) return;
    const { signal } = this.#stream;
    await this.#requireSameChannel(signal);
    if (this.#index.height === 0) this.#compared.resolve(undefined);
    const from = Math.max(0, this.#index.height - 1);
    for await (const bytes of this.#transport.blocks(from, signal)) {
      if (signal.aborted) return;
      this.#take(parseBlock(bytes));
      await nextTurn(); // requests are served between blocks
    }
  }

  /** The peer may wait for ever for a block it has not got, so the very first one is compared, too. */
  async #requireSameChannel(signal: AbortSignal): Promise<void> {
    if (this.#index.height === 0) return;
    for await (const bytes of this.#transport.blocks(0, signal)) {
      this.#requireSame(parseBlock(bytes));
      return;
    }
  }

  #requireSame(block: FabricBlock): void {
    if (this.#index.hashOf(block.number) === block.hash) return;
    const why =
      block.number === 0
        ? 'belongs to another channel: the peer has another first block'
        : `holds another block ${block.number} than the peer`;
    throw new ServiceError('LEDGER_CORRUPT', `the ledger index ${this.#index.file} ${why}`);
  }

  #take(block: FabricBlock): void {
    if (block.number < this.#index.height) {
      this.#requireSame(block);
      this.#compared.resolve(undefined);
      return;
    }
    if (block.number > this.#index.height) throw unavailable('the stream leaves blocks out');
    this.#index.append(block);
    this.#lastProgress = performance.now();
    const { height } = this.#index;
    const ready = this.#waiters.filter((waiter) => waiter.block < height);
    if (ready.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.block >= height);
    for (const waiter of ready) waiter.resolve();
  }

  #release(error: ServiceError): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }
}

function unavailable(why: string): ServiceError {
  return new ServiceError('LEDGER_UNAVAILABLE', why);
}

function closed(): ServiceError {
  return unavailable('the ledger is closed');
}
