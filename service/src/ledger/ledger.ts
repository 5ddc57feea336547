import type { ActOutcome, ContractName, SignedAct } from '@yinxin/chaincode/model';

export type LedgerMode = 'embedded' | 'fabric' | 'fabric-network';

/** Names one value of the world state: `objectType` with its attributes, as in Fabric's composite keys. */
export interface StateKey {
  readonly contract: ContractName;
  readonly objectType: string;
  readonly attributes: readonly string[];
}

/** Values in the order of the keys asked for (`null`: no such key), as of one committed block. */
export interface StateSnapshot {
  readonly values: readonly (object | null)[];
  readonly height: number;
  /** How long ago this peer is known to have been level with the ledger; 0 on the embedded ledger. */
  readonly ageSeconds: number;
}

/** One version of a key, oldest first. `value` null: deleted (our contracts never delete). */
export interface StateChange {
  readonly value: object | null;
  readonly block: number;
  /** When the ledger recorded it, RFC 3339. */
  readonly recordedAt: string;
}

export interface LedgerHead {
  /** Number of blocks. */
  readonly height: number;
  /** Hash of the newest block's header, lower-case hex; 64 zeros when there is none. */
  readonly headHash: string;
}

export type CommittedOutcome = ActOutcome & {
  /** Number of the block that holds the act; null when refused. */
  readonly block: number | null;
};

/** One recorded batch: a leaf of the log. */
export interface RecordedBatch {
  /** Position in the log, from 0. */
  readonly index: number;
  readonly root: string;
  readonly size: number;
  readonly at: string;
  readonly submitterMspId: string;
  readonly block: number;
}

/** The ledger port. Implementations: embedded, Fabric. */
export interface Ledger {
  readonly mode: LedgerMode;
  /**
   * Submits one batch to one contract in one transaction and waits for its commit.
   *
   * @param acts - 1 to 500 signed acts, all of `contract`.
   * @returns one outcome an act, in order.
   * @throws ServiceError `LEDGER_CONFLICT` (nothing written, may be tried again), `LEDGER_UNAVAILABLE`
   * (nothing written) or `LEDGER_OUTCOME_UNKNOWN` (submit the same acts again).
   */
  submit(contract: ContractName, acts: readonly SignedAct[]): Promise<readonly CommittedOutcome[]>;
  /** Reads committed values. @throws ServiceError `LEDGER_UNAVAILABLE`. */
  readStates(keys: readonly StateKey[]): Promise<StateSnapshot>;
  history(key: StateKey): Promise<readonly StateChange[]>;
  head(): Promise<LedgerHead>;
  close(): Promise<void>;
}

/** Records single acts; concurrent callers share transactions (group commit). */
export interface ActRecorder {
  /** @throws ServiceError as {@link Ledger.submit}; a refusal is an outcome, not an error. */
  record(act: SignedAct): Promise<CommittedOutcome>;
}
