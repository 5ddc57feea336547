/**
 * A working Fabric channel in memory, with the real contracts: endorses at committed state, orders, cuts blocks and checks
 * read versions and transaction ids at commit, as peers do. It can fail as a network does.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import '../../service/src/ledger/embedded/quietFabric.ts'; // first: see there
import { contracts } from '@yinxin/chaincode';

import { createDispatcher } from '../../service/src/ledger/embedded/contractDispatcher.ts';
import type { StateWrite } from '../../service/src/ledger/embedded/blockFormat.ts';
import type { StateVersion, StateView } from '../../service/src/ledger/embedded/embeddedStub.ts';
import { toPem } from '../../service/src/pki/certificate.ts';
import { FabricFailure } from '../../service/src/ledger/fabric/transport.ts';
import type {
  CommitStatus,
  EndorsedTransaction,
  FabricCall,
  FabricStage,
  FabricTransport,
} from '../../service/src/ledger/fabric/transport.ts';
import { buildCertificate } from './certificates.ts';
import { encodeFakeBlock, encodeFakeEnvelope, encodeMessage } from './fabricMessages.ts';

export const FAKE_CHANNEL = 'yinxin';
export const FAKE_ORGANISATIONS = ['OperatorMSP', 'AuditorMSP'] as const;

/** How the network fails; a test sets what it needs. */
export interface FakeFaults {
  /** Thrown by the next calls of each stage before anything happens. */
  readonly next: Record<Exclude<FabricStage, 'blocks'>, FabricFailure[]>;
  /** So many broadcasts are acknowledged and forgotten, as by an orderer that is killed right after. */
  lostBroadcasts: number;
  /** So many broadcasts are taken, and their acknowledgement is lost. */
  lostAcknowledgements: number;
  /** Validation code that the next transactions get whatever they hold. */
  readonly verdicts: number[];
  /** Blocks that each organisation is behind, in their order. */
  behind: readonly number[];
  /** While true no block is cut. */
  isHeld: boolean;
}

interface Simulated {
  readonly reads: ReadonlyMap<string, string | null>;
  readonly writes: readonly StateWrite[];
}

interface Version extends StateVersion {
  /** Block and place: what a read set names. */
  readonly version: string;
}

/** One certificate stands for everybody's: nothing here is signed. */
const NODE = toPem([buildCertificate(null).certificate.der]);

export class FakeFabric {
  readonly faults: FakeFaults = {
    next: { evaluate: [], endorse: [], submit: [], commitStatus: [] },
    lostBroadcasts: 0,
    lostAcknowledgements: 0,
    verdicts: [],
    behind: FAKE_ORGANISATIONS.map(() => 0),
    isHeld: false,
  };
  /** Transaction id and bytes of everything sent to the orderer, in order. */
  readonly broadcasts: { readonly txId: string; readonly envelope: string }[] = [];
  readonly calls: Record<FabricStage, number> = {
    ...{ evaluate: 0, endorse: 0, submit: 0, commitStatus: 0, blocks: 0 },
  };
  readonly #now: () => Date;
  readonly #dispatcher = createDispatcher(contracts);
  readonly #state = new Map<string, Version[]>();
  readonly #simulated = new Map<string, Simulated>();
  readonly #status = new Map<string, CommitStatus>();
  readonly #blocks: Uint8Array[] = [];
  readonly #committed = new EventEmitter().setMaxListeners(0);
  #pending: { readonly txId: string; readonly envelope: Uint8Array }[] = [];

  constructor(now: () => Date) {
    this.#now = now;
    this.#append([
      {
        txId: '',
        envelope: encodeMessage([1, encodeMessage([1, encodeMessage([1, encodeMessage([1, 1])])])]),
      },
    ]);
  }

  get height(): number {
    return this.#blocks.length;
  }

  /** A client of one organisation. */
  transport(mspId: string = FAKE_ORGANISATIONS[0]): FabricTransport {
    const others = FAKE_ORGANISATIONS.filter((each) => each !== mspId);
    return {
      mode: 'fabric',
      mspId,
      organisations: [mspId, ...others],
      channel: FAKE_CHANNEL,
      evaluate: (call, organisation) => this.#evaluate(call, mspId, organisation),
      endorse: (call) => this.#endorse(call, mspId),
      blocks: (from, signal) => this.#follow(from, signal),
      close: () => Promise.resolve(),
    };
  }

  /** Cuts a block of all that was sent, if anything was. */
  cut(): void {
    if (this.#pending.length === 0) return;
    const transactions = this.#pending;
    this.#pending = [];
    this.#append(transactions);
  }

  async #evaluate(call: FabricCall, mspId: string, organisation: string): Promise<Uint8Array> {
    this.#begin('evaluate');
    if (call.chaincode === 'qscc') {
      const place = FAKE_ORGANISATIONS.findIndex((each) => each === organisation);
      return encodeMessage([1, this.height - (this.faults.behind[place] ?? 0)]);
    }
    const { response } = await this.#invoke(call, mspId, 'evaluate');
    return Buffer.from(response);
  }

  async #endorse(call: FabricCall, mspId: string): Promise<EndorsedTransaction> {
    this.#begin('endorse');
    const txId = randomBytes(32).toString('hex');
    const { response, reads, writes } = await this.#invoke(call, mspId, 'endorse', txId);
    this.#simulated.set(txId, { reads, writes });
    const at = this.#now();
    const facts = { txId, channel: FAKE_CHANNEL, at, mspId, certificate: NODE };
    const envelope = encodeFakeEnvelope({
      ...facts,
      ...{ function: call.function, args: call.args, response, writes },
      endorsers: FAKE_ORGANISATIONS.map((each) => ({ mspId: each, certificate: NODE })),
    });
    return {
      ...{ txId, envelope },
      result: Buffer.from(response),
      submit: () => this.#broadcast(txId, envelope),
      commitStatus: () => this.#commitStatus(txId),
    };
  }

  async #invoke(
    call: FabricCall,
    mspId: string,
    stage: FabricStage,
    txId = '',
  ): Promise<Simulated & { readonly response: string }> {
    const reads = new Map<string, string | null>();
    const context = {
      ...{ txId, mspId, timestamp: this.#now(), certificate: NODE },
      args: [call.function, ...call.args],
    };
    const { isOk, response, writes } = await this.#dispatcher.invoke(this.#view(reads), context);
    if (isOk) return { response, reads, writes };
    const details = [`chaincode response 500, ${response}`];
    throw new FabricFailure({ stage, grpcCode: 10, details, message: 'failed to endorse' });
  }

  #view(reads: Map<string, string | null>): StateView {
    const last = (key: string): Version | null => this.#state.get(key)?.at(-1) ?? null;
    return {
      value: (key) => {
        const found = last(key);
        reads.set(key, found?.version ?? null);
        return found?.value ?? null;
      },
      keysBetween: () => {
        throw new Error('our contracts read no ranges');
      },
      versions: (key) => [...(this.#state.get(key) ?? [])].reverse(),
    };
  }

  async #broadcast(txId: string, envelope: Uint8Array): Promise<void> {
    this.#begin('submit');
    this.broadcasts.push({ txId, envelope: Buffer.from(envelope).toString('base64') });
    if (this.faults.lostBroadcasts > 0) {
      this.faults.lostBroadcasts -= 1;
      return;
    }
    this.#pending.push({ txId, envelope });
    if (!this.faults.isHeld)
      setImmediate(() => {
        this.cut();
      });
    if (this.faults.lostAcknowledgements > 0) {
      this.faults.lostAcknowledgements -= 1;
      await sleep(1);
      throw new FabricFailure({
        ...{ stage: 'submit', grpcCode: 14, details: [] },
        message: 'Connection dropped',
      });
    }
  }

  async #commitStatus(txId: string): Promise<CommitStatus> {
    this.#begin('commitStatus');
    const deadline = AbortSignal.timeout(30);
    for (;;) {
      const status = this.#status.get(txId);
      if (status !== undefined) return status;
      await once(this.#committed, 'block', { signal: deadline }).catch((cause: unknown) => {
        const facts = { stage: 'commitStatus', grpcCode: 4, details: [] } as const;
        throw new FabricFailure({ ...facts, message: 'Deadline exceeded' }, { cause });
      });
    }
  }

  async *#follow(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.calls.blocks += 1;
    for (let number = from; !signal.aborted;) {
      const block = this.#blocks[number];
      if (block === undefined) {
        await once(this.#committed, 'block', { signal }).catch(() => undefined); // aborted: the loop ends
      } else {
        number += 1;
        yield block;
      }
    }
  }

  #begin(stage: Exclude<FabricStage, 'blocks'>): void {
    this.calls[stage] += 1;
    const failure = this.faults.next[stage].shift();
    if (failure !== undefined) throw failure;
  }

  #append(transactions: readonly { readonly txId: string; readonly envelope: Uint8Array }[]): void {
    const number = this.#blocks.length;
    const codes = transactions.map(({ txId }, place) => this.#judge(txId, `${number}:${place}`));
    const previous = this.#blocks.at(-1) ?? null;
    const envelopes = transactions.map(({ envelope }) => envelope);
    this.#blocks.push(encodeFakeBlock(number, previous, envelopes, codes));
    transactions.forEach(({ txId }, place) => {
      if (!this.#status.has(txId)) this.#status.set(txId, { code: codes[place]!, block: number });
    });
    this.#committed.emit('block');
  }

  /** Validation code; what is valid takes effect at once, for the next in the block. */
  #judge(txId: string, version: string): number {
    const simulated = this.#simulated.get(txId);
    if (simulated === undefined) return 0; // the channel's own first block
    if (this.#state.has(`id:${txId}`)) return 9; // DUPLICATE_TXID
    this.#state.set(`id:${txId}`, []);
    const verdict = this.faults.verdicts.shift();
    if (verdict !== undefined) return verdict;
    const isStale = [...simulated.reads].some(([key, read]) => this.#versionOf(key) !== read);
    if (isStale) return 11; // MVCC_READ_CONFLICT
    const recordedAt = this.#now();
    for (const { key, value } of simulated.writes) {
      const versions = this.#state.get(key) ?? [];
      this.#state.set(key, [...versions, { value, txId, recordedAt, version }]);
    }
    return 0;
  }

  #versionOf(key: string): string | null {
    return this.#state.get(key)?.at(-1)?.version ?? null;
  }
}
