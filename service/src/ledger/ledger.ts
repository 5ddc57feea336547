import type { ActOutcome, ActPosition, ContractName, SignedAct } from '@yinxin/chaincode/model';

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

/** One recorded act as the ledger's order has it. */
export interface RecordedAct {
  readonly contract: ContractName;
  readonly act: SignedAct;
  readonly position: ActPosition;
  readonly block: number;
  /** When the ledger recorded it, RFC 3339. */
  readonly recordedAt: string;
}

/** One transaction inside a block, for readers. */
export interface BlockTransaction {
  readonly txId: string;
  readonly contract: string;
  readonly function: string;
  /** Batches of this transaction: none when nothing was newly recorded. */
  readonly batches: readonly RecordedBatch[];
  readonly outcomes: readonly ActOutcome[];
  /** The acts as submitted, in order, refused ones too. */
  readonly acts: readonly SignedAct[];
}

/** One block: header, what protects it, and its transactions. Digests are lower-case hex, signatures base64url. */
export interface LedgerBlock {
  readonly number: number;
  readonly previousHash: string;
  readonly dataHash: string;
  readonly hash: string;
  readonly at: string;
  readonly signatures: readonly { readonly keyId: string; readonly signature: string }[];
  readonly transactions: readonly BlockTransaction[];
}

/** An inclusion path in the log of batches (RFC 6962 §2.1.1), nearest sibling first; lower-case hex. */
export interface LogInclusion {
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

/** Most batches that one endorsed read names. */
export const MAX_ENDORSED_BATCHES = 100;

/**
 * A read of recorded batches that peers of several organisations answered alike, each with its signature; it was never
 * ordered. All parts are serialised as Fabric has them. SHA-256 over the first three, one behind the other, stands in
 * the response: that binds channel, function and arguments to it.
 */
export interface EndorsedRead {
  /** `common.ChannelHeader` of the proposal. */
  readonly channelHeader: Uint8Array;
  /** `common.SignatureHeader` of the proposal. */
  readonly signatureHeader: Uint8Array;
  /** `peer.ChaincodeProposalPayload`, without transient values. */
  readonly proposal: Uint8Array;
  /** `peer.ProposalResponsePayload`: the same from every peer. */
  readonly response: Uint8Array;
  readonly endorsements: readonly PeerEndorsement[];
}

/** One peer's signature under a response. */
export interface PeerEndorsement {
  /** `msp.SerializedIdentity` of the peer: MSP ID and certificate. */
  readonly endorser: Uint8Array;
  /** ECDSA with SHA-256 over response ‖ endorser, DER. */
  readonly signature: Uint8Array;
}

/**
 * What a ledger shows to people who do not trust it: order, blocks, and proofs from its log of batches.
 * Every method throws ServiceError `LEDGER_UNAVAILABLE` when the ledger is out of reach.
 */
export interface LedgerEvidence {
  /** Where a recorded act stands; null: not recorded (or an act of `usage`, which has no key of its own). */
  actPosition(id: string): Promise<ActPosition | null>;
  /** A recorded batch by its root; null: no such root. */
  batch(root: string): Promise<RecordedBatch | null>;
  /** A recorded batch by its position in the log, from 0; null: past the end. */
  batchAt(index: number): Promise<RecordedBatch | null>;
  /** The recorded acts of a batch in the order of its leaves; null: no such root. */
  batchActs(root: string): Promise<readonly SignedAct[] | null>;
  /** A block by its number, from 0; null: past the end. */
  block(number: number): Promise<LedgerBlock | null>;
  /** Recorded acts in ledger order, beginning with those of block `from`. */
  replay(from: number): AsyncIterable<RecordedAct>;
  /** Signed checkpoint of the log (C2SP tlog-checkpoint): the same text until the log grows. */
  checkpoint(): Promise<string>;
  /**
   * Proof that the log at `to` batches extends the log at `from` (RFC 6962 §2.1.2), lower-case hex.
   * @throws ServiceError `REQUEST_MALFORMED` unless 1 ≤ from ≤ to ≤ size.
   */
  consistency(from: number, to: number): Promise<readonly string[]>;
  /** @throws ServiceError `REQUEST_MALFORMED` unless 0 ≤ index and index below size, size at most the log's. */
  inclusion(index: number, size: number): Promise<LogInclusion>;
  /**
   * Has recorded batches read, and the answer signed, by a peer of every organisation that keeps this ledger. Absent:
   * one organisation keeps it alone.
   *
   * @param roots - 1 to {@link MAX_ENDORSED_BATCHES}.
   * @throws ServiceError `PROOF_NOT_READY` while one of them is not on every peer.
   */
  endorseBatches?(roots: readonly string[]): Promise<EndorsedRead>;
  /** Certification path (DER, leaf first, without the root) of the key that signs checkpoints. */
  readonly nodeCertificationPath: readonly Uint8Array[];
}

/** An organisation that keeps the ledger, as this process has met it since it started. */
export interface LedgerOrganisation {
  /** MSP ID; on the embedded ledger the name of its one node. */
  readonly mspId: string;
  readonly isOwn: boolean;
  /** When a peer of it last answered; null: none has. */
  readonly answeredAt: Date | null;
  /** When it was last known to endorse, on the embedded ledger when its newest block was signed; null: never. */
  readonly endorsedAt: Date | null;
}

/** The ledger port. Implementations: embedded, Fabric. */
export interface Ledger extends LedgerEvidence {
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
  /** Own one first. @throws ServiceError `LEDGER_UNAVAILABLE`. */
  organisations(): Promise<readonly LedgerOrganisation[]>;
  /**
   * Resolves if an act could be recorded now: on Fabric, if every organisation endorses a query.
   *
   * @throws ServiceError `LEDGER_UNAVAILABLE`, `LEDGER_DIVERGED`.
   */
  health(): Promise<void>;
  close(): Promise<void>;
}

/** Records single acts; concurrent callers share transactions (group commit). */
export interface ActRecorder {
  /** @throws ServiceError as {@link Ledger.submit}; a refusal is an outcome, not an error. */
  record(act: SignedAct): Promise<CommittedOutcome>;
}
