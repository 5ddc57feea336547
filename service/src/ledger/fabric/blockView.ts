import { X509Certificate } from 'node:crypto';

import { canonicalBytes, leafHash, rootOf } from '@yinxin/chaincode/model';
import type { ContractName, SignedAct } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import type { BlockTransaction, LedgerBlock, RecordedAct } from '../ledger.ts';
import { orCorrupt } from './fabricBlock.ts';
import type { BlockSignature, FabricBlock } from './fabricBlock.ts';
import {
  batchesOf,
  outcomesOf,
  recordedActsOf,
  submittedActs,
  timeOfEnvelope,
} from './fabricTransaction.ts';
import type { BatchAct, FabricTransaction } from './fabricTransaction.ts';
import { transactionsOf, VALID } from './logIndex.ts';
import type { LogIndex } from './logIndex.ts';

const NO_PREVIOUS_HASH = '0'.repeat(64); // of block 0
const RECORD = ':record';

/**
 * One block as readers of the port see it: valid transactions of our chaincode that submit acts. Signatures are the
 * orderers' over the header. A header has no time, so `at` is the latest time of its valid transactions (their clients'
 * clocks).
 *
 * @throws ServiceError `LEDGER_CORRUPT`.
 */
export function viewBlock(block: FabricBlock, chaincode: string, index: LogIndex): LedgerBlock {
  const transactions = transactionsOf(block, chaincode).filter(isRecording);
  return orCorrupt(`block ${block.number} holds a malformed transaction`, () => ({
    number: block.number,
    previousHash: block.previousHash === '' ? NO_PREVIOUS_HASH : block.previousHash,
    dataHash: block.dataHash,
    hash: block.hash,
    at: timeOfBlock(block),
    signatures: block.signatures.map(viewSignature),
    transactions: transactions.map((transaction) => viewTransaction(transaction, index)),
  }));
}

/** The recorded acts of a block, in ledger order. @throws ServiceError `LEDGER_CORRUPT`. */
export function replayBlock(block: FabricBlock, chaincode: string): readonly RecordedAct[] {
  return orCorrupt(`block ${block.number} holds a malformed transaction`, () =>
    transactionsOf(block, chaincode).flatMap((transaction) =>
      recordedActsOf(transaction).map(({ root, index, act }) => ({
        contract: contractOf(transaction),
        act,
        position: { root, index },
        block: block.number,
        recordedAt: transaction.at,
      })),
    ),
  );
}

/**
 * The recorded acts of one batch in the order of its leaves.
 * @throws ServiceError `LEDGER_CORRUPT` if the root is not over them.
 */
export function actsOfBatch(
  block: FabricBlock,
  chaincode: string,
  root: string,
): readonly SignedAct[] {
  return orCorrupt(`block ${block.number} holds a malformed transaction`, () => {
    for (const transaction of transactionsOf(block, chaincode)) {
      const batch = batchesOf(transaction).find(({ record }) => record.root === root);
      if (batch === undefined) continue;
      const acts = recordedActsOf(transaction).filter((found) => found.root === root);
      if (!isRootOf(batch.record, acts)) break;
      return acts.map(({ act }) => act);
    }
    throw new ServiceError('LEDGER_CORRUPT', `batch ${root} is not over the acts of its block`);
  });
}

/** Whether a batch's root is over its acts, or for uses over the leaf hashes that its one act carries. */
export function isRootOf(
  record: { readonly root: string; readonly size: number; readonly kind?: string },
  acts: readonly BatchAct[],
): boolean {
  const leaves =
    record.kind === undefined
      ? acts.map(({ act }) => leafHash(canonicalBytes(act.act)))
      : leavesIn(acts[0]);
  return (
    leaves.length === record.size && Buffer.from(rootOf(leaves)).toString('hex') === record.root
  );
}

function leavesIn(anchor: BatchAct | undefined): readonly Uint8Array[] {
  const body = anchor?.act.act.body;
  return body !== undefined && 'leaves' in body
    ? body.leaves.map((leaf) => Buffer.from(leaf, 'hex'))
    : [];
}

function timeOfBlock({ transactions }: FabricBlock): string {
  const valid = transactions.filter(({ validationCode }) => validationCode === VALID);
  const times = valid.map(({ envelope }) => timeOfEnvelope(envelope)).sort();
  return times.at(-1) ?? new Date(0).toISOString();
}

function isRecording(transaction: FabricTransaction): boolean {
  return transaction.function.endsWith(RECORD);
}

function contractOf(transaction: FabricTransaction): ContractName {
  return transaction.function.slice(0, -RECORD.length) as ContractName; // only our contracts record
}

function viewTransaction(transaction: FabricTransaction, index: LogIndex): BlockTransaction {
  return {
    txId: transaction.txId,
    contract: contractOf(transaction),
    function: RECORD.slice(1),
    batches: batchesOf(transaction).flatMap(({ record }) => index.batch(record.root) ?? []),
    outcomes: outcomesOf(transaction),
    acts: submittedActs(transaction),
  };
}

/** The key is named by the SHA-256 of its certificate, as everywhere. */
function viewSignature(signature: BlockSignature): LedgerBlock['signatures'][number] {
  return {
    keyId: keyIdOf(signature.certificate),
    signature: Buffer.from(signature.signature).toString('base64url'),
  };
}

function keyIdOf(certificate: string): string {
  try {
    return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch (cause) {
    throw new SyntaxError('an orderer has no certificate', { cause });
  }
}
