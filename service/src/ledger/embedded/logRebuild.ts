import type { Database as Connection, Statement } from 'better-sqlite3';
import { leafHash, nodeHash, rootOf } from '@yinxin/chaincode/model';

import { fault } from '../ledgerFault.ts';
import type { LedgerFault } from '../ledgerFault.ts';
import { BatchLog, nodeId } from '../log.ts';

/** Computes the log of batches anew, leaf by leaf, and compares each stored row with it. */
export class LogRebuild {
  readonly #connection: Connection;
  readonly #stored: BatchLog;
  readonly #node: Statement<[number], { hash: Buffer }>;
  /** Newest full subtree of each height that has no right sibling yet; null where there is none. */
  readonly #frontier: (Uint8Array | null)[] = [];
  #size = 0;
  #nodes = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#stored = new BatchLog(connection);
    this.#node = connection.prepare('SELECT hash FROM log_nodes WHERE id = ?');
  }

  get size(): number {
    return this.#size;
  }

  /** Takes the next recorded batch; `data` is its leaf data. */
  append(root: string, block: number, data: Uint8Array): readonly LedgerFault[] {
    const position = this.#size;
    this.#size += 1;
    const leaf = this.#stored.leaf(position);
    let isSame = leaf?.root === root && leaf.block === block;
    let hash = leafHash(data);
    let level = 0;
    let place = position;
    isSame = this.#holds(nodeId(level, place), hash) && isSame;
    for (
      let left = this.#frontier[level] ?? null;
      left !== null;
      left = this.#frontier[level] ?? null
    ) {
      this.#frontier[level] = null;
      hash = nodeHash(left, hash);
      place = Math.floor(place / 2);
      level += 1;
      isSame = this.#holds(nodeId(level, place), hash) && isSame;
    }
    this.#frontier[level] = hash;
    return isSame
      ? []
      : [fault('LOG_MISMATCH', block, `the stored log differs at position ${position}`)];
  }

  /** Root hash of the leaves taken so far. */
  rootHash(): Uint8Array {
    const subtrees = this.#frontier.filter((hash) => hash !== null);
    const [smallest, ...larger] = subtrees;
    if (smallest === undefined) return rootOf([]);
    return larger.reduce((right, left) => nodeHash(left, right), smallest);
  }

  /** Says whether the stored log holds more than the batches taken. */
  finish(): readonly LedgerFault[] {
    const isComplete =
      this.#count('log_leaves') === this.#size && this.#count('log_nodes') === this.#nodes;
    return isComplete
      ? []
      : [fault('LOG_MISMATCH', null, 'the stored log has other rows than the recorded batches')];
  }

  #holds(id: number, hash: Uint8Array): boolean {
    this.#nodes += 1;
    const row = this.#node.get(id);
    return row !== undefined && Buffer.compare(row.hash, hash) === 0;
  }

  #count(table: 'log_leaves' | 'log_nodes'): number {
    return this.#connection.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  }
}
