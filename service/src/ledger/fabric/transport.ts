/**
 * What the ledger needs of a client of Fabric. Implementations: the gateway client, and the connector for networks older
 * than 2.4. Every method throws {@link FabricFailure} and nothing else.
 */
export interface FabricTransport {
  readonly mode: 'fabric' | 'fabric-network';
  /** MSP ID of the organisation this service belongs to. */
  readonly mspId: string;
  /** MSP IDs of every organisation with peers on the channel, own one first. */
  readonly organisations: readonly string[];
  readonly channel: string;
  /**
   * Runs a function on one peer without ordering it.
   *
   * @param organisation - MSP ID: only a peer of this organisation may answer.
   * @returns the function's answer.
   */
  evaluate(call: FabricCall, organisation: string): Promise<Uint8Array>;
  /**
   * Collects endorsements; nothing is ordered.
   *
   * @param organisations - MSP IDs that must endorse; absent: as the chaincode's policy asks.
   */
  endorse(call: FabricCall, organisations?: readonly string[]): Promise<EndorsedTransaction>;
  /**
   * Streams committed blocks (serialised `common.Block`) of the own organisation's peer, from block `from` on, for ever.
   * It does not reconnect: a broken stream throws. It ends without an error when `signal` aborts.
   */
  blocks(from: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** One call of a transaction function. */
export interface FabricCall {
  /** Chaincode name; absent: the profile's. System chaincodes have their own (`qscc`). */
  readonly chaincode?: string;
  /** With its contract in front: `licence:record`. */
  readonly function: string;
  readonly args: readonly string[];
}

/** A transaction that enough organisations endorsed. Its bytes never change, so that it can be sent again. */
export interface EndorsedTransaction {
  readonly txId: string;
  /** What the transaction function answered. */
  readonly result: Uint8Array;
  /** Serialised `common.Envelope`: proposal, endorsements, read-write set. */
  readonly envelope: Uint8Array;
  /** Hands the signed transaction to the orderer. Sending it twice does no harm. */
  submit(): Promise<void>;
  /** Waits until the transaction is in a block of the own organisation's peer. */
  commitStatus(): Promise<CommitStatus>;
}

/** How a block judged a transaction. */
export interface CommitStatus {
  /** `peer.TxValidationCode`: 0 valid, 10 endorsement policy not met, 11 read conflict, 12 phantom read. */
  readonly code: number;
  readonly block: number;
}

/** Where a call to Fabric failed. After `submit` and `commitStatus` the outcome is unknown. */
export type FabricStage = 'evaluate' | 'endorse' | 'submit' | 'commitStatus' | 'blocks';

/** A failed call to Fabric, as any client reports it. Its texts stay inside: they may hold certificates and addresses. */
export class FabricFailure extends Error {
  override readonly name = 'FabricFailure';
  readonly stage: FabricStage;
  /** gRPC status code; null where the client tells none. */
  readonly grpcCode: number | null;
  /** What single peers or orderers said. */
  readonly details: readonly string[];

  constructor(
    facts: Readonly<{
      stage: FabricStage;
      grpcCode: number | null;
      details: readonly string[];
      message: string;
    }>,
    options: ErrorOptions = {},
  ) {
    super(facts.message, options);
    this.stage = facts.stage;
    this.grpcCode = facts.grpcCode;
    this.details = facts.details;
  }
}
