import { getStates, putStates } from './bulkState.js';
import type { KeyValueStub } from './bulkState.js';
import { canonicalBytes } from './canonicalJson.js';
import type { StatePlace } from './statePlaces.js';

/** What a transaction uses of Fabric's `ChaincodeStub`; the names are Fabric's. */
export interface StateStub extends KeyValueStub {
  createCompositeKey(objectType: string, attributes: string[]): string;
}

/**
 * World state as one transaction sees it: committed values under what the transaction wrote so far.
 * Fabric gives no read-your-writes, so writes are kept here and put once a key at the end. Values are never changed in
 * place.
 */
export class WorldState {
  readonly #stub: StateStub;
  readonly #committed = new Map<string, object | null>();
  readonly #kept = new Map<string, object>();
  #draft = new Map<string, object>();

  constructor(stub: StateStub) {
    this.#stub = stub;
  }

  /**
   * Reads values that will be asked for, together where the peer can. They become part of what the transaction relies on
   * whether they are asked for or not.
   */
  async prefetch(places: readonly StatePlace<object>[]): Promise<void> {
    const wanted = new Set(places.map((place) => this.#key(place)));
    const keys = [...wanted].filter((key) => !this.#committed.has(key));
    const values = await getStates(this.#stub, keys);
    values.forEach((value, index) => this.#committed.set(keys[index] as string, parseValue(value))); // one value a key
  }

  /** The newest value of this transaction's view; `null`: none. Each key is read from the ledger at most once. */
  async get<V extends object>(place: StatePlace<V>): Promise<V | null> {
    const key = this.#key(place);
    const value = this.#draft.get(key) ?? this.#kept.get(key) ?? (await this.#read(key));
    return value as V | null; // a place names the type of the value that our own code put there
  }

  /** Sets a value in the draft; {@link keep} or {@link drop} decides about it. */
  put<V extends object>(place: StatePlace<V>, value: V): void {
    this.#draft.set(this.#key(place), value);
  }

  /** Makes the draft part of the transaction. */
  keep(): void {
    for (const [key, value] of this.#draft) this.#kept.set(key, value);
    this.#draft = new Map();
  }

  /** Forgets the draft, as if it had never been written. */
  drop(): void {
    this.#draft = new Map();
  }

  /** Writes what was kept, canonical bytes, each key once. Call once, at the end. */
  async flush(): Promise<void> {
    await putStates(
      this.#stub,
      [...this.#kept].map(([key, value]) => [key, canonicalBytes(value)] as const),
    );
  }

  #key(place: StatePlace<object>): string {
    return this.#stub.createCompositeKey(place.objectType, [...place.attributes]);
  }

  async #read(key: string): Promise<object | null> {
    const known = this.#committed.get(key);
    if (known !== undefined) return known;
    const value = parseValue(await this.#stub.getState(key));
    this.#committed.set(key, value);
    return value;
  }
}

/** Parses a value that a contract of ours wrote; `null` for the empty bytes of an absent key. */
export function parseValue(bytes: Uint8Array): object | null {
  return bytes.length === 0 ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as object); // we only write objects
}
