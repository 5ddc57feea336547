import type { KeyObject } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import type { DocumentFormat } from '@yinxin/chaincode/model';
import { openBytes, sealBytes, type FieldKeys, type SealedPlace } from '../fieldEncryption.ts';
import type { MaterialFormat } from '../holderMaterials.ts';
import type { DataKeys } from './dataKeys.ts';

export type FileOwnerKind =
  'licence' | 'sealSignature' | 'sealingRequest' | 'personalSignature' | 'holderMaterial';

/** Names one stored file. `isStaged`: the completed one that waits to replace the released one. */
export interface FileName {
  readonly ownerKind: FileOwnerKind;
  readonly ownerId: string;
  readonly format: DocumentFormat | MaterialFormat;
  readonly isStaged: boolean;
}

interface FileRow {
  readonly personId: string | null;
  readonly sealed: Uint8Array;
}

/** Document files, encrypted under their holder's data key, or the service's where they belong to no holder. */
export class FileRows {
  readonly #keys: FieldKeys;
  readonly #dataKeys: DataKeys;
  readonly #put: Statement<[string, string, string, number, string | null, number, Uint8Array]>;
  readonly #get: Statement<[string, string, string, number], FileRow>;
  readonly #remove: Statement<[string, string, string, number]>;
  readonly #removeAll: Statement<[string, string]>;
  readonly #unstage: Statement<[string, string, string]>;

  constructor(database: Database, keys: FieldKeys, dataKeys: DataKeys) {
    this.#keys = keys;
    this.#dataKeys = dataKeys;
    const one = 'ownerKind = ? AND ownerId = ? AND format = ? AND isStaged = ?';
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO File (ownerKind, ownerId, format, isStaged, personId, size, sealed)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#get = database.prepare(`SELECT personId, sealed FROM File WHERE ${one}`);
    this.#remove = database.prepare(`DELETE FROM File WHERE ${one}`);
    this.#removeAll = database.prepare('DELETE FROM File WHERE ownerKind = ? AND ownerId = ?');
    this.#unstage = database.prepare(
      `UPDATE File SET isStaged = 0
       WHERE ownerKind = ? AND ownerId = ? AND format = ? AND isStaged = 1`,
    );
  }

  /** @param person - whose key seals it; null: the service's. Call within a write. */
  put(
    name: FileName,
    bytes: Uint8Array,
    person: { readonly personId: string; readonly key: KeyObject } | null,
  ): void {
    const key = person?.key ?? this.#keys.serviceKey('file');
    const sealed = sealBytes(key, placeOf(name), bytes);
    const staged = Number(name.isStaged);
    const personId = person?.personId ?? null;
    this.#put.run(
      name.ownerKind,
      name.ownerId,
      name.format,
      staged,
      personId,
      bytes.length,
      sealed,
    );
  }

  /** Null when there is none or its holder was erased. */
  get(name: FileName): Uint8Array | null {
    const row = this.#get.get(name.ownerKind, name.ownerId, name.format, Number(name.isStaged));
    if (row === undefined) return null;
    const key =
      row.personId === null ? this.#keys.serviceKey('file') : this.#dataKeys.find(row.personId);
    return key === null ? null : openBytes(key, placeOf(name), row.sealed);
  }

  /** Puts the staged file in the released one's place; does nothing when none is staged. Call within a write. */
  release(name: Omit<FileName, 'isStaged'>): void {
    if (this.#get.get(name.ownerKind, name.ownerId, name.format, 1) === undefined) return;
    this.#remove.run(name.ownerKind, name.ownerId, name.format, 0);
    this.#unstage.run(name.ownerKind, name.ownerId, name.format);
  }

  remove(name: FileName): void {
    this.#remove.run(name.ownerKind, name.ownerId, name.format, Number(name.isStaged));
  }

  removeAll(ownerKind: FileOwnerKind, ownerId: string): void {
    this.#removeAll.run(ownerKind, ownerId);
  }
}

/** Staged or not makes no difference to the place: the file moves from one to the other. */
function placeOf(name: FileName): SealedPlace {
  return {
    table: 'File',
    column: 'sealed',
    id: `${name.ownerKind}/${name.ownerId}/${name.format}`,
  };
}
