import { canonicalise, statePlaces } from '@yinxin/chaincode/model';
import type {
  ActOutcome,
  ActPosition,
  ContractName,
  KeyChange,
  SignedAct,
} from '@yinxin/chaincode/model';

import { systemClock, type Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { Signer } from '../../keys/signer.ts';
import { readActPosition } from '../actPosition.ts';
import type {
  CommittedOutcome,
  EndorsedRead,
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
import { lockForProcess } from '../processLock.ts';
import type { ProcessLock } from '../processLock.ts';
import { actsOfBatch, replayBlock, viewBlock } from './blockView.ts';
import { within } from './deadline.ts';
import { endorseBatches } from './endorsedRead.ts';
import { toServiceError } from './fabricFault.ts';
import { BlockFollower } from './follower.ts';
import { Freshness } from './freshness.ts';
import { openLogIndex } from './logIndex.ts';
import type { LogIndex } from './logIndex.ts';
import { OwnCommits } from './ownCommits.ts';
import { PeerBlocks } from './peerBlocks.ts';
import { readMessage } from './protobufWire.ts';
import { readBlocks } from './replayBlocks.ts';
import { retryPassing } from './retryPassing.ts';
import { keyText, StateReader } from './stateReader.ts';
import { probe, submitBatch } from './submitBatch.ts';
import type { SubmitLimits, SubmittedBatch } from './submitBatch.ts';
import type { FabricCall, FabricTransport } from './transport.ts';
import { watchOrganisations } from './watchOrganisations.ts';

/** How a ledger on Fabric is opened. */
export interface FabricLedgerOptions {
  /** Closed with the ledger. */
  readonly transport: FabricTransport;
  /** Chaincode name on the channel. Default `yinxin`. */
  readonly chaincode?: string;
  /** SQLite file of the index, made when missing; it may be deleted while closed: blocks make it anew. */
  readonly indexFile: string;
  /** The node key: signs checkpoints. */
  readonly signer: Signer;
  /** Origin line of checkpoints: a URL without scheme. */
  readonly origin: string;
  /** Longest wait of a read, milliseconds. Default 2500. */
  readonly readMs?: number;
  /** Longest wait until the index has a block that the peer has, milliseconds. Default 5000. */
  readonly indexMs?: number;
  /** From one comparison of peers to the next, milliseconds. Default 1000. */
  readonly beatMs?: number;
  readonly submitLimits?: Partial<SubmitLimits>;
  /** When peers were seen. Default: the machine's. */
  readonly clock?: Clock;
}

/** What an operator wants to know of a ledger on Fabric. */
export interface FabricStatus {
  /** Number of blocks the index covers. */
  readonly indexed: number;
  /** Number of blocks of the own organisation's peer when last heard; null: never. */
  readonly peerHeight: number | null;
  /** How long ago this service was known to be level with the ledger; null: never. */
  readonly ageSeconds: number | null;
}

const DEFAULTS = {
  chaincode: 'yinxin',
  readMs: 2500,
  indexMs: 5000,
  beatMs: 1000,
  submitLimits: {},
  clock: systemClock,
} as const;
const OPEN_MS = 3000;
const HELD_MS = 250; // a block comes to every peer within milliseconds
const RETRY_MS = 400;
const HISTORY_TRIES = 5;
const HISTORY_PAUSE_MS = 50;

/**
 * Opens the ledger on a Fabric network. It opens while the network is out of reach, too: calls then throw
 * `LEDGER_UNAVAILABLE` until it comes.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` while another process has the index open, `LEDGER_CORRUPT` if the index belongs
 * to another channel, `KEY_UNFIT` if the signer is not an ES256 node key.
 */
export async function openFabricLedger(options: FabricLedgerOptions): Promise<FabricLedger> {
  if (options.signer.purpose !== 'node' || options.signer.algorithm !== 'ES256') {
    throw new ServiceError('KEY_UNFIT', 'checkpoints are signed by an ES256 key made for nodes');
  }
  const lock = lockForProcess(options.indexFile);
  let ledger: FabricLedger | null = null;
  try {
    const index = openLogIndex(options.indexFile, options.chaincode ?? DEFAULTS.chaincode);
    ledger = new FabricLedger(options, index, lock);
    await ledger.start();
    return ledger;
  } catch (error) {
    if (ledger === null) lock.release();
    else await ledger.close();
    throw error;
  }
}

/**
 * The ledger on a Fabric channel, as one service of one organisation sees it: acts go through the transport, values are
 * read at the own organisation's peer, and the log of batches is made from that peer's blocks, each checked to follow
 * the one before. Nothing is written but transactions: services on one channel share nothing else.
 */
export class FabricLedger implements Ledger {
  readonly mode: 'fabric' | 'fabric-network';
  readonly #options: Required<FabricLedgerOptions>;
  readonly #transport: FabricTransport;
  readonly #index: LogIndex;
  readonly #lock: ProcessLock;
  readonly #follower: BlockFollower;
  readonly #freshness: Freshness;
  readonly #reader: StateReader;
  readonly #blocks: PeerBlocks;
  readonly #own: OwnCommits;
  readonly #submitting = new Set<Promise<unknown>>();
  readonly #checkpoint: ReturnType<typeof newestCheckpoint>;
  #head: LedgerHead = { height: 0, headHash: '' };
  readonly #organisations: () => readonly LedgerOrganisation[];
  #isClosed = false;

  /** Use {@link openFabricLedger}. */
  constructor(options: FabricLedgerOptions, index: LogIndex, lock: ProcessLock) {
    const all = { ...DEFAULTS, ...options };
    const { transport, list } = watchOrganisations(all.transport, all.clock);
    this.#organisations = list;
    this.#options = all;
    this.#transport = transport;
    this.#index = index;
    this.#lock = lock;
    this.#checkpoint = newestCheckpoint(options);
    this.mode = transport.mode;
    this.#own = new OwnCommits(index);
    const follower = new BlockFollower(transport, index);
    this.#follower = follower;
    this.#freshness = new Freshness(transport, {
      beatMs: all.beatMs,
      whenHeld: (height) => follower.whenIndexed(height - 1, HELD_MS),
      onHeight: (height) => {
        follower.noticeHeight(height);
      },
    });
    this.#reader = new StateReader({
      evaluate: (name, argument) => this.#evaluate({ function: name, args: [argument] }),
      floor: () => this.#own.floor(),
      timeoutMs: all.readMs,
    });
    this.#blocks = new PeerBlocks(index, (number) => this.#fetchBlock(number));
  }

  /** Begins to follow the channel. @throws ServiceError `LEDGER_CORRUPT`. */
  async start(): Promise<void> {
    this.#follower.start();
    this.#freshness.start();
    await within(OPEN_MS, 'the first block', this.#follower.whenCompared()).catch(() => undefined); // opened without it
    if (this.#follower.fault !== null) throw this.#follower.fault;
  }

  status(): FabricStatus {
    const ageSeconds = this.#freshness.wasLevel ? this.#freshness.ageSeconds() : null;
    return { indexed: this.#index.height, peerHeight: this.#freshness.peerHeight, ageSeconds };
  }

  async submit(
    contract: ContractName,
    acts: readonly SignedAct[],
  ): Promise<readonly CommittedOutcome[]> {
    this.#demandOpen();
    const submission = this.#submit(contract, acts);
    const settled = submission.catch(() => undefined); // the caller gets the error
    this.#submitting.add(settled);
    void settled.then(() => this.#submitting.delete(settled));
    return submission;
  }

  async #submit(
    contract: ContractName,
    acts: readonly SignedAct[],
  ): Promise<readonly CommittedOutcome[]> {
    const limits = this.#options.submitLimits;
    const submitted = await submitBatch(this.#transport, contract, acts, limits);
    this.#own.add(submitted);
    const blocks = await this.#blocksOf(submitted);
    return submitted.outcomes.map((outcome) => ({
      ...outcome,
      block: outcome.outcome === 'recorded' ? (blocks.get(outcome.position.root) ?? null) : null,
    }));
  }

  /** The block of each root that outcomes name: this transaction's, or for acts recorded before an older one. */
  async #blocksOf({
    outcomes,
    roots,
    block,
  }: SubmittedBatch): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const root of rootsOf(outcomes)) {
      if (block !== null && roots.includes(root)) found.set(root, block);
      else found.set(root, (await this.#awaitBatch(root, 'LEDGER_OUTCOME_UNKNOWN')).block);
    }
    return found;
  }

  async readStates(keys: readonly StateKey[]): Promise<StateSnapshot> {
    this.#demandOpen();
    const asked = this.#freshness.whenAsked();
    const [{ values, height }] = await Promise.all([this.#reader.read(keys), asked]);
    return { values, height, ageSeconds: this.#freshness.ageSeconds() };
  }

  async history(key: StateKey): Promise<readonly StateChange[]> {
    this.#demandOpen();
    const text = keyText(key);
    if (text === null) return [];
    const changes = await this.#changesOf(key, text);
    const isKnown = (): boolean => changes.every(({ txId }) => this.#index.blockOf(txId) !== null);
    if (!isKnown()) await this.#comeLevel();
    return changes.map(({ txId, at, value }) => {
      const block = this.#index.blockOf(txId);
      if (block === null) throw unavailable('a change is in no block yet');
      return { value, block, recordedAt: at };
    });
  }

  /** Changes that include the value read just before: a peer without it is behind, and asked again. */
  async #changesOf(key: StateKey, text: string): Promise<readonly KeyChange[]> {
    const { values } = await this.#reader.read([key]);
    const known = values[0] ?? null;
    const call = { function: `${key.contract}:history`, args: [text] };
    for (let count = 1; count <= HISTORY_TRIES; count += 1) {
      const answer = Buffer.from(await this.#evaluate(call)).toString('utf8');
      const changes = JSON.parse(answer) as readonly KeyChange[]; // as our contract answers
      if (known === null || changes.some(({ value }) => isSame(value, known))) return changes;
      await new Promise((resolve) => setTimeout(resolve, HISTORY_PAUSE_MS * count));
    }
    throw unavailable('the peer is behind what it was seen to record');
  }

  /** The greatest height seen: another peer of the organisation, asked later, may be behind. */
  async head(): Promise<LedgerHead> {
    this.#demandOpen();
    const call = { chaincode: 'qscc', function: 'GetChainInfo', args: [this.#transport.channel] };
    const info = readMessage(await this.#evaluate(call)); // common.BlockchainInfo
    const headHash = Buffer.from(info.bytes(2)).toString('hex');
    await this.#follower.whenIndexed(this.#own.lastBlock, this.#options.indexMs);
    for (const head of [{ height: info.number(1), headHash }, this.#index.head]) {
      if (head !== null && head.height > this.#head.height) this.#head = head;
    }
    return this.#head;
  }

  async organisations(): Promise<readonly LedgerOrganisation[]> {
    return await Promise.resolve(this.#organisations());
  }

  async health(): Promise<void> {
    this.#demandOpen();
    await probe(this.#transport);
  }

  actPosition(id: string): Promise<ActPosition | null> {
    return readActPosition(this, id);
  }

  async batch(root: string): Promise<RecordedBatch | null> {
    this.#demandOpen();
    const known = this.#index.batch(root);
    if (known !== null) return known;
    const { values } = await this.#reader.read([statePlaces.batch(root)]);
    return (values[0] ?? null) === null ? null : this.#awaitBatch(root, 'LEDGER_UNAVAILABLE');
  }

  async batchAt(index: number): Promise<RecordedBatch | null> {
    await this.#settled();
    return this.#index.batchAt(index);
  }

  async batchActs(root: string): Promise<readonly SignedAct[] | null> {
    const batch = await this.batch(root);
    if (batch === null) return null;
    return actsOfBatch(await this.#blocks.get(batch.block), this.#options.chaincode, root);
  }

  async block(number: number): Promise<LedgerBlock | null> {
    await this.#settled();
    if (!Number.isSafeInteger(number) || number < 0) return null;
    if (number >= this.#index.height) {
      if (number >= (await this.head()).height) return null;
      await this.#follower.whenIndexed(number, this.#options.indexMs);
    }
    return viewBlock(await this.#blocks.get(number), this.#options.chaincode, this.#index);
  }

  /** Ends with the newest block of the moment it begins. */
  async *replay(from: number): AsyncGenerator<RecordedAct> {
    const { height } = await this.head();
    for await (const block of readBlocks(this.#transport, {
      from: Math.max(0, from),
      to: height,
    })) {
      const known = this.#index.hashOf(block.number);
      if (known !== null && known !== block.hash) {
        throw new ServiceError('LEDGER_CORRUPT', `the peer shows another block ${block.number}`);
      }
      yield* replayBlock(block, this.#options.chaincode);
    }
  }

  /** Of the node key as it is now: a revoked one has a successor. */
  get nodeCertificationPath(): readonly Uint8Array[] {
    return this.#options.signer.certificationPath;
  }

  async checkpoint(): Promise<string> {
    await this.#settled();
    return await this.#checkpoint(this.#index.log);
  }

  async consistency(from: number, to: number): Promise<readonly string[]> {
    await this.#reachSize(to);
    return this.#index.log.consistency(from, to).map(toHex);
  }

  async inclusion(index: number, size: number): Promise<LogInclusion> {
    await this.#reachSize(size);
    return { index, size, path: this.#index.log.inclusion(index, size).map(toHex) };
  }

  endorseBatches(roots: readonly string[]): Promise<EndorsedRead> {
    this.#demandOpen();
    return endorseBatches(this.#transport, roots, this.#options.chaincode);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#freshness.stop();
    await Promise.all(this.#submitting);
    await this.#follower.stop();
    await this.#transport.close();
    this.#index.close();
    this.#lock.release();
  }

  /** A query at a peer of the own organisation, bounded. @throws ServiceError. */
  async #evaluate(call: FabricCall): Promise<Uint8Array> {
    const { mspId } = this.#transport;
    const query = retryPassing(() => this.#transport.evaluate(call, mspId), RETRY_MS);
    try {
      return await within(this.#options.readMs, 'the ledger', query);
    } catch (error) {
      throw toServiceError(error);
    }
  }

  #fetchBlock(number: number): Promise<Uint8Array> {
    const args = [this.#transport.channel, String(number)];
    return this.#evaluate({ chaincode: 'qscc', function: 'GetBlockByNumber', args });
  }

  /** A batch that the own peer was seen to have. */
  async #awaitBatch(
    root: string,
    otherwise: 'LEDGER_UNAVAILABLE' | 'LEDGER_OUTCOME_UNKNOWN',
  ): Promise<RecordedBatch> {
    try {
      if (this.#index.batch(root) === null) await this.#comeLevel();
    } catch (cause) {
      throw new ServiceError(otherwise, `the block of batch ${root} has not come yet`, { cause });
    }
    const batch = this.#index.batch(root);
    if (batch === null) throw new ServiceError(otherwise, `batch ${root} is in no block yet`);
    return batch;
  }

  /** Waits until the index has every block that the own peer has now. */
  async #comeLevel(): Promise<void> {
    const { height } = await this.head();
    await this.#follower.whenIndexed(height - 1, this.#options.indexMs);
  }

  /** Waits until the index has what it must have: own transactions, and what the peer had when this ledger was opened. */
  async #settled(): Promise<void> {
    this.#demandOpen();
    await this.#freshness.whenAsked();
    const first = this.#freshness.firstHeight;
    if (first === null && this.#index.height === 0) {
      throw unavailable('the ledger has not been reached yet');
    }
    const block = Math.max(this.#own.lastBlock, (first ?? 0) - 1);
    await this.#follower.whenIndexed(block, this.#options.indexMs);
  }

  /** A size past the log may be one that another service has told. */
  async #reachSize(size: number): Promise<void> {
    await this.#settled();
    if (size > this.#index.log.size()) await this.#comeLevel();
  }

  #demandOpen(): void {
    if (this.#isClosed) throw unavailable('the ledger is closed');
    if (this.#follower.fault !== null) throw this.#follower.fault;
  }
}

function rootsOf(outcomes: readonly ActOutcome[]): ReadonlySet<string> {
  return new Set(
    outcomes.flatMap((outcome) => (outcome.outcome === 'recorded' ? [outcome.position.root] : [])),
  );
}

function isSame(value: object | null, other: object): boolean {
  return value !== null && canonicalise(value) === canonicalise(other);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function unavailable(why: string): ServiceError {
  return new ServiceError('LEDGER_UNAVAILABLE', why);
}
