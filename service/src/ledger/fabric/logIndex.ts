import Database from 'better-sqlite3';
import type { Database as Connection, Statement } from 'better-sqlite3';
import type { BatchRecord } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import type { LedgerHead, RecordedBatch } from '../ledger.ts';
import { BatchLog } from '../log.ts';
import type { LogLeaf } from '../log.ts';
import { orCorrupt, requireSuccessor } from './fabricBlock.ts';
import type { FabricBlock } from './fabricBlock.ts';
import { batchesOf, parseTransaction } from './fabricTransaction.ts';
import type { FabricTransaction } from './fabricTransaction.ts';

/** Marks the file as ours: `YXFI`. */
const APPLICATION_ID = 0x59584649;
const FORMAT_VERSION = 1;
/** `peer.TxValidationCode` of a transaction that has effect. */
export const VALID = 0;

const SCHEMA = `
CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE batches (position INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE transactions (tx_id TEXT PRIMARY KEY, block INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log_leaves (position INTEGER PRIMARY KEY, root BLOB NOT NULL UNIQUE, block INTEGER NOT NULL) STRICT;
CREATE TABLE log_nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE chaincode (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

/** Transactions of a block that count: valid, and calls of one chaincode, in the block's order. */
export function transactionsOf(
  block: Pick<FabricBlock, 'number' | 'transactions'>,
  chaincode: string,
): readonly FabricTransaction[] {
  return orCorrupt(`block ${block.number} holds a malformed transaction`, () =>
    block.transactions.flatMap(({ envelope, validationCode }) => {
      const transaction = validationCode === VALID ? parseTransaction(envelope) : null;
      return transaction?.chaincode === chaincode ? [transaction] : [];
    }),
  );
}

/**
 * What a service keeps of a channel's blocks: their hashes, and the RFC 6962 log of recorded batches.
 *
 * A leaf is a value newly written under `batch~root` by a valid transaction; leaves are in the order of blocks, of
 * transactions in a block, and of keys in a write set. So every service that follows the channel has the same log. A
 * block and all that comes of it are stored in one transaction, and the height is the number of blocks stored: what is
 * lost when the machine fails is read from a peer again.
 */
export class LogIndex {
  readonly file: string;
  readonly log: BatchLog;
  readonly #connection: Connection;
  readonly #chaincode: string;
  readonly #putBlock: Statement;
  readonly #putBatch: Statement;
  readonly #putTransaction: Statement;
  readonly #hash: Statement<[number], { hash: Buffer }>;
  readonly #batch: Statement<[number], { data: Buffer }>;
  readonly #transaction: Statement<[string], { block: number }>;
  #height: number;
  #headHash: string | null;

  /** Use {@link openLogIndex}. */
  constructor(file: string, connection: Connection, chaincode: string) {
    const c = connection;
    this.file = file;
    this.#connection = c;
    this.#chaincode = chaincode;
    this.log = new BatchLog(c);
    this.#putBlock = c.prepare('INSERT INTO blocks (number, hash) VALUES (?, ?)');
    this.#putBatch = c.prepare('INSERT INTO batches (position, data) VALUES (?, ?)');
    this.#putTransaction = c.prepare(
      'INSERT OR IGNORE INTO transactions (tx_id, block) VALUES (?, ?)',
    );
    this.#hash = c.prepare('SELECT hash FROM blocks WHERE number = ?');
    this.#batch = c.prepare('SELECT data FROM batches WHERE position = ?');
    this.#transaction = c.prepare('SELECT block FROM transactions WHERE tx_id = ?');
    const last = c.prepare<[], number | null>('SELECT max(number) FROM blocks').pluck().get();
    this.#height = (last ?? -1) + 1;
    this.#headHash = this.hashOf(this.#height - 1);
  }

  /** Number of blocks taken in. */
  get height(): number {
    return this.#height;
  }

  /** The newest block taken in; null: none. */
  get head(): LedgerHead | null {
    return this.#headHash === null ? null : { height: this.#height, headHash: this.#headHash };
  }

  /**
   * Takes in the next block.
   * @throws ServiceError `LEDGER_CORRUPT` if it does not follow the newest one or is malformed; nothing is stored then.
   */
  append(block: FabricBlock): void {
    requireSuccessor(block, { height: this.#height, headHash: this.#headHash });
    const transactions = transactionsOf(block, this.#chaincode);
    const store = (): void => {
      this.#putBlock.run(block.number, Buffer.from(block.hash, 'hex'));
      for (const transaction of transactions) this.#appendBatches(block.number, transaction);
    };
    this.#connection.transaction(store).immediate();
    this.#height = block.number + 1;
    this.#headHash = block.hash;
  }

  #appendBatches(block: number, transaction: FabricTransaction): void {
    const batches = orCorrupt(`block ${block} holds a malformed batch`, () =>
      batchesOf(transaction),
    );
    for (const { record, data } of batches) {
      if (this.log.leafOf(record.root) !== null) continue; // a root is a leaf once
      this.#putBatch.run(this.log.append(record.root, block, data), data);
    }
    if (batches.length > 0) this.#putTransaction.run(transaction.txId, block);
  }

  /** Hash of a block, lower-case hex; null: not taken in. */
  hashOf(number: number): string | null {
    return this.#hash.get(number)?.hash.toString('hex') ?? null;
  }

  /** A recorded batch; null: no such root yet. */
  batch(root: string): RecordedBatch | null {
    return this.#recorded(/^[0-9a-f]{64}$/.test(root) ? this.log.leafOf(root) : null);
  }

  /** A recorded batch by its position; null: past the end. */
  batchAt(position: number): RecordedBatch | null {
    return this.#recorded(Number.isSafeInteger(position) ? this.log.leaf(position) : null);
  }

  /** Root of the newest recorded batch; null: none. */
  newestRoot(): string | null {
    return this.log.leaf(this.log.size() - 1)?.root ?? null;
  }

  /** Number of the block with a transaction that recorded something; null: not taken in. */
  blockOf(txId: string): number | null {
    return this.#transaction.get(txId)?.block ?? null;
  }

  close(): void {
    this.#connection.close();
  }

  #recorded(leaf: LogLeaf | null): RecordedBatch | null {
    const row = leaf === null ? undefined : this.#batch.get(leaf.position);
    if (leaf === null || row === undefined) return null;
    const record = JSON.parse(row.data.toString('utf8')) as BatchRecord; // checked before it was stored
    const { root, size, at, submitterMspId } = record;
    return { index: leaf.position, root, size, at, submitterMspId, block: leaf.block };
  }
}

/**
 * Opens the index, or makes an empty one.
 *
 * @param access - `read`: an existing file, beside a running service.
 * @throws ServiceError `LEDGER_CORRUPT` if the file is another kind of database, of another format or chaincode, or damaged.
 */
export function openLogIndex(
  file: string,
  chaincode: string,
  access: 'write' | 'read' = 'write',
): LogIndex {
  const isWritable = access === 'write';
  const connection = new Database(
    file,
    isWritable ? { timeout: 5000 } : { readonly: true, fileMustExist: true },
  );
  try {
    if (isWritable) prepareFile(connection, chaincode);
    requireOurs(connection, file, chaincode);
    return new LogIndex(file, connection, chaincode);
  } catch (error) {
    connection.close();
    throw isDamage(error) ? corrupt(file, 'is damaged', error) : error;
  }
}

function requireOurs(connection: Connection, file: string, chaincode: string): void {
  const isOurs = connection.pragma('application_id', { simple: true }) === APPLICATION_ID;
  if (!isOurs || connection.pragma('user_version', { simple: true }) !== FORMAT_VERSION) {
    throw corrupt(file, 'is of another kind or format');
  }
  const indexed = connection.prepare<[], string>('SELECT name FROM chaincode').pluck().get();
  if (indexed !== chaincode) throw corrupt(file, 'is of another chaincode');
}

function prepareFile(connection: Connection, chaincode: string): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL'); // a transaction lost with the machine is read from a peer again
  const isNew = connection.prepare('SELECT count(*) AS n FROM sqlite_schema').pluck().get() === 0;
  if (!isNew) return;
  connection
    .transaction(() => {
      connection.exec(SCHEMA);
      connection.prepare('INSERT INTO chaincode (name) VALUES (?)').run(chaincode);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
      connection.pragma(`user_version = ${FORMAT_VERSION}`);
    })
    .exclusive();
}

function isDamage(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown }; // SQLite's own class of errors has it
  return code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT';
}

function corrupt(file: string, what: string, cause?: unknown): ServiceError {
  return new ServiceError('LEDGER_CORRUPT', `the ledger index ${file} ${what}`, { cause });
}
