import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import type { ChannelOptions } from '@grpc/grpc-js';
import { connect, hash } from '@hyperledger/fabric-gateway';
import type { Gateway, Identity, Network } from '@hyperledger/fabric-gateway';

import type { ProfileNode } from './connectionProfile.ts';

/** Deadlines of one call, milliseconds. Where one passes at `submit` or `commitStatus`, the outcome is unknown. */
export interface GatewayDeadlines {
  /** Default 5 s: a read has an answer in milliseconds or its peer is in trouble. */
  readonly evaluateMs: number;
  /** Default 15 s: 500 acts take half a second, and several times that under load. */
  readonly endorseMs: number;
  /** Default 10 s: the peer tries its orderers one after the other, 3 s each. */
  readonly submitMs: number;
  /** Default 8 s: a block is cut every 200 ms; an orderer that lost the transaction is noticed then. */
  readonly commitStatusMs: number;
}

export const DEFAULT_DEADLINES: GatewayDeadlines = {
  evaluateMs: 5_000,
  endorseMs: 15_000,
  submitMs: 10_000,
  commitStatusMs: 8_000,
};

/** Who talks to the gateway. */
export interface GatewayClient {
  readonly identity: Identity;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  readonly channel: string;
  readonly deadlines: GatewayDeadlines;
}

const MAX_MESSAGE_BYTES = 100 * 1024 * 1024; // Fabric's own limit between nodes
const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES, // a batch is in the answer twice: argument and write set
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  'grpc.keepalive_time_ms': 120_000, // peers cut off whoever pings more often than once a minute
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** A connection to the gateway service of one peer. It reconnects by itself; calls fail at once meanwhile. */
export interface GatewayConnection {
  readonly gateway: Gateway;
  readonly network: Network;
  /** Waits until the peer can be reached; false: not within `limitMs`. */
  isReachable(limitMs: number): Promise<boolean>;
  /** Whether the connection is broken at this moment. */
  isLost(): boolean;
  close(): void;
}

/** Opens a connection to a peer; nothing is sent yet. */
export function openGatewayConnection(peer: ProfileNode, owner: GatewayClient): GatewayConnection {
  const roots = Buffer.from(peer.tlsRootCertificates);
  const client = new Client(peer.address, credentials.createSsl(roots), {
    ...CHANNEL_OPTIONS,
    ...(peer.tlsServerName === null ? {} : { 'grpc.ssl_target_name_override': peer.tlsServerName }),
  });
  const { deadlines } = owner;
  const within = (ms: number) => () => ({ deadline: new Date(Date.now() + ms) });
  const gateway = connect({
    client,
    identity: owner.identity,
    signer: owner.sign,
    hash: hash.none, // the signer takes whole messages
    evaluateOptions: within(deadlines.evaluateMs),
    endorseOptions: within(deadlines.endorseMs),
    submitOptions: within(deadlines.submitMs),
    commitStatusOptions: within(deadlines.commitStatusMs),
  });
  return {
    gateway,
    network: gateway.getNetwork(owner.channel),
    isReachable: (limitMs) =>
      new Promise((resolve) => {
        client.waitForReady(Date.now() + limitMs, (error) => {
          resolve(error === undefined);
        });
      }),
    isLost: () => {
      const state = client.getChannel().getConnectivityState(false);
      return state !== connectivityState.READY && state !== connectivityState.IDLE;
    },
    close: () => {
      gateway.close();
      client.close();
    },
  };
}
