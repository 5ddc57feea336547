import { setImmediate } from 'node:timers/promises';

import { conclude } from '../../report.ts';
import { parseCertificate, toPem } from '../../pki/certificate.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { validateCertificationPath } from '../../pki/certificationPath.ts';
import { headerHash, NO_PREVIOUS_HASH } from './blockFormat.ts';
import type { BlockBody, StateWrite, StoredBlock } from './blockFormat.ts';
import { batchesIn, parseBody, parseHeader } from './blockReader.ts';
import { openBlockStore } from './blockStore.ts';
import type { BlockStore } from './blockStore.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import type { ContractDispatcher } from './contractDispatcher.ts';
import { fault } from '../ledgerFault.ts';
import type { LedgerFault, LedgerVerification } from '../ledgerFault.ts';
import { BatchLog } from '../log.ts';
import { committedState, stateBefore } from './stateView.ts';
import { actKeysIn, verifyActs } from './verifyActs.ts';
import type { ActKeys } from './verifyActs.ts';
import { bare, verifyBlock } from './verifyBlock.ts';
import { LogRebuild } from './logRebuild.ts';
import { verifyVersions } from './verifyVersions.ts';

/** What a ledger is checked with. */
export interface LedgerVerificationOptions {
  readonly file: string;
  /** The reader's own contracts: every transaction is run again with them. */
  readonly dispatcher: ContractDispatcher;
  /** Roots for the nodes' certificates; absent: a node key is taken as the file gives it. */
  readonly anchors?: readonly Certificate[];
  /** Checkpoint texts seen before: the log must still extend them. */
  readonly checkpoints?: readonly string[];
}

const MAX_FAULTS = 1000;

/**
 * Checks a whole embedded ledger without trusting its file: hash chain, block signatures, batch roots and act
 * signatures from the acts' own bytes, every transaction run again, state and history, the log of batches.
 *
 * Cutting off the newest blocks is found only against a checkpoint seen before.
 *
 * @returns faults in the order found, at most 1000; none: the ledger is as it was recorded.
 * @throws ServiceError `LEDGER_CORRUPT` if the file is no ledger of this format.
 */
export async function verifyLedger(
  options: LedgerVerificationOptions,
): Promise<LedgerVerification> {
  const store = openBlockStore(options.file, 'read');
  try {
    const check = new LedgerCheck(store, options);
    return await check.run();
  } finally {
    store.close();
  }
}

/** One pass over a ledger: what was seen so far and the faults. */
class LedgerCheck {
  readonly #store: BlockStore;
  readonly #options: LedgerVerificationOptions;
  readonly #keys: ActKeys;
  readonly #log: LogRebuild;
  readonly #faults: LedgerFault[] = [];
  #previousHash = NO_PREVIOUS_HASH;
  #writes = 0;

  constructor(store: BlockStore, options: LedgerVerificationOptions) {
    this.#store = store;
    this.#options = options;
    this.#keys = actKeysIn(committedState(store));
    this.#log = new LogRebuild(store.connection);
  }

  async run(): Promise<LedgerVerification> {
    this.#report(fileFaults(this.#store));
    const height = this.#store.height();
    for (let number = 0; number < height && this.#faults.length < MAX_FAULTS; number += 1) {
      try {
        await this.#checkBlock(number);
      } catch (error) {
        this.#report([fault('BLOCK_MALFORMED', number, messageOf(error))]);
      }
      await setImmediate();
    }
    this.#attempt('STATE_MISMATCH', () => verifyVersions(this.#store, this.#writes));
    this.#attempt('LOG_MISMATCH', () => this.#log.finish());
    for (const note of this.#options.checkpoints ?? []) {
      this.#attempt('CHECKPOINT_MISMATCH', () => this.#checkCheckpoint(note));
    }
    return {
      height,
      headHash: this.#previousHash,
      batches: this.#log.size,
      logRoot: Buffer.from(this.#log.rootHash()).toString('hex'),
      faults: this.#faults.slice(0, MAX_FAULTS),
    };
  }

  async #checkBlock(number: number): Promise<void> {
    const block = this.#store.block(number);
    if (block === null) {
      this.#report([fault('BLOCK_MISSING', number, 'the block is missing')]);
      return;
    }
    const writes = bare(this.#store.writesOf(number));
    this.#writes += writes.length;
    const previousHash = this.#previousHash;
    this.#previousHash = headerHash(block.header);
    for (const batch of batchesIn(writes)) {
      this.#report(this.#log.append(batch.record.root, number, Buffer.from(batch.text, 'utf8')));
    }
    const path = this.#store.certificationPath(block.keyId) ?? [];
    this.#report(verifyBlock(block, writes, { previousHash, certificate: path[0] ?? null }));
    this.#report(this.#nodeFaults(block, path));
    const body = parseBody(block);
    this.#report(verifyActs(body, writes, { block: number, keys: this.#keys }));
    this.#report(await this.#runAgain(block, body, writes));
  }

  /** Runs the transaction on the state before the block: it must answer and write the same. */
  async #runAgain(
    block: StoredBlock,
    body: BlockBody,
    writes: readonly StateWrite[],
  ): Promise<readonly LedgerFault[]> {
    const path = this.#store.certificationPath(block.keyId) ?? [];
    const { dispatcher } = this.#options;
    const answer = await dispatcher.invoke(stateBefore(this.#store, block.number), {
      txId: body.txId,
      timestamp: new Date(body.timestamp),
      mspId: body.mspId,
      certificate: toPem(path.slice(0, 1)),
      args: [`${body.contract}:${body.function}`, ...body.args],
    });
    const isSame =
      answer.response === body.response && JSON.stringify(answer.writes) === JSON.stringify(writes);
    return isSame
      ? []
      : [
          fault(
            'EXECUTION_DIFFERS',
            block.number,
            'run again, the transaction yields something else',
          ),
        ];
  }

  #nodeFaults(block: StoredBlock, path: readonly Uint8Array[]): readonly LedgerFault[] {
    const { anchors } = this.#options;
    if (anchors === undefined) return [];
    const [leaf, ...intermediates] = path.map(parseCertificate);
    const at = new Date(parseHeader(block).at);
    const isTrusted =
      leaf !== undefined &&
      conclude(
        validateCertificationPath({ leaf, intermediates, anchors, at, purpose: 'node' }).checks,
      ).indication === 'TOTAL-PASSED';
    return isTrusted
      ? []
      : [fault('NODE_CERTIFICATE_UNTRUSTED', block.number, `key ${block.keyId} leads to no root`)];
  }

  #checkCheckpoint(note: string): readonly LedgerFault[] {
    const { size, rootHash } = parseCheckpoint(note);
    const log = new BatchLog(this.#store.connection);
    const isSame = size <= this.#log.size && Buffer.compare(log.rootHash(size), rootHash) === 0;
    return isSame
      ? []
      : [
          fault(
            'CHECKPOINT_MISMATCH',
            null,
            `the log is no extension of the checkpoint of size ${size}`,
          ),
        ];
  }

  #attempt(code: LedgerFault['code'], check: () => readonly LedgerFault[]): void {
    try {
      this.#report(check());
    } catch (error) {
      this.#report([fault(code, null, messageOf(error))]);
    }
  }

  #report(faults: readonly LedgerFault[]): void {
    this.#faults.push(...faults.slice(0, MAX_FAULTS));
  }
}

function fileFaults(store: BlockStore): readonly LedgerFault[] {
  const rows = store.connection.pragma('integrity_check(10)') as { integrity_check: string }[];
  return rows
    .filter((row) => row.integrity_check !== 'ok')
    .map((row) => fault('FILE_DAMAGED', null, row.integrity_check));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
