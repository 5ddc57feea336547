/** A small working fake of a Fabric peer: committed state, versions, history, conflicts at commit. */

interface Version {
  readonly txId: string;
  readonly value: Uint8Array;
  readonly at: Date;
}

const MAX_RUNE = '\u{10ffff}';

/** Committed world state of one channel. */
export class MemoryLedger {
  readonly #versions = new Map<string, Version[]>();

  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** All committed values, ordered by the bytes of their keys. */
  state(): Readonly<Record<string, object>> {
    const entries = [...this.#versions]
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([key, versions]): [string, object] => [
        readableKey(key),
        parse(versions.at(-1)!.value),
      ]);
    return Object.fromEntries(entries);
  }

  /** Commits a transaction, unless a key it read has changed since. */
  commit(stub: MemoryStub): 'VALID' | 'MVCC_READ_CONFLICT' {
    for (const [key, count] of stub.readSet)
      if (this.versions(key).length !== count) return 'MVCC_READ_CONFLICT';
    for (const [key, value] of stub.writeSet) {
      const versions = this.#versions.get(key) ?? [];
      versions.push({ txId: stub.getTxID(), value, at: stub.getDateTimestamp() });
      this.#versions.set(key, versions);
    }
    return 'VALID';
  }
}

export interface MemoryTransaction {
  readonly txId: string;
  readonly at: Date;
  readonly args: readonly string[];
  readonly mspId: string;
  /** PEM of the submitter. */
  readonly certificate: string;
}

/** Fabric's stub, as strict: reads give committed values even after a write in the same transaction. */
export class MemoryStub {
  readonly readSet = new Map<string, number>();
  readonly writeSet = new Map<string, Uint8Array>();
  readonly calls = { getState: 0, putState: 0 };
  event: { readonly name: string; readonly payload: object } | null = null;
  readonly #ledger: MemoryLedger;
  readonly #transaction: MemoryTransaction;

  constructor(ledger: MemoryLedger, transaction: MemoryTransaction) {
    this.#ledger = ledger;
    this.#transaction = transaction;
  }

  /** What the transaction would write, by readable key. */
  writes(): Readonly<Record<string, object>> {
    return Object.fromEntries(
      [...this.writeSet].map(([key, value]) => [readableKey(key), parse(value)]),
    );
  }

  getBufferArgs(): Buffer[] {
    return this.#transaction.args.map((text) => Buffer.from(text, 'utf8'));
  }

  getTxID(): string {
    return this.#transaction.txId;
  }

  getChannelID(): string {
    return 'test';
  }

  getCreator(): { mspid: string; idBytes: Uint8Array } {
    return {
      mspid: this.#transaction.mspId,
      idBytes: Buffer.from(this.#transaction.certificate, 'utf8'),
    };
  }

  getDateTimestamp(): Date {
    return new Date(this.#transaction.at);
  }

  createCompositeKey(objectType: string, attributes: string[]): string {
    const parts = [objectType, ...attributes];
    if (parts.some((part) => part === '' || part.includes('\0') || part.includes(MAX_RUNE)))
      throw new Error('a part of a composite key is empty or holds a delimiter');
    return `\0${parts.join('\0')}\0`;
  }

  getState(key: string): Promise<Uint8Array> {
    this.calls.getState += 1;
    const versions = this.#ledger.versions(key);
    this.readSet.set(key, versions.length);
    return Promise.resolve(versions.at(-1)?.value ?? new Uint8Array(0));
  }

  putState(key: string, value: Uint8Array): Promise<void> {
    this.calls.putState += 1;
    if (this.writeSet.has(key))
      throw new Error(`${readableKey(key)} is put twice in one transaction`);
    this.writeSet.set(key, value);
    return Promise.resolve();
  }

  setEvent(name: string, payload: Uint8Array): void {
    if (this.event !== null) throw new Error('a transaction has one event');
    this.event = { name, payload: parse(payload) };
  }

  /** Newest first, as in Fabric. */
  getHistoryForKey(key: string): AsyncIterable<object> {
    const versions = [...this.#ledger.versions(key)].reverse();
    return (async function* iterate() {
      for (const { txId, value, at } of versions) {
        const seconds = Math.floor(at.getTime() / 1000);
        const nanos = (at.getTime() % 1000) * 1_000_000;
        yield await Promise.resolve({
          txId,
          value,
          isDelete: false,
          timestamp: { seconds, nanos },
        });
      }
    })();
  }
}

/** `objectType~attribute~…`, as keys are written in prose. */
function readableKey(key: string): string {
  return key.slice(1, -1).replaceAll('\0', '~');
}

function parse(value: Uint8Array): object {
  return JSON.parse(Buffer.from(value).toString('utf8')) as object;
}
