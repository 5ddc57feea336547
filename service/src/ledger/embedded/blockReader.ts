import type { ActOutcome, BatchRecord, SignedAct } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import { headerHash } from './blockFormat.ts';
import type { BlockBody, BlockHeader, StateWrite, StoredBlock } from './blockFormat.ts';
import type { BlockStore } from './blockStore.ts';
import type { LedgerBlock, RecordedBatch } from '../ledger.ts';
import type { BatchLog } from '../log.ts';

/** How the key of every batch record begins: the composite key of object type `batch`. */
const BATCH_PREFIX = '\0batch\0';

/** @throws ServiceError `LEDGER_CORRUPT` if the stored text is no header. */
export function parseHeader(block: StoredBlock): BlockHeader {
  return parseStored(block.header, block.number) as BlockHeader;
}

/** @throws ServiceError `LEDGER_CORRUPT` if the stored text is no body. */
export function parseBody(block: StoredBlock): BlockBody {
  return parseStored(block.body, block.number) as BlockBody;
}

/** The acts a transaction was given, in order, refused ones too. */
export function submittedActs(body: BlockBody): readonly SignedAct[] {
  return JSON.parse(body.args[0] ?? '[]') as SignedAct[];
}

/** What the transaction answered, one outcome an act. */
export function outcomesOf(body: BlockBody): readonly ActOutcome[] {
  return JSON.parse(body.response) as ActOutcome[];
}

/** A batch record in a write set, with its canonical bytes as stored. */
export interface WrittenBatch {
  readonly record: BatchRecord;
  readonly text: string;
}

/** The batches a transaction recorded: values written under `batch~root`. */
export function batchesIn(writes: readonly StateWrite[]): readonly WrittenBatch[] {
  return writes
    .filter((write) => write.key.startsWith(BATCH_PREFIX))
    .map(({ value }) => ({
      record: JSON.parse(value ?? 'null') as BatchRecord,
      text: value ?? '',
    }));
}

/** One block as readers see it; null: past the end. */
export function readBlock(store: BlockStore, log: BatchLog, number: number): LedgerBlock | null {
  const block = store.block(number);
  if (block === null) return null;
  const body = parseBody(block);
  const batches = batchesIn(store.writesOf(number)).map(({ record }) =>
    toRecordedBatch(record, log),
  );
  return {
    ...parseHeader(block),
    hash: headerHash(block.header),
    signatures: [
      { keyId: block.keyId, signature: Buffer.from(block.signature).toString('base64url') },
    ],
    transactions: [
      {
        txId: body.txId,
        contract: body.contract,
        function: body.function,
        batches,
        outcomes: outcomesOf(body),
        acts: submittedActs(body),
      },
    ],
  };
}

/** @throws ServiceError `LEDGER_CORRUPT` if the log does not hold the batch. */
export function toRecordedBatch(record: BatchRecord, log: BatchLog): RecordedBatch {
  const leaf = log.leafOf(record.root);
  if (leaf === null)
    throw new ServiceError('LEDGER_CORRUPT', `batch ${record.root} is not in the log`);
  const { root, size, at, submitterMspId } = record;
  return { index: leaf.position, root, size, at, submitterMspId, block: leaf.block };
}

function parseStored(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError('LEDGER_CORRUPT', `block ${number} is unreadable`, { cause });
  }
}
