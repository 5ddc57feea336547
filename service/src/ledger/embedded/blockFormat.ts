import { hash } from 'node:crypto';

import { canonicalise } from '@yinxin/chaincode/model';

/** `previousHash` of the first block. */
export const NO_PREVIOUS_HASH = '0'.repeat(64);

/** One written key in a transaction; `value` null: deleted. */
export interface StateWrite {
  readonly key: string;
  readonly value: string | null;
}

/** What one block holds: a transaction with everything needed to run it again. */
export interface BlockBody {
  readonly contract: string;
  readonly function: string;
  readonly args: readonly string[];
  /** MSP ID of the submitter. */
  readonly mspId: string;
  /** The transaction's own time, RFC 3339. */
  readonly timestamp: string;
  readonly txId: string;
  /** What the function answered. */
  readonly response: string;
}

/** What the node key signs. Hashes are SHA-256, lower-case hex. */
export interface BlockHeader {
  readonly number: number;
  readonly previousHash: string;
  readonly dataHash: string;
  /** When the ledger recorded it, RFC 3339. */
  readonly at: string;
}

/** A block as stored, without its writes. */
export interface StoredBlock {
  readonly number: number;
  /** Canonical JSON of the header: the very bytes that are hashed and signed. */
  readonly header: string;
  /** Certificate of the node key that signed. */
  readonly keyId: string;
  /** ES256, r‖s. */
  readonly signature: Uint8Array;
  /** Canonical JSON of the body. */
  readonly body: string;
}

/** SHA-256 over the canonical JSON of the body together with its write set. */
export function dataHashOf(body: BlockBody, writes: readonly StateWrite[]): string {
  return hash('sha256', canonicalise({ ...body, writes }), 'hex');
}

export function encodeHeader(header: BlockHeader): string {
  return canonicalise({ ...header });
}

/** Hash of a block: SHA-256 of its header's bytes, lower-case hex. */
export function headerHash(header: string): string {
  return hash('sha256', header, 'hex');
}

/** A transaction's identifier: unique, since `previousHash` occurs in one place of the chain only. */
export function transactionId(previousHash: string, name: string, args: readonly string[]): string {
  return hash('sha256', canonicalise([previousHash, name, ...args]), 'hex');
}
