/**
 * The archived client, as far as it is used here. It is loaded by name, and described by hand: the types of the packages
 * would have to be installed wherever this project is checked, and the packages themselves are not.
 */
import { createRequire } from 'node:module';

/** Works without an answer of its own: the client prints every failure, with addresses and certificates, on the console. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A remote peer or orderer. */
export interface Node {
  readonly name: string;
  readonly mspid: string;
  readonly endpoint: unknown;
  /** True once a connection stood; afterwards gRPC itself connects again. */
  readonly connected: boolean;
  setEndpoint(endpoint: unknown): void;
  checkConnection(): Promise<boolean>;
  disconnect(): void;
}

export interface Endorser extends Node {
  sendProposal(proposal: unknown, timeoutMs: number): Promise<ProposalResponse>;
}

export interface Committer extends Node {
  sendBroadcast(envelope: SignedEnvelope, timeoutMs: number): Promise<BroadcastResponse>;
}

export interface Eventer extends Node {
  readonly stream: DeliverStream | null;
  setStreamByType(type: StreamType): void;
}

/** Whole blocks, or only the transactions' ids and validation codes. */
export type StreamType = 'full' | 'filtered';

export interface DeliverStream extends AsyncIterable<DeliverResponse> {
  write(envelope: SignedEnvelope): void;
  cancel(): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/** Decoded `protos.DeliverResponse`; `Type` tells which of the others is there. */
export interface DeliverResponse {
  readonly Type: 'status' | 'block' | 'filtered_block';
  readonly status?: number;
  readonly block?: unknown;
  readonly filtered_block?: FilteredBlock;
}

export interface FilteredBlock {
  readonly number: { toString(): string };
  readonly filtered_transactions: readonly Readonly<{
    txid: string;
    /** Number, or its name: as the protocol buffers were loaded. */
    tx_validation_code: number;
  }>[];
}

/** Decoded `protos.ProposalResponse`. */
export interface ProposalResponse {
  readonly response: Readonly<{ status: number; message: string; payload: Uint8Array }>;
  /** `protos.ProposalResponsePayload`; empty when the peer itself refused. */
  readonly payload: Uint8Array;
  readonly endorsement: unknown;
}

export interface BroadcastResponse {
  /** Name of a `common.Status`. */
  readonly status: string;
  readonly info?: string;
}

/** Payload and signature of a `common.Envelope`. */
export interface SignedEnvelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Who signs, with the nonce of one transaction. */
export interface IdentityContext {
  readonly transactionId: string;
  /** @returns a context of its own for the next transaction. */
  calculateTransactionId(): IdentityContext;
}

interface Signable {
  sign(context: IdentityContext): void;
  getSignedEnvelope(): SignedEnvelope;
}

/** Something to be endorsed by peers. */
export interface Proposal extends Signable {
  build(context: IdentityContext, request: ProposalRequest): void;
  send(request: { readonly handler: ProposalHandler }): Promise<ProposalAnswers>;
}

export interface ProposalRequest {
  readonly fcn: string;
  readonly args: readonly string[];
  readonly generateTransactionId: false;
}

/** Takes over the sending; what comes back as an `Error` is kept apart. */
export interface ProposalHandler {
  query(proposal: unknown): Promise<readonly (ProposalResponse | Error)[]>;
  endorse(proposal: unknown): Promise<readonly (ProposalResponse | Error)[]>;
}

export interface ProposalAnswers {
  readonly responses: readonly ProposalResponse[];
  readonly errors: readonly Error[];
}

export interface Endorsement extends Proposal {
  newCommit(): Signable & { build(context: IdentityContext): void };
}

export interface Channel {
  readonly name: string;
  newQuery(chaincode: string): Proposal;
  newEndorsement(chaincode: string): Endorsement;
  newEventService(name: string): Signable & {
    build(context: IdentityContext, options: SeekOptions): void;
  };
  addEndorser(endorser: Endorser): void;
  addCommitter(committer: Committer): void;
  getEndorsers(mspId?: string): readonly Endorser[];
  getCommitters(): readonly Committer[];
}

export interface SeekOptions {
  readonly startBlock: number | 'newest';
  readonly blockType: StreamType;
}

export interface Client {
  /** Without arguments it makes a certificate of its own, for nothing that is used here. */
  setTlsClientCertAndKey: () => void;
  newEndpoint(options: Readonly<Record<string, unknown>>): unknown;
  getEndorser(name: string, mspId: string): Endorser;
  getCommitter(name: string): Committer;
  newEventer(name: string, mspId: string): Eventer;
  getChannel(name: string): Channel;
}

export interface Gateway {
  readonly identityContext: IdentityContext;
  connect(client: Client, options: Readonly<Record<string, unknown>>): Promise<void>;
  getNetwork(channel: string): Promise<{ getChannel(): Channel }>;
  disconnect(): void;
}

interface MessageType {
  encode(message: unknown): { finish(): Uint8Array };
}

/** What the three packages export and this one uses. */
export interface Sdk {
  readonly Gateway: new () => Gateway;
  readonly Client: new (name: string) => Client;
  readonly Block: MessageType;
  readonly Envelope: MessageType;
  readonly SerializedIdentity: MessageType;
}

/**
 * Loads the archived client, with its logging switched off.
 *
 * @throws Error with code `MODULE_NOT_FOUND` when this package's dependencies are not installed.
 */
export function loadSdk(): Sdk {
  // the client looks for a logger here before it makes one; it must be there before the first of its files loads
  (globalThis as { hfc?: unknown }).hfc ??= { logger: SILENT };
  const require = createRequire(import.meta.url);
  // described by the interfaces above: see there
  const network = require('fabric-network') as Pick<Sdk, 'Gateway'>;
  const common = require('fabric-common') as Pick<Sdk, 'Client'>;
  const protocol = require('fabric-protos') as {
    common: Pick<Sdk, 'Block' | 'Envelope'>;
    msp: Pick<Sdk, 'SerializedIdentity'>;
  };
  return {
    Gateway: network.Gateway,
    Client: common.Client,
    Block: protocol.common.Block,
    Envelope: protocol.common.Envelope,
    SerializedIdentity: protocol.msp.SerializedIdentity,
  };
}

function ignore(): void {
  // nothing is logged here: every failure travels as a FabricFailure
}
