import './quietFabric.ts'; // first: see there
import { contracts as yinxinContracts } from '@yinxin/chaincode';
import { canonicalise, statePlaces } from '@yinxin/chaincode/model';
import type {
  ActOutcome,
  ActPosition,
  BatchRecord,
  ContractName,
  SignedAct,
} from '@yinxin/chaincode/model';

import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Signer } from '../../keys/signer.ts';
import { toPem } from '../../pki/certificate.ts';
import {
  dataHashOf,
  encodeHeader,
  headerHash,
  NO_PREVIOUS_HASH,
  transactionId,
} from './blockFormat.ts';
import type { BlockBody, StateWrite, StoredBlock } from './blockFormat.ts';
import { batchesIn, parseBody, parseHeader, readBlock, toRecordedBatch } from './blockReader.ts';
import { openBlockStore } from './blockStore.ts';
import type { BlockStore } from './blockStore.ts';
import { readActPosition } from '../actPosition.ts';
import { createDispatcher } from './contractDispatcher.ts';
import type { ContractClass, ContractDispatcher, Invocation } from './contractDispatcher.ts';
import { toServiceError } from '../contractFault.ts';
import { DurableAppends } from './durableAppends.ts';
import { compositeKey } from './embeddedStub.ts';
import type { StateView, TransactionContext } from './embeddedStub.ts';
import type {
  CommittedOutcome,
  Ledger,
  LedgerBlock,
  LedgerHead,
  LedgerOrganisation,
  LogInclusion,
  RecordedAct,
  RecordedBatch,
  StateChange,
  StateKey,
  StateSnapshot,
} from '../ledger.ts';
import { newestCheckpoint } from '../newestCheckpoint.ts';
import { BatchLog } from '../log.ts';
import { lockForProcess } from '../processLock.ts';
import type { ProcessLock } from '../processLock.ts';
import { recordedActsOf, replayBlocks } from './replay.ts';
import { committedState } from './stateView.ts';
import { createValueCache } from './valueCache.ts';
import { verifyHead } from './verifyBlock.ts';

const RECORD = 'record';
const VALUE_CACHE_ENTRIES = 50_000;

/** How an embedded ledger is opened. */
export interface EmbeddedLedgerOptions {
  /** The ledger's SQLite file; made when missing. */
  readonly file: string;
  /** The node key: signs blocks and checkpoints. */
  readonly signer: Signer;
  /** Name under which this node submits; goes into every batch record. */
  readonly mspId: string;
  /** Origin line of checkpoints: a URL without scheme. */
  readonly origin: string;
  readonly clock: Clock;
  /** Runs every transaction function twice and refuses what differs. Default: off. */
  readonly verifyDeterminism?: boolean;
  /** Contract classes; default: those of the chaincode package. */
  readonly contracts?: readonly ContractClass[];
}

/**
 * Opens the embedded ledger and takes its lock.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` while another process has it open, `LEDGER_CORRUPT` if the
 * newest block does not stand up, `KEY_UNFIT` if the signer is not an ES256 node key.
 */
export async function openEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
  if (options.signer.purpose !== 'node' || options.signer.algorithm !== 'ES256') {
    throw new ServiceError('KEY_UNFIT', 'blocks are signed by an ES256 key made for nodes');
  }
  const lock = lockForProcess(options.file);
  try {
    const store = openBlockStore(options.file, 'write');
    const appends = new DurableAppends(options.file, store.connection);
    try {
      verifyHead(store);
      store.putCertificationPath(options.signer.keyId, options.signer.certificationPath);
      await appends.sync(); // what an earlier process left
      return new EmbeddedLedger(options, { store, appends, lock });
    } catch (error) {
      await appends.close();
      store.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The ledger of a single machine: the contracts themselves, called by Fabric's dispatcher over a
 * stub, with state, history and signed blocks in one SQLite file. One transaction is one block.
 */
export class EmbeddedLedger implements Ledger {
  readonly mode = 'embedded';
  readonly #options: EmbeddedLedgerOptions;
  readonly #store: BlockStore;
  readonly #appends: DurableAppends;
  readonly #lock: ProcessLock;
  readonly #log: BatchLog;
  readonly #state: StateView;
  readonly #dispatcher: ContractDispatcher;
  readonly #certificate: string;
  readonly #cache = createValueCache(VALUE_CACHE_ENTRIES);
  #head: LedgerHead;
  #nodeKeyId: string;
  readonly #checkpoint: ReturnType<typeof newestCheckpoint>;
  #tail: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** Use {@link openEmbeddedLedger}. */
  constructor(
    options: EmbeddedLedgerOptions,
    {
      store,
      appends,
      lock,
    }: Readonly<{
      store: BlockStore;
      appends: DurableAppends;
      lock: ProcessLock;
    }>,
  ) {
    const contracts = options.contracts ?? yinxinContracts;
    this.#options = options;
    this.#store = store;
    this.#appends = appends;
    this.#lock = lock;
    this.#log = new BatchLog(store.connection);
    this.#state = committedState(store);
    this.#dispatcher = createDispatcher(contracts);
    this.#nodeKeyId = options.signer.keyId;
    this.#certificate = toPem(this.nodeCertificationPath.slice(0, 1));
    this.#head = headOf(store);
    this.#checkpoint = newestCheckpoint(options);
  }

  /** Of the node key as it is now: a revoked one has a successor. */
  get nodeCertificationPath(): readonly Uint8Array[] {
    return this.#options.signer.certificationPath;
  }

  submit(contract: ContractName, acts: readonly SignedAct[]): Promise<readonly CommittedOutcome[]> {
    const run = this.#tail.then(() => this.#submitAlone(contract, acts));
    this.#tail = run.catch(() => undefined); // the caller gets the error; the next batch starts anyway
    return run;
  }

  async #submitAlone(
    contract: ContractName,
    acts: readonly SignedAct[],
  ): Promise<readonly CommittedOutcome[]> {
    await this.#demandReadable();
    const at = this.#options.clock.now();
    const name = `${contract}:${RECORD}`;
    const args = [canonicalise(acts)];
    const txId = transactionId(this.#head.headHash, name, args);
    const { mspId } = this.#options;
    const context = {
      txId,
      timestamp: at,
      mspId,
      certificate: this.#certificate,
      args: [name, ...args],
    };
    const invocation = await this.#invoke(context);
    const outcomes = JSON.parse(invocation.response) as ActOutcome[];
    if (invocation.writes.length > 0) {
      const timestamp = at.toISOString();
      const { response } = invocation;
      const body = { contract, function: RECORD, args, mspId, timestamp, txId, response };
      await this.#appendBlock(body, invocation.writes);
    }
    return outcomes.map((outcome) => ({ ...outcome, block: this.#blockOf(outcome) }));
  }

  async #invoke(context: TransactionContext): Promise<Invocation> {
    const first = await this.#dispatcher.invoke(this.#state, context);
    if (this.#options.verifyDeterminism === true) {
      const second = await this.#dispatcher.invoke(this.#state, context);
      if (JSON.stringify(first) !== JSON.stringify(second)) {
        throw new ServiceError(
          'LEDGER_CORRUPT',
          'the contract is not deterministic: two runs differ',
        );
      }
    }
    if (!first.isOk) throw toServiceError(first.response);
    return first;
  }

  async #appendBlock(body: BlockBody, writes: readonly StateWrite[]): Promise<void> {
    const { height, headHash } = this.#head;
    const dataHash = dataHashOf(body, writes);
    const header = encodeHeader({
      number: height,
      previousHash: headHash,
      dataHash,
      at: body.timestamp,
    });
    const { signer } = this.#options;
    const { keyId, certificationPath } = signer;
    const signature = await signer.sign(Buffer.from(header, 'utf8'));
    if (keyId !== this.#nodeKeyId) this.#store.putCertificationPath(keyId, certificationPath);
    this.#nodeKeyId = keyId;
    const block: StoredBlock = {
      number: height,
      header,
      keyId,
      signature,
      body: canonicalise({ ...body }),
    };
    await this.#appends.append(() => {
      this.#storeBlock(block, writes);
      for (const { key } of writes) this.#cache.delete(key);
      this.#head = { height: height + 1, headHash: headerHash(header) };
    });
  }

  #storeBlock(block: StoredBlock, writes: readonly StateWrite[]): void {
    try {
      this.#store.append(block, writes, () => {
        for (const { record, text } of batchesIn(writes)) {
          this.#log.append(record.root, block.number, Buffer.from(text, 'utf8'));
        }
      });
    } catch (cause) {
      throw toStorageError(cause);
    }
  }

  #blockOf(outcome: ActOutcome): number | null {
    return outcome.outcome === 'recorded'
      ? (this.#log.leafOf(outcome.position.root)?.block ?? null)
      : null;
  }

  readStates(keys: readonly StateKey[]): Promise<StateSnapshot> {
    return this.#read(() => {
      return {
        values: keys.map((key) => this.#valueOf(key)),
        height: this.#head.height,
        ageSeconds: 0,
      };
    });
  }

  #valueOf(key: StateKey): object | null {
    const name = nameOf(key);
    if (name === null) return null;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const text = this.#store.current(name)?.value ?? null;
    return text === null ? null : this.#cache.put(name, text);
  }

  history(key: StateKey): Promise<readonly StateChange[]> {
    return this.#read(() => {
      const name = nameOf(key);
      const versions = name === null ? [] : [...this.#store.versions(name)];
      return versions.reverse().map(({ value, block }) => {
        const parsed = value === null ? null : (JSON.parse(value) as object);
        return { value: parsed, block, recordedAt: this.#recordedAt(block) };
      });
    });
  }

  #recordedAt(block: number): string {
    const stored = this.#store.block(block);
    if (stored === null) throw new ServiceError('LEDGER_CORRUPT', `block ${block} is missing`);
    return parseHeader(stored).at;
  }

  async organisations(): Promise<readonly LedgerOrganisation[]> {
    const { mspId, clock } = this.#options;
    const { height } = await this.head();
    const newest = height === 0 ? null : await this.block(height - 1);
    const endorsedAt = newest === null ? null : new Date(newest.at);
    return [{ mspId, isOwn: true, answeredAt: clock.now(), endorsedAt }];
  }

  health(): Promise<void> {
    return this.#demandReadable();
  }

  head(): Promise<LedgerHead> {
    return this.#read(() => this.#head);
  }

  actPosition(id: string): Promise<ActPosition | null> {
    return readActPosition(this, id);
  }

  batch(root: string): Promise<RecordedBatch | null> {
    return this.#read(() => {
      const value = this.#valueOf(statePlaces.batch(root));
      return value === null ? null : toRecordedBatch(value as BatchRecord, this.#log);
    });
  }

  async batchAt(index: number): Promise<RecordedBatch | null> {
    const leaf = await this.#read(() => this.#log.leaf(index));
    return leaf === null ? null : this.batch(leaf.root);
  }

  batchActs(root: string): Promise<readonly SignedAct[] | null> {
    return this.#read(() => {
      const leaf = this.#log.leafOf(root);
      const block = leaf === null ? null : this.#store.block(leaf.block);
      if (block === null) return null;
      return recordedActsOf(parseBody(block), this.#store.writesOf(block.number))
        .filter((found) => found.root === root)
        .map((found) => found.act);
    });
  }

  block(number: number): Promise<LedgerBlock | null> {
    return this.#read(() => {
      return readBlock(this.#store, this.#log, number);
    });
  }

  replay(from: number): AsyncIterable<RecordedAct> {
    return replayBlocks(this.#store, async () => (await this.head()).height, from);
  }

  async checkpoint(): Promise<string> {
    await this.#demandReadable();
    return await this.#checkpoint(this.#log);
  }

  consistency(from: number, to: number): Promise<readonly string[]> {
    return this.#read(() => this.#log.consistency(from, to).map(toHex));
  }

  inclusion(index: number, size: number): Promise<LogInclusion> {
    return this.#read(() => ({ index, size, path: this.#log.inclusion(index, size).map(toHex) }));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#tail;
    await this.#appends.close();
    this.#store.close();
    this.#lock.release();
  }

  /** Reads synchronously from the file, errors as rejections. */
  async #read<T>(work: () => T): Promise<T> {
    await this.#demandReadable();
    return work();
  }

  /** What is read next is on the disk, so that nothing anybody was told can be lost. */
  async #demandReadable(): Promise<void> {
    await this.#appends.whenDurable();
    if (this.#isClosed) throw new ServiceError('LEDGER_UNAVAILABLE', 'the ledger is closed');
  }
}

/** @returns null for a name no key can have: then there is no value either. */
function nameOf(key: StateKey): string | null {
  try {
    return compositeKey(key.objectType, key.attributes);
  } catch {
    return null; // a part is empty or holds a delimiter
  }
}

function headOf(store: BlockStore): LedgerHead {
  const height = store.height();
  const last = height === 0 ? null : store.block(height - 1);
  return { height, headHash: last === null ? NO_PREVIOUS_HASH : headerHash(last.header) };
}

/** Nothing was written, unless the disk failed in the middle: then only submitting again can tell. */
function toStorageError(cause: unknown): ServiceError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code.startsWith('SQLITE_IOERR')
    ? new ServiceError('LEDGER_OUTCOME_UNKNOWN', 'the disk failed while a block was written', {
        cause,
      })
    : new ServiceError('LEDGER_UNAVAILABLE', 'the block could not be stored', { cause });
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
