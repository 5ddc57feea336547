import { hash } from 'node:crypto';

import { canonicalise } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import { verifySignature } from '../../keys/publicKey.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import {
  dataHashOf,
  encodeHeader,
  headerHash,
  NO_PREVIOUS_HASH,
  transactionId,
} from './blockFormat.ts';
import type { StateWrite, StoredBlock } from './blockFormat.ts';
import { batchesIn, parseBody, parseHeader } from './blockReader.ts';
import type { BlockStore } from './blockStore.ts';
import { fault } from '../ledgerFault.ts';
import type { LedgerFault } from '../ledgerFault.ts';
import { BatchLog } from '../log.ts';

/**
 * Checks one block against the hash of the one before: header, signature of the node key, data hash.
 *
 * @param certificate - DER certificate of the key the block names; null: the file holds none.
 * @returns faults; none: the block is as its node signed it.
 */
export function verifyBlock(
  block: StoredBlock,
  writes: readonly StateWrite[],
  context: { readonly previousHash: string; readonly certificate: Uint8Array | null },
): readonly LedgerFault[] {
  const { number } = block;
  const found: LedgerFault[] = [];
  const demand = (isMet: boolean, code: LedgerFault['code'], detail: string): void => {
    if (!isMet) found.push(fault(code, number, detail));
  };
  const header = parseHeader(block);
  const body = parseBody(block);
  demand(encodeHeader(header) === block.header, 'BLOCK_MALFORMED', 'the header is not canonical');
  demand(canonicalise(body) === block.body, 'BLOCK_MALFORMED', 'the body is not canonical');
  demand(header.number === number, 'CHAIN_BROKEN', `the header names block ${header.number}`);
  demand(header.previousHash === context.previousHash, 'CHAIN_BROKEN', 'the previous hash differs');
  demand(
    header.dataHash === dataHashOf(body, writes),
    'DATA_HASH_MISMATCH',
    'the transaction differs from its hash',
  );
  demand(
    header.at === body.timestamp,
    'BLOCK_MALFORMED',
    'the header has another time than the transaction',
  );
  const txId = transactionId(context.previousHash, `${body.contract}:${body.function}`, body.args);
  demand(body.txId === txId, 'BLOCK_MALFORMED', 'the transaction identifier differs');
  demand(
    isSignedByNode(block, context.certificate),
    'BLOCK_SIGNATURE_INVALID',
    `key ${block.keyId} did not sign it`,
  );
  return found;
}

/**
 * Checks what a service relies on when it opens its ledger: the newest block, and that the log holds its batches.
 * @throws ServiceError `LEDGER_CORRUPT`.
 */
export function verifyHead(store: BlockStore): void {
  const height = store.height();
  if (height === 0) return;
  const number = height - 1;
  const block = blockAt(store, number);
  const writes = store.writesOf(number);
  const previousHash =
    number === 0 ? NO_PREVIOUS_HASH : headerHash(blockAt(store, number - 1).header);
  const certificate = store.certificationPath(block.keyId)?.[0] ?? null;
  const [first] = verifyBlock(block, bare(writes), { previousHash, certificate });
  if (first !== undefined) throw corrupt(`block ${number}: ${first.detail}`);
  const log = new BatchLog(store.connection);
  const isLogged = batchesIn(writes).every(
    ({ record }) => log.leafOf(record.root)?.block === number,
  );
  if (!isLogged) throw corrupt(`the log lacks the batches of block ${number}`);
}

/** Only what is hashed of stored writes. */
export function bare(writes: readonly StateWrite[]): readonly StateWrite[] {
  return writes.map(({ key, value }) => ({ key, value }));
}

function isSignedByNode(block: StoredBlock, certificate: Uint8Array | null): boolean {
  if (certificate === null || hash('sha256', certificate, 'hex') !== block.keyId) return false;
  const { publicKey } = parseCertificate(certificate);
  return (
    publicKey.algorithm === 'ES256' &&
    verifySignature(publicKey, Buffer.from(block.header, 'utf8'), block.signature)
  );
}

function blockAt(store: BlockStore, number: number): StoredBlock {
  const block = store.block(number);
  if (block === null) throw corrupt(`block ${number} is missing`);
  return block;
}

function corrupt(detail: string): ServiceError {
  return new ServiceError('LEDGER_CORRUPT', `the ledger does not verify: ${detail}`);
}
