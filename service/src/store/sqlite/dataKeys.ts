import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { createBoundedCache } from '../../keys/boundedCache.ts';
import { ulid } from '../../ulid.ts';
import {
  normaliseHolderCode,
  openBytes,
  sealBytes,
  type FieldKeys,
  type SealedPlace,
} from '../fieldEncryption.ts';
import type { HolderCode } from '../people.ts';
import { toStoredTime } from './rows.ts';

const KEPT_KEYS = 10_000;

/** A holder's row id and data key. */
export interface PersonKey {
  readonly personId: string;
  readonly holderHash: string;
  readonly key: KeyObject;
}

/** Data keys of holders: one each, sealed under the key-encryption key, destroyed when the holder is erased. */
export class DataKeys {
  readonly #keys: FieldKeys;
  readonly #byHash: Statement<[string], { id: string; dataKeySealed: Uint8Array }>;
  readonly #byId: Statement<[string], { dataKeySealed: Uint8Array | null }>;
  readonly #insert: Statement<[string, string, Uint8Array, string]>;
  readonly #erase: Statement<[string, string]>;
  readonly #unwrapped = createBoundedCache<KeyObject>(KEPT_KEYS);

  constructor(database: Database, keys: FieldKeys) {
    this.#keys = keys;
    this.#byHash = database.prepare('SELECT id, dataKeySealed FROM Person WHERE holderHash = ?');
    this.#byId = database.prepare('SELECT dataKeySealed FROM Person WHERE id = ?');
    this.#insert = database.prepare(
      'INSERT INTO Person (id, holderHash, dataKeySealed, createdAt) VALUES (?, ?, ?, ?)',
    );
    this.#erase = database.prepare(
      'UPDATE Person SET holderHash = NULL, dataKeySealed = NULL, erasedAt = ? WHERE holderHash = ?',
    );
  }

  /** Keyed hash of a holder's code, lower-case hex. */
  holderHash(holder: HolderCode): string {
    const code = normaliseHolderCode(holder.code);
    return this.#keys.keyedHash('holder', `${holder.codeType}\0${code}`);
  }

  /** The holder's key, made on first sight. Call within a write. */
  ensure(holder: HolderCode, at: Date): PersonKey {
    return this.ensureByHash(this.holderHash(holder), at);
  }

  /** As {@link DataKeys.ensure} for a holder known by the hash of their code alone. */
  ensureByHash(holderHash: string, at: Date): PersonKey {
    const row = this.#byHash.get(holderHash);
    if (row !== undefined)
      return { personId: row.id, holderHash, key: this.#unwrap(row.id, row.dataKeySealed) };
    const personId = ulid(at);
    const raw = randomBytes(32);
    const sealed = sealBytes(this.#keys.keyEncryptionKey, placeOf(personId), raw);
    this.#insert.run(personId, holderHash, sealed, toStoredTime(at));
    const key = createSecretKey(raw);
    raw.fill(0);
    return { personId, holderHash, key };
  }

  /** The key of a holder known by the hash of their code; null when there is none. */
  findByHash(holderHash: string): PersonKey | null {
    const row = this.#byHash.get(holderHash);
    return row === undefined
      ? null
      : { personId: row.id, holderHash, key: this.#unwrap(row.id, row.dataKeySealed) };
  }

  /** Null when the person was erased, in this process or another. */
  find(personId: string): KeyObject | null {
    const sealed = this.#byId.get(personId)?.dataKeySealed ?? null;
    return sealed === null ? null : this.#unwrap(personId, sealed);
  }

  /** Destroys the key. Call within a write. @returns whether there was one. */
  erase(holderHash: string, at: Date): boolean {
    return this.#erase.run(toStoredTime(at), holderHash).changes > 0;
  }

  #unwrap(personId: string, sealed: Uint8Array): KeyObject {
    const kept = this.#unwrapped.get(personId);
    if (kept !== undefined) return kept;
    const raw = openBytes(this.#keys.keyEncryptionKey, placeOf(personId), sealed);
    const key = createSecretKey(raw);
    raw.fill(0);
    this.#unwrapped.set(personId, key);
    return key;
  }
}

function placeOf(personId: string): SealedPlace {
  return { table: 'Person', column: 'dataKeySealed', id: personId };
}
