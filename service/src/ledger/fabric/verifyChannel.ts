import { existsSync } from 'node:fs';

import type { Certificate } from '../../pki/certificate.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import { fault } from '../ledgerFault.ts';
import type { LedgerFault, LedgerVerification } from '../ledgerFault.ts';
import type { FabricBlock } from './fabricBlock.ts';
import { toServiceError } from './fabricFault.ts';
import { openLogIndex, transactionsOf } from './logIndex.ts';
import type { LogIndex } from './logIndex.ts';
import { heightOf } from './organisationHeights.ts';
import { readBlocks } from './replayBlocks.ts';
import type { FabricTransport } from './transport.ts';
import { TransactionCheck } from './verifyTransaction.ts';

/** What a channel is checked with. */
export interface ChannelVerificationOptions {
  readonly transport: Pick<
    FabricTransport,
    'evaluate' | 'blocks' | 'mspId' | 'organisations' | 'channel'
  >;
  readonly chaincode: string;
  /** The service's index, which must agree; one that does not exist is left out. */
  readonly indexFile: string;
  /** Roots of the organisations' peers; absent: certificates are taken as the blocks give them. */
  readonly anchors?: readonly Certificate[];
  /** Checkpoint texts seen before: the log must still extend them. */
  readonly checkpoints?: readonly string[];
}

const MAX_FAULTS = 1000;

/**
 * Walks every block of a channel as the own organisation's peer stores it, without trusting that peer: hash chain and data
 * hashes, orderers' signatures, endorsements of every organisation over each recorded transaction, batch roots and act
 * signatures from the acts' own bytes, and the log of batches, which must be the index's.
 *
 * Whether a transaction was valid is the peer's own word; one that it calls valid must have every organisation's
 * endorsement. Orderers' certificates are taken as the blocks give them. The walk ends where a block does not follow the
 * one before, since nothing can be said of what comes after.
 *
 * @returns faults in the order found, at most 1000; none: the channel is as both organisations recorded it.
 * @throws ServiceError `LEDGER_UNAVAILABLE` while the peer is out of reach.
 */
export async function verifyChannel(
  options: ChannelVerificationOptions,
): Promise<LedgerVerification> {
  const { transport, chaincode } = options;
  const height = await heightOf(transport, transport.mspId).catch((error: unknown) => {
    throw toServiceError(error);
  });
  const log = openLogIndex(':memory:', chaincode);
  try {
    const faults = [
      ...(await checkBlocks(options, log, height)),
      ...attempt('LOG_MISMATCH', () => checkIndex(options, log)),
      ...(options.checkpoints ?? []).flatMap((note) =>
        attempt('CHECKPOINT_MISMATCH', () => checkCheckpoint(note, log)),
      ),
    ];
    return {
      height: log.height,
      headHash: log.head?.headHash ?? '',
      batches: log.log.size(),
      logRoot: Buffer.from(log.log.rootHash()).toString('hex'),
      faults: faults.slice(0, MAX_FAULTS),
    };
  } finally {
    log.close();
  }
}

async function checkBlocks(
  { transport, chaincode, anchors }: ChannelVerificationOptions,
  log: LogIndex,
  height: number,
): Promise<readonly LedgerFault[]> {
  const found: LedgerFault[] = [];
  const { organisations } = transport;
  const check = new TransactionCheck({ organisations, anchors: anchors ?? null });
  try {
    for await (const block of readBlocks(transport, { from: 0, to: height })) {
      log.append(block);
      found.push(...check.orderer(block));
      for (const transaction of transactionsOf(block, chaincode)) {
        found.push(...check.transaction(block.number, transaction));
      }
      if (found.length >= MAX_FAULTS) break;
    }
  } catch (error) {
    found.push(chainFault(error, log.height));
  }
  return found;
}

/** @throws what is no fault of the ledger. */
function chainFault(error: unknown, number: FabricBlock['number']): LedgerFault {
  const known = toServiceError(error);
  if (known.code !== 'LEDGER_CORRUPT') throw known;
  return fault('CHAIN_BROKEN', number, known.message);
}

/** The service's index up to where both reach. */
function checkIndex(
  { indexFile, chaincode }: ChannelVerificationOptions,
  log: LogIndex,
): readonly LedgerFault[] {
  if (!existsSync(indexFile)) return [];
  const index = openLogIndex(indexFile, chaincode, 'read');
  try {
    const height = Math.min(index.height, log.height);
    const size = Math.min(index.log.size(), log.log.size());
    const isSameChain = index.hashOf(height - 1) === log.hashOf(height - 1);
    const isSameLog =
      Buffer.compare(index.log.rootHash(size), log.log.rootHash(size)) === 0 &&
      index.batchAt(size - 1)?.root === log.batchAt(size - 1)?.root;
    return isSameChain && isSameLog
      ? []
      : [fault('LOG_MISMATCH', null, 'the index of the service differs from the blocks')];
  } finally {
    index.close();
  }
}

function checkCheckpoint(note: string, { log }: LogIndex): readonly LedgerFault[] {
  const { size, rootHash } = parseCheckpoint(note);
  const isSame = size <= log.size() && Buffer.compare(log.rootHash(size), rootHash) === 0;
  const detail = `the log is no extension of the checkpoint of size ${size}`;
  return isSame ? [] : [fault('CHECKPOINT_MISMATCH', null, detail)];
}

function attempt(
  code: LedgerFault['code'],
  check: () => readonly LedgerFault[],
): readonly LedgerFault[] {
  try {
    return check();
  } catch (error) {
    return [fault(code, null, error instanceof Error ? error.message : String(error))];
  }
}
