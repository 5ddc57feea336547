import { FabricFailure } from '../../service/src/ledger/fabric/transport.ts';
import type { CommitStatus } from '../../service/src/ledger/fabric/transport.ts';
import { deliver } from './deliver.ts';
import type { BlockSource } from './deliver.ts';
import { GRPC, toFailure } from './failure.ts';
import type { FilteredBlock } from './sdk.ts';

/** What will become of one transaction. */
export interface Outcome {
  /** Waits until no block that may hold the transaction can be missed: to be called before it is ordered. */
  watch(): Promise<void>;
  /** @throws FabricFailure of stage `commitStatus`: unknown so far; asking again goes on from the block last seen. */
  status(): Promise<CommitStatus>;
}

interface Expected {
  status: CommitStatus | null;
  readonly waiters: Set<(told: CommitStatus | FabricFailure) => void>;
}

/**
 * Learns how blocks judged our transactions, from one stream of filtered blocks. When the stream breaks, waiters are told so;
 * the next question opens it again after the last block seen, so that no block is missed in between.
 */
export class CommitWatch {
  readonly #source: BlockSource;
  readonly #timeoutMs: number;
  readonly #closing = new AbortController();
  /** By transaction id, from before ordering until its status is known. */
  readonly #expected = new Map<string, Expected>();
  #nextBlock: number | null = null;
  #listening: Promise<void> | null = null;

  constructor(source: BlockSource, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  expect(txId: string): Outcome {
    const expected: Expected = { status: null, waiters: new Set() };
    const watch = async (): Promise<void> => {
      // the first of two blocks with the same transaction is the one that counts
      if (expected.status !== null) return;
      this.#expected.set(txId, expected);
      await this.#listen();
    };
    return {
      watch,
      status: async () => {
        await watch();
        return expected.status ?? (await this.#wait(expected));
      },
    };
  }

  close(): void {
    this.#closing.abort();
  }

  /** @returns when blocks from now on cannot be missed. */
  #listen(): Promise<void> {
    this.#listening ??= new Promise((resolve, reject) => {
      const end = (cause: unknown): void => {
        this.#listening = null;
        const failure = cause instanceof FabricFailure ? cause : this.#failure(GRPC.cancelled);
        reject(failure);
        for (const { waiters } of this.#expected.values()) {
          for (const tell of waiters) tell(failure);
        }
      };
      // a stream that begins after a known block brings all that follow: nothing to wait for
      if (this.#nextBlock !== null) resolve();
      this.#read(resolve).then(end, end);
    });
    return this.#listening;
  }

  async #read(started: () => void): Promise<void> {
    const options = { startBlock: this.#nextBlock ?? 'newest', blockType: 'filtered' } as const;
    const responses = deliver(this.#source, options, this.#closing.signal, 'commitStatus');
    for await (const { filtered_block: block } of responses) {
      if (block !== undefined) this.#take(block);
      started();
    }
  }

  #take({ number, filtered_transactions: transactions }: FilteredBlock): void {
    const block = Number(number.toString());
    for (const { txid, tx_validation_code: code } of transactions) {
      const expected = this.#expected.get(txid);
      if (expected === undefined) continue;
      const status = { code, block };
      expected.status = status;
      this.#expected.delete(txid);
      for (const tell of expected.waiters) tell(status);
    }
    this.#nextBlock = block + 1;
  }

  #wait(expected: Expected): Promise<CommitStatus> {
    const { promise, resolve, reject } = Promise.withResolvers<CommitStatus>();
    const tell = (told: CommitStatus | FabricFailure): void => {
      clearTimeout(timer);
      expected.waiters.delete(tell);
      if (told instanceof FabricFailure) reject(told);
      else resolve(told);
    };
    const timer = setTimeout(() => {
      tell(this.#failure(GRPC.deadlineExceeded));
    }, this.#timeoutMs);
    expected.waiters.add(tell);
    return promise;
  }

  #failure(grpcCode: number): FabricFailure {
    const message = 'no block with the transaction yet';
    return toFailure('commitStatus', message, [{ grpcCode, message }]);
  }
}
