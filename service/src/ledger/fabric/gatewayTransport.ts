import { GatewayError } from '@hyperledger/fabric-gateway';
import type { Transaction } from '@hyperledger/fabric-gateway';
import { gateway as messages, msp } from '@hyperledger/fabric-protos';

import { CallLimit } from './callLimit.ts';
import type { ConnectionProfile } from './connectionProfile.ts';
import { DEFAULT_DEADLINES, openGatewayConnection } from './gatewayConnection.ts';
import type { GatewayConnection, GatewayDeadlines } from './gatewayConnection.ts';
import { createGatewaySigner } from './gatewaySigner.ts';
import { FabricFailure } from './transport.ts';
import type {
  CommitStatus,
  EndorsedTransaction,
  FabricCall,
  FabricStage,
  FabricTransport,
} from './transport.ts';

/**
 * A gateway serves 500 calls at once and refuses the next. Two services may share one; and more than some 60 calls at once
 * make none of them faster.
 */
const CALL_LIMITS = { maxCalls: 200, maxWaiting: 2_000, maxWaitMs: 5_000 };
/** How long each peer is given when the transport connects. */
const CONNECT_MS = 3_000;

/**
 * Connects to the gateway service of a peer of the own organisation: the first that can be reached. When none can, the
 * transport is there all the same, and its calls fail until one comes. When the connection breaks, the next call goes to
 * the organisation's next peer.
 *
 * @param deadlines - those that differ from the defaults.
 */
export async function connectGateway(
  profile: ConnectionProfile,
  deadlines: Partial<GatewayDeadlines> = {},
): Promise<FabricTransport> {
  const transport = new GatewayTransport(profile, { ...DEFAULT_DEADLINES, ...deadlines });
  await transport.connect();
  return transport;
}

class GatewayTransport implements FabricTransport {
  readonly mode = 'fabric';
  readonly mspId: string;
  readonly organisations: readonly string[];
  readonly channel: string;
  readonly #chaincode: string;
  readonly #creator: Uint8Array;
  readonly #sign: (message: Uint8Array) => Promise<Uint8Array>;
  readonly #connections: readonly GatewayConnection[];
  readonly #limit = new CallLimit(CALL_LIMITS);
  #current = 0;

  constructor(profile: ConnectionProfile, deadlines: GatewayDeadlines) {
    this.mspId = profile.mspId;
    this.organisations = profile.organisations.map(({ mspId }) => mspId);
    this.channel = profile.channel;
    this.#chaincode = profile.chaincode;
    const identity = {
      mspId: profile.mspId,
      credentials: Buffer.from(profile.identity.certificate),
    };
    this.#creator = serializedIdentity(identity.mspId, identity.credentials);
    this.#sign = createGatewaySigner(profile.identity.privateKey);
    const owner = { identity, sign: this.#sign, channel: profile.channel, deadlines };
    this.#connections = (profile.organisations[0]?.peers ?? []).map((peer) =>
      openGatewayConnection(peer, owner),
    );
  }

  async connect(): Promise<void> {
    for (const [place, connection] of this.#connections.entries()) {
      if (!(await connection.isReachable(CONNECT_MS))) continue;
      this.#current = place;
      return;
    }
  }

  evaluate(call: FabricCall, organisation: string): Promise<Uint8Array> {
    return this.#call('evaluate', ({ network }) =>
      network.getContract(call.chaincode ?? this.#chaincode).evaluate(call.function, {
        arguments: [...call.args],
        endorsingOrganizations: [organisation],
      }),
    );
  }

  endorse(call: FabricCall, organisations?: readonly string[]): Promise<EndorsedTransaction> {
    return this.#call('endorse', async ({ network }) => {
      const transaction = await network
        .getContract(call.chaincode ?? this.#chaincode)
        .newProposal(call.function, {
          arguments: [...call.args],
          ...(organisations === undefined ? {} : { endorsingOrganizations: [...organisations] }),
        })
        .endorse();
      return this.#endorsed(transaction);
    });
  }

  #endorsed(transaction: Transaction): EndorsedTransaction {
    const txId = transaction.getTransactionId();
    const bytes = transaction.getBytes();
    const envelope = messages.PreparedTransaction.deserializeBinary(bytes).getEnvelope();
    // signed once: an ECDSA signature differs each time, and the same bytes must be sent again
    let signature: Promise<Uint8Array> | null = null;
    return {
      txId,
      result: transaction.getResult(),
      envelope: envelope?.serializeBinary() ?? new Uint8Array(),
      submit: () =>
        this.#call('submit', async ({ gateway }) => {
          signature ??= this.#sign(transaction.getDigest());
          await gateway.newSignedTransaction(bytes, await signature).submit();
        }),
      commitStatus: () => this.#commitStatus(txId),
    };
  }

  #commitStatus(txId: string): Promise<CommitStatus> {
    const request = new messages.CommitStatusRequest();
    request.setChannelId(this.channel);
    request.setTransactionId(txId);
    request.setIdentity(this.#creator);
    const unsigned = new messages.SignedCommitStatusRequest();
    unsigned.setRequest(request.serializeBinary());
    return this.#call('commitStatus', async ({ gateway }) => {
      const { code, blockNumber } = await gateway.newCommit(unsigned.serializeBinary()).getStatus();
      return { code, block: Number(blockNumber) };
    });
  }

  async *blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (signal.aborted) return;
    const connection = this.#connection();
    const events = await connection.network
      .getBlockEvents({ startBlock: BigInt(from) })
      .catch((error: unknown) => {
        throw this.#failure('blocks', error, connection);
      });
    const close = (): void => {
      events.close();
    };
    signal.addEventListener('abort', close, { once: true });
    try {
      for await (const block of events) yield block.serializeBinary();
      if (!isAborted(signal)) throw new Error('the stream of blocks ended');
    } catch (error) {
      if (!isAborted(signal)) throw this.#failure('blocks', error, connection);
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }

  close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    return Promise.resolve();
  }

  #call<T>(stage: FabricStage, work: (connection: GatewayConnection) => Promise<T>): Promise<T> {
    return this.#limit.run(stage, async () => {
      const connection = this.#connection();
      try {
        return await work(connection);
      } catch (error) {
        throw this.#failure(stage, error, connection);
      }
    });
  }

  #connection(): GatewayConnection {
    const connection = this.#connections[this.#current];
    if (connection === undefined) throw new Error('the profile has no peer'); // it was refused then
    return connection;
  }

  /** Says what failed, and turns to the next peer where this one is lost. */
  #failure(stage: FabricStage, error: unknown, connection: GatewayConnection): FabricFailure {
    if (connection.isLost() && this.#connections[this.#current] === connection) {
      this.#current = (this.#current + 1) % this.#connections.length;
    }
    return toFailure(stage, error);
  }
}

/** An abort may come during any wait: the compiler cannot know. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function serializedIdentity(mspId: string, credentials: Uint8Array): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(credentials);
  return identity.serializeBinary();
}

function toFailure(stage: FabricStage, error: unknown): FabricFailure {
  const message = error instanceof Error ? error.message : String(error);
  const isGrpc = error instanceof GatewayError;
  return new FabricFailure(
    {
      ...{ stage, message },
      grpcCode: isGrpc ? error.code : null,
      details: isGrpc ? error.details.map((detail) => detail.message) : [],
    },
    { cause: error },
  );
}
