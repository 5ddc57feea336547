import type { Database as Connection, Statement } from 'better-sqlite3';
import { leafHash, nodeHash, rootOf } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';

/** One leaf of the log: a recorded batch. */
export interface LogLeaf {
  readonly position: number;
  /** Batch root, lower-case hex. */
  readonly root: string;
  readonly block: number;
}

interface LeafRow {
  readonly position: number;
  readonly root: Buffer;
  readonly block: number;
}

/**
 * The RFC 6962 log of recorded batches in the tables `log_leaves` and `log_nodes` of one SQLite file.
 *
 * The hash of every full subtree is stored once, under its place in an in-order numbering of the
 * tree, so that appending writes two rows on average and every proof reads O(log n) of them.
 * Bytes are `Uint8Array`, 32 a hash.
 */
export class BatchLog {
  readonly #append: Statement;
  readonly #putNode: Statement;
  readonly #node: Statement<[number], { hash: Buffer }>;
  readonly #leaf: Statement<[number], LeafRow>;
  readonly #byRoot: Statement<[Buffer], LeafRow>;
  readonly #last: Statement<[], { position: number | null }>;

  constructor(connection: Connection) {
    const leaf = 'SELECT position, root, block FROM log_leaves WHERE';
    this.#append = connection.prepare(
      'INSERT INTO log_leaves (position, root, block) VALUES (?, ?, ?)',
    );
    this.#putNode = connection.prepare('INSERT INTO log_nodes (id, hash) VALUES (?, ?)');
    this.#node = connection.prepare('SELECT hash FROM log_nodes WHERE id = ?');
    this.#leaf = connection.prepare(`${leaf} position = ?`);
    this.#byRoot = connection.prepare(`${leaf} root = ?`);
    this.#last = connection.prepare('SELECT max(position) AS position FROM log_leaves');
  }

  /** Number of leaves. */
  size(): number {
    const last = this.#last.get()?.position ?? null;
    return last === null ? 0 : last + 1;
  }

  /**
   * Appends one batch. The caller holds the transaction.
   * @param data - leaf data: canonical bytes of the value under `batch~root`.
   * @returns its position.
   */
  append(root: string, block: number, data: Uint8Array): number {
    const position = this.size();
    this.#append.run(position, Buffer.from(root, 'hex'), block);
    let hash = leafHash(data);
    let level = 0;
    let place = position;
    this.#putNode.run(nodeId(level, place), hash);
    while (place % 2 === 1) {
      hash = nodeHash(this.#fullSubtree(level, place - 1), hash);
      place = (place - 1) / 2;
      level += 1;
      this.#putNode.run(nodeId(level, place), hash);
    }
    return position;
  }

  leaf(position: number): LogLeaf | null {
    return toLeaf(this.#leaf.get(position));
  }

  leafOf(root: string): LogLeaf | null {
    return toLeaf(this.#byRoot.get(Buffer.from(root, 'hex')));
  }

  /** Root hash of the first `size` leaves (RFC 6962 §2.1). */
  rootHash(size: number = this.size()): Uint8Array {
    this.#demand([0, size, this.size()]);
    return size === 0 ? rootOf([]) : this.#hashOf(0, size);
  }

  /** Audit path (RFC 6962 §2.1.1), nearest sibling first. */
  inclusion(index: number, size: number): readonly Uint8Array[] {
    this.#demand([0, index, size - 1, this.size() - 1]);
    return this.#path(index, 0, size);
  }

  /** Consistency proof (RFC 6962 §2.1.2). */
  consistency(from: number, to: number): readonly Uint8Array[] {
    this.#demand([1, from, to, this.size()]);
    return this.#subproof(from, { start: 0, size: to }, true);
  }

  #path(index: number, start: number, size: number): readonly Uint8Array[] {
    if (size === 1) return [];
    const left = largestPowerBelow(size);
    return index < left
      ? [...this.#path(index, start, left), this.#hashOf(start + left, size - left)]
      : [...this.#path(index - left, start + left, size - left), this.#hashOf(start, left)];
  }

  #subproof(
    from: number,
    tree: { start: number; size: number },
    isWhole: boolean,
  ): readonly Uint8Array[] {
    const { start, size } = tree;
    if (from === size) return isWhole ? [] : [this.#hashOf(start, size)];
    const left = largestPowerBelow(size);
    if (from <= left) {
      return [
        ...this.#subproof(from, { start, size: left }, isWhole),
        this.#hashOf(start + left, size - left),
      ];
    }
    const right = { start: start + left, size: size - left };
    return [...this.#subproof(from - left, right, false), this.#hashOf(start, left)];
  }

  /** Hash of the `size` leaves from `start`, a subtree that RFC 6962's splitting yields. */
  #hashOf(start: number, size: number): Uint8Array {
    const left = largestPowerBelow(size);
    if (left * 2 === size || size === 1)
      return this.#fullSubtree(Math.round(Math.log2(size)), start / size);
    return nodeHash(this.#hashOf(start, left), this.#hashOf(start + left, size - left));
  }

  #fullSubtree(level: number, place: number): Uint8Array {
    const row = this.#node.get(nodeId(level, place));
    if (row === undefined) throw new ServiceError('LEDGER_CORRUPT', 'a node of the log is missing');
    return row.hash;
  }

  /** @throws ServiceError `REQUEST_MALFORMED` unless these are whole numbers, none smaller than the one before. */
  #demand(rising: readonly number[]): void {
    const isRising = rising.every(
      (number, place) => Number.isSafeInteger(number) && number >= (rising[place - 1] ?? 0),
    );
    if (!isRising)
      throw new ServiceError('REQUEST_MALFORMED', 'the log has no such position or size');
  }
}

/** In-order number of the full subtree `place` (from 0) of height `level`: unique, and never renumbered by growth. */
export function nodeId(level: number, place: number): number {
  return (2 * place + 1) * 2 ** level - 1;
}

/** The largest power of two smaller than `size`; 1 for 1. */
function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function toLeaf(row: LeafRow | undefined): LogLeaf | null {
  if (row === undefined) return null;
  return { position: row.position, root: row.root.toString('hex'), block: row.block };
}
