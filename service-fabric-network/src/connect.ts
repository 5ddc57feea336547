/** Fabric networks older than 2.4, which have no gateway service: this process itself speaks to every peer and orderer. */
import type {
  ConnectionProfile,
  ProfileNode,
} from '../../service/src/ledger/fabric/connectionProfile.ts';
import { FabricFailure } from '../../service/src/ledger/fabric/transport.ts';
import type { FabricTransport } from '../../service/src/ledger/fabric/transport.ts';
import { Broadcaster } from './broadcaster.ts';
import { CommitWatch } from './commitWatch.ts';
import { DEFAULT_DEADLINES } from './deadlines.ts';
import type { Deadlines } from './deadlines.ts';
import { deliver } from './deliver.ts';
import { GRPC, toFailure, toNodeFault } from './failure.ts';
import { nativeUser } from './nativeIdentity.ts';
import { endorse, evaluate } from './proposals.ts';
import { retire } from './reach.ts';
import { loadSdk } from './sdk.ts';
import type { Channel, Client, Gateway, Sdk } from './sdk.ts';

/** The client's own default waits up to two minutes before it connects again. */
const CONNECTION = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  requestTimeout: 30_000,
};

/**
 * Connects without a gateway service.
 *
 * A profile that names orderers, and peers of more than one organisation, is taken as it stands, whoever can be reached just
 * now. Any other is completed by the discovery service of an own peer, which must then answer.
 *
 * @throws FabricFailure when discovery is needed and fails.
 * @throws Error with code `MODULE_NOT_FOUND` when this package's dependencies are not installed.
 */
export async function connect(
  profile: ConnectionProfile,
  deadlines: Partial<Deadlines> = {},
): Promise<FabricTransport> {
  const { evaluateMs, endorseMs, submitMs, commitStatusMs } = {
    ...DEFAULT_DEADLINES,
    ...deadlines,
  };
  const sdk = loadSdk();
  const { gateway, client, channel } = await openChannel(sdk, profile);
  const identity = gateway.identityContext;
  const source = { client, channel, identity, peers: channel.getEndorsers(profile.mspId) };
  const commits = new CommitWatch(source, commitStatusMs);
  const parts = {
    sdk,
    channel,
    chaincode: profile.chaincode,
    identity,
    broadcaster: new Broadcaster(channel.getCommitters(), submitMs),
    commits,
  };
  const organisations = organisationsOf(channel, profile.mspId);
  const closing = new AbortController();
  return {
    mode: 'fabric-network',
    mspId: profile.mspId,
    organisations,
    channel: profile.channel,
    evaluate: (call, organisation) =>
      guarded('evaluate', () => evaluate(parts, call, organisation, evaluateMs)),
    endorse: (call, wanted = organisations) =>
      guarded('endorse', () => endorse(parts, call, wanted, endorseMs)),
    blocks: async function* (from, signal) {
      const either = AbortSignal.any([signal, closing.signal]);
      const options = { startBlock: from, blockType: 'full' } as const;
      for await (const { block } of deliver(source, options, either, 'blocks')) {
        if (block !== undefined) yield sdk.Block.encode(block).finish();
      }
    },
    close: () => {
      closing.abort();
      commits.close();
      for (const node of [...channel.getEndorsers(), ...channel.getCommitters()]) retire(node);
      gateway.disconnect();
      return Promise.resolve();
    },
  };
}

interface Opened {
  readonly gateway: Gateway;
  readonly client: Client;
  readonly channel: Channel;
}

async function openChannel(sdk: Sdk, profile: ConnectionProfile): Promise<Opened> {
  const client = new sdk.Client('yinxin');
  // peers know us by our signatures; the throw-away TLS certificate would come from the client's old libraries
  client.setTlsClientCertAndKey = () => undefined;
  const gateway = new sdk.Gateway();
  const isComplete = profile.orderers.length > 0 && profile.organisations.length > 1;
  const { certificate, privateKey } = profile.identity;
  const serialized = sdk.SerializedIdentity.encode({
    mspid: profile.mspId,
    id_bytes: Buffer.from(certificate),
  }).finish();
  const user = nativeUser(profile.mspId, serialized, privateKey);
  await gateway.connect(client, {
    identity: { type: 'native', mspId: profile.mspId },
    identityProvider: { getUserContext: () => Promise.resolve(user) },
    discovery: { enabled: !isComplete, asLocalhost: false },
    'connection-options': CONNECTION,
  });
  fillChannel(client, profile);
  try {
    const network = await gateway.getNetwork(profile.channel);
    return { gateway, client, channel: network.getChannel() };
  } catch (error) {
    gateway.disconnect();
    throw toFailure('endorse', 'discovery failed', [toNodeFault(error)]);
  }
}

function fillChannel(client: Client, profile: ConnectionProfile): void {
  const channel = client.getChannel(profile.channel);
  for (const { mspId, peers } of profile.organisations) {
    for (const peer of peers) {
      const endorser = client.getEndorser(peer.name, mspId);
      endorser.setEndpoint(client.newEndpoint(endpointOf(peer)));
      channel.addEndorser(endorser);
    }
  }
  for (const orderer of profile.orderers) {
    const committer = client.getCommitter(orderer.name);
    committer.setEndpoint(client.newEndpoint(endpointOf(orderer)));
    channel.addCommitter(committer);
  }
}

function endpointOf(node: ProfileNode): Readonly<Record<string, unknown>> {
  return {
    url: `grpcs://${node.address}`,
    pem: node.tlsRootCertificates,
    ...(node.tlsServerName === null ? {} : { 'ssl-target-name-override': node.tlsServerName }),
  };
}

function organisationsOf(channel: Channel, own: string): readonly string[] {
  const all = new Set(channel.getEndorsers().map((endorser) => endorser.mspid));
  all.delete(own);
  return [own, ...[...all].sort()];
}

/** The archived client also throws from what it builds, before anything is sent. */
async function guarded<T>(stage: 'evaluate' | 'endorse', call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof FabricFailure) throw error;
    const { grpcCode, message } = toNodeFault(error);
    throw toFailure(stage, 'the client failed', [{ grpcCode: grpcCode ?? GRPC.unknown, message }]);
  }
}
