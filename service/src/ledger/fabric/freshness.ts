import { setTimeout as sleep } from 'node:timers/promises';

import { within } from './deadline.ts';
import { readMessage } from './protobufWire.ts';
import type { FabricTransport } from './transport.ts';

/** How often peers are asked, milliseconds. */
export interface FreshnessOptions {
  /** From the beginning of one round to that of the next. Default 1000. */
  readonly beatMs?: number;
  /** How long a peer may take to answer. Default 2000. */
  readonly callMs?: number;
  /** Hears how many blocks the own peer has. */
  readonly onHeight?: (height: number) => void;
}

/** Tries of the own peer in a round: a block that others have comes to it within milliseconds. */
const OWN_TRIES = 4;
const OWN_PAUSE_MS = 50;

/** Number of blocks of a peer of an organisation. @throws FabricFailure, SyntaxError. */
export async function heightOf(
  transport: Pick<FabricTransport, 'evaluate' | 'channel'>,
  organisation: string,
): Promise<number> {
  const call = { chaincode: 'qscc', function: 'GetChainInfo', args: [transport.channel] };
  return readMessage(await transport.evaluate(call, organisation)).number(1); // common.BlockchainInfo
}

/**
 * Knows how long ago the own peer was level with the ledger: had every block that any other organisation's peer had when
 * it was asked, a second ago or less. While no other organisation can be asked, or the own peer stays behind, the age
 * grows: what this service shows may have been overtaken. An organisation alone on its channel is its own measure.
 */
export class Freshness {
  readonly #transport: Pick<FabricTransport, 'evaluate' | 'channel' | 'mspId' | 'organisations'>;
  readonly #options: Required<FreshnessOptions>;
  readonly #stop = new AbortController();
  #levelAt: number | null = null;
  #ownHeight: number | null = null;
  #running: Promise<void> | null = null;
  #first: Promise<void> = Promise.resolve();

  constructor(
    transport: Pick<FabricTransport, 'evaluate' | 'channel' | 'mspId' | 'organisations'>,
    options: FreshnessOptions = {},
  ) {
    this.#transport = transport;
    this.#options = { beatMs: 1000, callMs: 2000, onHeight: () => undefined, ...options };
  }

  /** Number of blocks of the own peer when it last answered; null: it never did. */
  get peerHeight(): number | null {
    return this.#ownHeight;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#first = this.#beat();
    this.#running = this.#run();
  }

  /** Resolves after the first round, whatever came of it. */
  whenAsked(): Promise<void> {
    return this.#first;
  }

  /**
   * Seconds, rounded up to tenths. It counts from a clock that nobody sets; before the peer was ever known to be level,
   * from the Unix epoch.
   */
  ageSeconds(): number {
    const levelAt = this.#levelAt ?? -performance.timeOrigin;
    return Math.ceil((performance.now() - levelAt) / 100) / 10;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let beat = this.#first;
    while (!signal.aborted) {
      const pause = sleep(this.#options.beatMs, undefined, { signal, ref: false });
      await Promise.all([beat, pause]).catch(() => undefined); // woken by stop: a round itself never fails
      if (!signal.aborted) beat = this.#beat();
    }
  }

  async #beat(): Promise<void> {
    const { mspId, organisations } = this.#transport;
    const begun = performance.now();
    const others = organisations.filter((organisation) => organisation !== mspId);
    const answers = await Promise.all(others.map((organisation) => this.#ask(organisation)));
    const heights = answers.filter((height) => height !== null);
    const isCompared = others.length === 0 || heights.length > 0;
    const goal = Math.max(0, ...heights);
    for (let count = 1; count <= OWN_TRIES && !this.#stop.signal.aborted; count += 1) {
      const own = await this.#ask(mspId);
      if (own === null) return;
      this.#ownHeight = Math.max(own, this.#ownHeight ?? 0);
      this.#options.onHeight(own);
      if (own >= goal) {
        if (isCompared) this.#levelAt = begun;
        return;
      }
      await sleep(OWN_PAUSE_MS);
    }
  }

  /** Blocks of an organisation's peer; null: it does not answer. */
  async #ask(organisation: string): Promise<number | null> {
    try {
      const height = heightOf(this.#transport, organisation);
      return await within(this.#options.callMs, 'a peer', height);
    } catch {
      return null; // whatever the reason, nothing is known of it in this round
    }
  }
}
