/** What this device keeps for verifying without network: in IndexedDB, which belongs to the page's origin. */

/** All but the bundle itself. Times are RFC 3339. */
export interface KeptFacts {
  /** Where it was fetched. */
  readonly origin: string;
  /** The first roots that were seen; they stay until somebody has them forgotten. */
  readonly rootsPem: string;
  /** Of the bundle. */
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** When the service first showed other roots; null: it never did. */
  readonly rootsChangedAt: string | null;
}

export interface Vault {
  /** @returns null if nothing is kept. */
  readFacts(): Promise<KeptFacts | null>;
  readBundle(): Promise<string | null>;
  /** @param bundle - absent: the kept one stays. */
  write(facts: KeptFacts, bundle?: string): Promise<void>;
  clear(): Promise<void>;
}

const DATABASE = 'yinxin';
const STORE = 'offline';
const FACTS = 'facts';
const BUNDLE = 'bundle';

/** Every call rejects where the browser forbids to keep anything. */
export function browserVault(): Vault {
  let opened: Promise<IDBDatabase> | null = null;
  const run = async <T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    const database = await (opened ??= open());
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    await done(transaction);
    return request.result;
  };
  return {
    async readFacts() {
      const facts = await run('readonly', (store) => store.get(FACTS) as IDBRequest<unknown>);
      return (facts as KeptFacts | undefined) ?? null; // nobody else writes there
    },
    async readBundle() {
      const bundle = await run('readonly', (store) => store.get(BUNDLE) as IDBRequest<unknown>);
      return typeof bundle === 'string' ? bundle : null;
    },
    async write(facts, bundle) {
      await run('readwrite', (store) => {
        if (bundle !== undefined) store.put(bundle, BUNDLE);
        return store.put(facts, FACTS);
      });
    },
    async clear() {
      await run('readwrite', (store) => store.clear());
    },
  };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE);
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('the browser keeps nothing'));
    };
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new Error('the browser keeps nothing more'));
    };
  });
}
