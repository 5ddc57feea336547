import Database from 'better-sqlite3';
import type { Database as Connection, Statement } from 'better-sqlite3';

import { ServiceError } from '../../errors.ts';
import type { StateWrite, StoredBlock } from './blockFormat.ts';

/** Marks the file as ours: `YXLG`. */
const APPLICATION_ID = 0x59584c47;
const FORMAT_VERSION = 1;
/** Number of write ids a block has; `id = block × WRITES_PER_BLOCK + place in the write set`. */
const WRITES_PER_BLOCK = 2 ** 20;

const SCHEMA = `
CREATE TABLE blocks (
  number INTEGER PRIMARY KEY, header TEXT NOT NULL, key_id TEXT NOT NULL, signature BLOB NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TABLE writes (id INTEGER PRIMARY KEY, key BLOB NOT NULL, value TEXT, previous INTEGER) STRICT;
CREATE TABLE state (key BLOB PRIMARY KEY, write INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log_leaves (position INTEGER PRIMARY KEY, root BLOB NOT NULL UNIQUE, block INTEGER NOT NULL) STRICT;
CREATE TABLE log_nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE node_certificates (key_id TEXT PRIMARY KEY, certification_path TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** One version of a key. `id` grows with the ledger's order. */
export interface StoredVersion {
  readonly id: number;
  readonly value: string | null;
  readonly block: number;
}

/** One row of the write set as stored, with the link to the version of the same key before it. */
export interface StoredWrite extends StateWrite {
  readonly id: number;
  readonly previous: number | null;
}

interface WriteRow {
  readonly id: number;
  readonly key: Buffer;
  readonly value: string | null;
  readonly previous: number | null;
}
interface BlockRow {
  readonly number: number;
  readonly header: string;
  readonly key_id: string;
  readonly signature: Buffer;
  readonly body: string;
}

/**
 * Blocks, versions of keys and the newest version of each key, in one SQLite file.
 *
 * A key's versions form a list from newest to oldest, so that a state read is two look-ups and
 * history needs no index of its own.
 */
export class BlockStore {
  readonly connection: Connection;
  readonly #insertBlock: Statement;
  readonly #insertWrite: Statement;
  readonly #putState: Statement;
  readonly #stateOf: Statement<[Buffer], { write: number }>;
  readonly #current: Statement<[Buffer], { id: number; value: string | null }>;
  readonly #version: Statement<[number], WriteRow>;
  readonly #range: Statement<[Buffer, Buffer], { key: Buffer; write: number }>;
  readonly #block: Statement<[number], BlockRow>;
  readonly #lastNumber: Statement<[], { number: number | null }>;
  readonly #writesOf: Statement<[number, number], WriteRow>;
  readonly #certificates: Statement<[string], { certification_path: string }>;
  readonly #putCertificates: Statement;

  constructor(connection: Connection) {
    this.connection = connection;
    const c = connection;
    this.#insertBlock = c.prepare(
      'INSERT INTO blocks (number, header, key_id, signature, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#insertWrite = c.prepare(
      'INSERT INTO writes (id, key, value, previous) VALUES (?, ?, ?, ?)',
    );
    this.#putState = c.prepare(
      'INSERT INTO state (key, write) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET write = excluded.write',
    );
    this.#stateOf = c.prepare('SELECT write FROM state WHERE key = ?');
    this.#current = c.prepare(
      'SELECT w.id, w.value FROM state s JOIN writes w ON w.id = s.write WHERE s.key = ?',
    );
    this.#version = c.prepare('SELECT id, key, value, previous FROM writes WHERE id = ?');
    this.#range = c.prepare('SELECT key, write FROM state WHERE key >= ? AND key < ? ORDER BY key');
    this.#block = c.prepare(
      'SELECT number, header, key_id, signature, body FROM blocks WHERE number = ?',
    );
    this.#lastNumber = c.prepare('SELECT max(number) AS number FROM blocks');
    this.#writesOf = c.prepare(
      'SELECT id, key, value, previous FROM writes WHERE id >= ? AND id < ? ORDER BY id',
    );
    this.#certificates = c.prepare(
      'SELECT certification_path FROM node_certificates WHERE key_id = ?',
    );
    this.#putCertificates = c.prepare(
      'INSERT OR IGNORE INTO node_certificates (key_id, certification_path) VALUES (?, ?)',
    );
  }

  /** Number of blocks. */
  height(): number {
    const last = this.#lastNumber.get()?.number ?? null;
    return last === null ? 0 : last + 1;
  }

  block(number: number): StoredBlock | null {
    const row = this.#block.get(number);
    if (row === undefined) return null;
    return {
      number: row.number,
      header: row.header,
      keyId: row.key_id,
      signature: row.signature,
      body: row.body,
    };
  }

  /** The write set of a block, in the order of the transaction. */
  writesOf(block: number): readonly StoredWrite[] {
    const rows = this.#writesOf.all(block * WRITES_PER_BLOCK, (block + 1) * WRITES_PER_BLOCK);
    return rows.map((row) => ({
      id: row.id,
      key: row.key.toString('utf8'),
      value: row.value,
      previous: row.previous,
    }));
  }

  /** The newest version of a key; null: never written. */
  current(key: string): StoredVersion | null {
    const row = this.#current.get(Buffer.from(key, 'utf8'));
    return row === undefined ? null : { id: row.id, value: row.value, block: blockOf(row.id) };
  }

  /** The version of a key that was the newest before block `block`; null: none yet. */
  before(key: string, block: number): StoredVersion | null {
    for (const version of this.versions(key)) {
      if (version.block < block) return version;
    }
    return null;
  }

  /** All versions of a key, newest first. */
  *versions(key: string): Generator<StoredVersion> {
    let id: number | null = this.#stateOf.get(Buffer.from(key, 'utf8'))?.write ?? null;
    while (id !== null) {
      const row: WriteRow | undefined = this.#version.get(id);
      if (
        row === undefined ||
        row.key.toString('utf8') !== key ||
        (row.previous !== null && row.previous >= id)
      ) {
        throw new ServiceError('LEDGER_CORRUPT', 'a version of a ledger key is missing');
      }
      yield { id: row.id, value: row.value, block: blockOf(row.id) };
      id = row.previous;
    }
  }

  /** Keys from `start` (inside) to `end` (outside), ordered by their UTF-8 bytes. */
  keysBetween(start: string, end: string): readonly string[] {
    const rows = this.#range.all(Buffer.from(start, 'utf8'), Buffer.from(end, 'utf8'));
    return rows.map((row) => row.key.toString('utf8'));
  }

  /** Every key ever written. */
  *keys(): Generator<string> {
    for (const key of this.connection
      .prepare<[], Buffer>('SELECT key FROM state')
      .pluck()
      .iterate()) {
      yield key.toString('utf8');
    }
  }

  /** Number of writes of all blocks. */
  writeCount(): number {
    return this.connection.prepare<[], number>('SELECT count(*) FROM writes').pluck().get() ?? 0;
  }

  /** Number of blocks found, which is the height unless one is missing. */
  blockCount(): number {
    return this.connection.prepare<[], number>('SELECT count(*) FROM blocks').pluck().get() ?? 0;
  }

  /**
   * Stores one block with its write set and runs `also` in the same transaction; on any error nothing of it is there.
   */
  append(block: StoredBlock, writes: readonly StateWrite[], also: () => void): void {
    if (writes.length >= WRITES_PER_BLOCK)
      throw new ServiceError('INTERNAL', 'the write set is too large');
    const store = (): void => {
      this.#insertBlock.run(block.number, block.header, block.keyId, block.signature, block.body);
      let id = block.number * WRITES_PER_BLOCK;
      for (const write of writes) {
        const key = Buffer.from(write.key, 'utf8');
        this.#insertWrite.run(id, key, write.value, this.#stateOf.get(key)?.write ?? null);
        this.#putState.run(key, id);
        id += 1;
      }
      also();
    };
    this.connection.transaction(store).immediate();
  }

  /** Remembers a node certificate's path (base64 DER, leaf first). */
  putCertificationPath(keyId: string, path: readonly Uint8Array[]): void {
    this.#putCertificates.run(
      keyId,
      JSON.stringify(path.map((der) => Buffer.from(der).toString('base64'))),
    );
  }

  certificationPath(keyId: string): readonly Uint8Array[] | null {
    const row = this.#certificates.get(keyId);
    if (row === undefined) return null;
    return (JSON.parse(row.certification_path) as string[]).map((text) =>
      Buffer.from(text, 'base64'),
    );
  }

  close(): void {
    this.connection.close();
  }
}

/**
 * Opens the ledger's file: WAL. Who writes syncs each commit and makes checkpoints (`durableAppends.ts`).
 *
 * @param access - `read`: an existing file, beside a running service; nothing is written.
 * @throws ServiceError `LEDGER_CORRUPT` if the file is another kind of database or of another format.
 */
export function openBlockStore(file: string, access: 'write' | 'read'): BlockStore {
  const isWritable = access === 'write';
  const connection = new Database(
    file,
    isWritable ? { timeout: 5000 } : { readonly: true, fileMustExist: true },
  );
  try {
    if (isWritable) prepareFile(connection);
    connection.pragma('cache_size = -16384');
    const isOurs = connection.pragma('application_id', { simple: true }) === APPLICATION_ID;
    if (!isOurs || connection.pragma('user_version', { simple: true }) !== FORMAT_VERSION) {
      throw new ServiceError('LEDGER_CORRUPT', 'the ledger file is of another kind or format');
    }
    return new BlockStore(connection);
  } catch (error) {
    connection.close();
    throw isDamage(error)
      ? new ServiceError('LEDGER_CORRUPT', 'the ledger file is damaged', { cause: error })
      : error;
  }
}

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT';
}

function prepareFile(connection: Connection): void {
  connection.pragma('page_size = 8192');
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
  connection.pragma('wal_autocheckpoint = 0');
  const isNew = connection.prepare('SELECT count(*) AS n FROM sqlite_schema').pluck().get() === 0;
  if (!isNew) return;
  connection
    .transaction(() => {
      connection.exec(SCHEMA);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
      connection.pragma(`user_version = ${FORMAT_VERSION}`);
    })
    .exclusive();
}

/** The block a version was written in. */
function blockOf(id: number): number {
  return Math.floor(id / WRITES_PER_BLOCK);
}
