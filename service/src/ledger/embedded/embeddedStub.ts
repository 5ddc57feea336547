import { setImmediate } from 'node:timers/promises';

import type { StateWrite } from './blockFormat.ts';

/** Committed state as one transaction sees it. */
export interface StateView {
  /** Value under a key; null: none. */
  value(key: string): string | null;
  /** Existing keys from `start` (inside) to `end` (outside), ordered by their UTF-8 bytes. */
  keysBetween(start: string, end: string): readonly string[];
  /** Every version of a key, newest first. */
  versions(key: string): Iterable<StateVersion>;
}

export interface StateVersion {
  readonly value: string | null;
  readonly txId: string;
  readonly recordedAt: Date;
}

/** What is fixed for one call of a transaction function. */
export interface TransactionContext {
  readonly txId: string;
  readonly timestamp: Date;
  readonly mspId: string;
  /** PEM of the submitter's certificate. */
  readonly certificate: string;
  /** Contract and function (`seal:record`), then the arguments. */
  readonly args: readonly string[];
}

const CHANNEL = 'embedded';
const READS_PER_TURN = 32;
const MAX_RUNE = '\u{10ffff}';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Fabric's chaincode stub over a view of committed state. As strict as Fabric: a read does not see
 * what the same transaction wrote, and writes come out once a key, ordered by key bytes.
 *
 * The members are those of `ChaincodeStub` of fabric-shim that contracts here use; its names are Fabric's.
 */
export class EmbeddedStub {
  readonly #state: StateView;
  readonly #context: TransactionContext;
  readonly #writes = new Map<string, string | null>();
  #reads = 0;

  constructor(state: StateView, context: TransactionContext) {
    this.#state = state;
    this.#context = context;
  }

  /** The write set so far, ordered by key bytes. */
  writeSet(): readonly StateWrite[] {
    return [...this.#writes]
      .map(([key, value]) => ({ key, value, bytes: Buffer.from(key, 'utf8') }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key, value }) => ({ key, value }));
  }

  getArgs(): string[] {
    return [...this.#context.args];
  }

  getStringArgs(): string[] {
    return this.getArgs();
  }

  getBufferArgs(): Buffer[] {
    return this.#context.args.map((text) => Buffer.from(text, 'utf8'));
  }

  getFunctionAndParameters(): { fcn: string; params: string[] } {
    const [fcn = '', ...params] = this.#context.args;
    return { fcn, params };
  }

  getTxID(): string {
    return this.#context.txId;
  }

  getChannelID(): string {
    return CHANNEL;
  }

  getMspID(): string {
    return this.#context.mspId;
  }

  getCreator(): { mspid: string; idBytes: Uint8Array } {
    return { mspid: this.#context.mspId, idBytes: Buffer.from(this.#context.certificate, 'utf8') };
  }

  getTransient(): Map<string, Uint8Array> {
    return new Map();
  }

  getDateTimestamp(): Date {
    return new Date(this.#context.timestamp);
  }

  getTxTimestamp(): { seconds: number; nanos: number } {
    return toTimestamp(this.#context.timestamp);
  }

  setEvent(name: string): void {
    if (name === '') throw new Error('Event name must be a non-empty string.');
  }

  async getState(key: string): Promise<Uint8Array> {
    this.#reads += 1;
    if (this.#reads % READS_PER_TURN === 0) await setImmediate(); // a large batch must not stop other callers
    const value = this.#state.value(key);
    return value === null ? new Uint8Array(0) : Buffer.from(value, 'utf8');
  }

  putState(key: string, value: Uint8Array): Promise<void> {
    if (key === '') throw new Error('the key must not be empty');
    this.#writes.set(key, utf8.decode(value));
    return Promise.resolve();
  }

  deleteState(key: string): Promise<void> {
    this.#writes.set(key, null);
    return Promise.resolve();
  }

  createCompositeKey(objectType: string, attributes: readonly string[]): string {
    return compositeKey(objectType, attributes);
  }

  splitCompositeKey(key: string): { objectType: string; attributes: string[] } {
    const [objectType = '', ...attributes] = key.slice(1, -1).split('\0');
    return { objectType, attributes };
  }

  getStateByPartialCompositeKey(
    objectType: string,
    attributes: readonly string[],
  ): AsyncIterable<KeyValue> {
    const prefix = compositeKey(objectType, attributes);
    return this.#range(prefix, prefix + MAX_RUNE);
  }

  getStateByRange(start: string, end: string): AsyncIterable<KeyValue> {
    // As in Fabric: an open start or end stays outside the composite keys, which begin with U+0000.
    return this.#range(start === '' ? '\u0001' : start, end === '' ? MAX_RUNE : end);
  }

  getHistoryForKey(key: string): AsyncIterable<KeyModification> {
    const rows = [...this.#state.versions(key)].map((version) => ({
      txId: version.txId,
      value: Buffer.from(version.value ?? '', 'utf8'),
      isDelete: version.value === null,
      timestamp: toTimestamp(version.recordedAt),
    }));
    return iterate(rows);
  }

  #range(start: string, end: string): AsyncIterable<KeyValue> {
    const rows: KeyValue[] = [];
    for (const key of this.#state.keysBetween(start, end)) {
      const value = this.#state.value(key);
      if (value !== null) rows.push({ key, value: Buffer.from(value, 'utf8') });
    }
    return iterate(rows);
  }
}

interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
}

interface KeyModification {
  readonly txId: string;
  readonly value: Uint8Array;
  readonly isDelete: boolean;
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
}

/**
 * The world state's key of `objectType~attributes`: Fabric's composite key.
 * @throws Error if a part is empty or holds U+0000 or U+10FFFF.
 */
export function compositeKey(objectType: string, attributes: readonly string[]): string {
  let key = '\0';
  for (const part of [objectType, ...attributes]) {
    if (part === '' || part.includes('\0') || part.includes(MAX_RUNE)) {
      throw new Error('a part of a composite key is empty or holds a delimiter');
    }
    key += `${part}\0`;
  }
  return key;
}

function toTimestamp(at: Date): { seconds: number; nanos: number } {
  const milliseconds = at.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1_000_000 };
}

/** Fabric's iterators: `for await`, or `next()` and `close()` after awaiting the call. */
function iterate<T>(rows: readonly T[]): AsyncIterable<T> {
  let position = 0;
  const iterator = {
    next: (): Promise<IteratorResult<T, undefined>> => {
      const value = rows[position];
      position += 1;
      return Promise.resolve(
        value === undefined ? { done: true, value: undefined } : { done: false, value },
      );
    },
    close: (): Promise<void> => Promise.resolve(),
  };
  return Object.assign(Promise.resolve(iterator), {
    [Symbol.asyncIterator]: () => ({
      next: iterator.next,
      return: (): Promise<IteratorResult<T, undefined>> =>
        Promise.resolve({ done: true, value: undefined }),
    }),
  });
}
