import { setTimeout as sleep } from 'node:timers/promises';

import { within } from './deadline.ts';
import { heightOf } from './organisationHeights.ts';
import type { FabricTransport } from './transport.ts';

/** How peers are asked. */
export interface FreshnessOptions {
  /** From the beginning of one round to that of the next, milliseconds. Default 1000. */
  readonly beatMs?: number;
  /** How long a peer may take to answer, milliseconds. Default 2000. */
  readonly callMs?: number;
  /** Resolves once every read reflects that many blocks; rejects when that takes too long. */
  readonly whenHeld: (height: number) => Promise<void>;
  /** Hears how many blocks the own peer has. */
  readonly onHeight?: (height: number) => void;
}

/**
 * Knows how long ago this service was level with the ledger: its reads reflected every block that any organisation's peer
 * had when it was asked, a second ago or less. While no other organisation can be asked, or the own peer stays behind, the
 * age grows: what this service shows may have been overtaken. An organisation alone on its channel is its own measure.
 */
export class Freshness {
  readonly #transport: Pick<FabricTransport, 'evaluate' | 'channel' | 'mspId' | 'organisations'>;
  readonly #options: Required<FreshnessOptions>;
  readonly #stop = new AbortController();
  #levelAt: number | null = null;
  #ownHeight: number | null = null;
  #firstHeight: number | null = null;
  #isStarted = false;
  #first: Promise<void> = Promise.resolve();

  constructor(
    transport: Pick<FabricTransport, 'evaluate' | 'channel' | 'mspId' | 'organisations'>,
    options: FreshnessOptions,
  ) {
    this.#transport = transport;
    this.#options = { beatMs: 1000, callMs: 2000, onHeight: () => undefined, ...options };
  }

  /** Number of blocks of the own peer when it last answered; null: it never did. */
  get peerHeight(): number | null {
    return this.#ownHeight;
  }

  /** What it first answered. */
  get firstHeight(): number | null {
    return this.#firstHeight;
  }

  /** Whether it was ever known to be level. */
  get wasLevel(): boolean {
    return this.#levelAt !== null;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#first = this.#beat();
    void this.#run();
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

  /** A round under way ends by itself and tells nobody. */
  stop(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let beat = this.#first;
    while (!signal.aborted) {
      const pause = sleep(this.#options.beatMs, undefined, { signal, ref: false });
      await Promise.all([beat, pause]).catch(() => undefined); // woken by stop: a round itself never fails
      if (!isAborted(signal)) beat = this.#beat();
    }
  }

  async #beat(): Promise<void> {
    const { mspId, organisations } = this.#transport;
    const begun = performance.now();
    const others = organisations.filter((organisation) => organisation !== mspId);
    const [own, ...answers] = await Promise.all(
      [mspId, ...others].map((organisation) => this.#ask(organisation)),
    );
    if (own === null || own === undefined) return;
    this.#ownHeight = own;
    this.#firstHeight ??= own;
    this.#options.onHeight(own);
    const heights = answers.filter((height) => height !== null);
    if (others.length > 0 && heights.length === 0) return;
    const isHeld = await this.#options.whenHeld(Math.max(own, ...heights)).then(
      () => true,
      () => false, // behind, or broken: the age says so
    );
    if (isHeld) this.#levelAt = begun;
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

/** An abort may come during any wait: the compiler cannot know. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
