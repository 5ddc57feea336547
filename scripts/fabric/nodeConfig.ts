/** The configuration file of each node: ours from network-config/, over the user's own if there is one, plus what only this node has. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import {
  AUDITOR,
  HOST,
  networkPaths,
  OPERATOR,
  ORDERER_ORGANISATION,
  type NetworkPlan,
  type OrdererNode,
  type PeerNode,
} from './plan.ts';

type Tree = Readonly<Record<string, unknown>>;

const NETWORK_CONFIG = join(import.meta.dirname, '../../network-config');

/**
 * Writes `core.yaml` or `orderer.yaml` into each node's folder, `configtx.yaml` and the external builder.
 *
 * @param ground - folder of the user's own `core.yaml` and `orderer.yaml` (`FABRIC_CFG_PATH`); null: none.
 */
export function writeConfiguration(plan: NetworkPlan, ground: string | null): void {
  const paths = networkPaths(plan.dir);
  cpSync(join(NETWORK_CONFIG, 'builder'), paths.builder, { recursive: true });
  const core = readConfiguration('core.yaml', ground);
  for (const peer of plan.peers) {
    writeYaml(
      join(paths.node(peer.name), 'core.yaml'),
      overlay(core, peerConfiguration(plan, peer)),
    );
  }
  const orderer = readConfiguration('orderer.yaml', ground);
  for (const node of plan.orderers) {
    writeYaml(
      join(paths.node(node.name), 'orderer.yaml'),
      overlay(orderer, ordererConfiguration(plan, node)),
    );
  }
  writeYaml(paths.configtx, channelConfiguration(plan));
}

/** What only this peer has. Fabric reads paths as they are, so they are whole. */
export function peerConfiguration(plan: Pick<NetworkPlan, 'dir' | 'peers'>, peer: PeerNode): Tree {
  const paths = networkPaths(plan.dir);
  const folder = paths.node(peer.name);
  const address = `${HOST}:${peer.port}`;
  const tls = tlsFiles(join(folder, 'tls'));
  return {
    peer: {
      id: peer.name,
      localMspId: peer.organisation.mspId,
      mspConfigPath: join(folder, 'msp'),
      listenAddress: address,
      address,
      chaincodeListenAddress: `${HOST}:${peer.chaincodePort}`,
      fileSystemPath: join(folder, 'data'),
      gossip: { bootstrap: bootstrapOf(plan, peer), endpoint: address, externalEndpoint: address },
      tls: {
        enabled: true,
        clientAuthRequired: false,
        cert: { file: tls.certificate },
        key: { file: tls.key },
        rootcert: { file: tls.roots },
      },
    },
    chaincode: {
      externalBuilders: [
        { name: 'yinxin', path: paths.builder, propagateEnvironment: ['CHAINCODE_CLIENT_TLS'] },
      ],
    },
    ledger: { snapshots: { rootDir: join(folder, 'snapshots') } },
    operations: {
      listenAddress: `${HOST}:${peer.operationsPort}`,
      tls: { enabled: true, cert: { file: tls.certificate }, key: { file: tls.key } },
    },
  };
}

/** Writes what a further organisation needs for its peer, and its part of a `configtx.yaml`. */
export function writeMemberConfiguration(
  plan: Pick<NetworkPlan, 'dir' | 'peers'>,
  ground: string | null,
): void {
  const paths = networkPaths(plan.dir);
  cpSync(join(NETWORK_CONFIG, 'builder'), paths.builder, { recursive: true });
  const core = readConfiguration('core.yaml', ground);
  for (const peer of plan.peers) {
    const file = join(paths.node(peer.name), 'core.yaml');
    writeYaml(file, overlay(core, peerConfiguration(plan, peer)));
    const { mspId } = peer.organisation;
    const rule = (...roles: readonly string[]): Tree => ({
      Type: 'Signature',
      Rule: `OR(${roles.map((role) => `'${mspId}.${role}'`).join(', ')})`,
    });
    const organisation = {
      Name: mspId,
      ID: mspId,
      MSPDir: paths.channelMsp(peer.organisation),
      AnchorPeers: [{ Host: HOST, Port: peer.port }],
      Policies: {
        Readers: rule('admin', 'peer', 'client'),
        Writers: rule('admin', 'client'),
        Admins: rule('admin'),
        Endorsement: rule('peer'),
      },
    };
    writeYaml(paths.configtx, { Organizations: [organisation] });
  }
}

/** What only this orderer has. */
export function ordererConfiguration({ dir }: NetworkPlan, node: OrdererNode): Tree {
  const folder = networkPaths(dir).node(node.name);
  const tls = tlsFiles(join(folder, 'tls'));
  const server = { Enabled: true, Certificate: tls.certificate, PrivateKey: tls.key };
  return {
    General: {
      ListenAddress: HOST,
      ListenPort: node.port,
      LocalMSPID: ORDERER_ORGANISATION.mspId,
      LocalMSPDir: join(folder, 'msp'),
      TLS: { ...server, RootCAs: [tls.roots] },
      Cluster: {
        ClientCertificate: tls.certificate,
        ClientPrivateKey: tls.key,
        RootCAs: [tls.roots],
      },
    },
    FileLedger: { Location: join(folder, 'data') },
    Consensus: { WALDir: join(folder, 'wal'), SnapDir: join(folder, 'snapshots') },
    Operations: { ListenAddress: `${HOST}:${node.operationsPort}`, TLS: server },
    Admin: {
      ListenAddress: `${HOST}:${node.adminPort}`,
      TLS: { ...server, ClientAuthRequired: true, ClientRootCAs: [tls.roots] },
    },
  };
}

/** `configtx.yaml` with this network's organisations' folders and addresses. */
export function channelConfiguration(plan: NetworkPlan): Tree {
  const paths = networkPaths(plan.dir);
  const template = readTree(join(NETWORK_CONFIG, 'configtx.yaml'));
  const profile = treeAt(template, 'Profiles', 'Yinxin');
  const [operator, auditor] = [OPERATOR, AUDITOR].map((organisation) => ({
    MSPDir: paths.channelMsp(organisation),
    AnchorPeers: plan.peers
      .filter((peer) => peer.organisation === organisation)
      .slice(0, 1)
      .map(({ port }) => ({ Host: HOST, Port: port })),
  }));
  const orderer = {
    MSPDir: paths.channelMsp(ORDERER_ORGANISATION),
    OrdererEndpoints: plan.orderers.map(({ port }) => `${HOST}:${port}`),
  };
  const additions: Readonly<Record<string, unknown>> = {
    OrdererMSP: orderer,
    OperatorMSP: operator,
    AuditorMSP: auditor,
  };
  const complete = (organisations: unknown): readonly Tree[] =>
    (organisations as readonly Tree[]).map((one) =>
      overlay(one, additions[String(one['ID'])] as Tree),
    );
  const consenters = plan.orderers.map(({ name, port }) => {
    const { certificate } = tlsFiles(join(paths.node(name), 'tls'));
    return { Host: HOST, Port: port, ClientTLSCert: certificate, ServerTLSCert: certificate };
  });
  const { batchTimeoutMs } = plan.shape;
  return {
    Profiles: {
      Yinxin: overlay(profile, {
        Orderer: {
          ...(batchTimeoutMs === undefined ? {} : { BatchTimeout: `${batchTimeoutMs}ms` }),
          Organizations: complete(treeAt(profile, 'Orderer')['Organizations']),
          EtcdRaft: { Consenters: consenters },
        },
        Application: { Organizations: complete(treeAt(profile, 'Application')['Organizations']) },
      }),
    },
    Organizations: complete(template['Organizations']),
  };
}

/** @returns `over` laid over `under`: trees are joined, everything else is replaced. */
export function overlay(under: Tree, over: Tree): Tree {
  const joined: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const key = Object.keys(under).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name; // Fabric looks at no case
    const below = joined[key];
    joined[key] = isTree(value) && isTree(below) ? overlay(below, value) : value;
  }
  return joined;
}

/** Peers know the others of their organisation by name; those of other organisations by the channel's anchors. */
function bootstrapOf(
  { peers }: Pick<NetworkPlan, 'peers'>,
  { name, organisation, port }: PeerNode,
): string {
  const other = peers.find((peer) => peer.organisation === organisation && peer.name !== name);
  return `${HOST}:${other?.port ?? port}`;
}

function readConfiguration(name: string, ground: string | null): Tree {
  const ours = readTree(join(NETWORK_CONFIG, name));
  return ground === null ? ours : overlay(readTree(join(ground, name)), ours);
}

function readTree(file: string): Tree {
  const value: unknown = parse(readFileSync(file, 'utf8'), { merge: true });
  if (!isTree(value)) throw new Error(`${file} holds no settings`);
  return value;
}

function treeAt(tree: Tree, ...names: readonly string[]): Tree {
  return names.reduce((below, name) => {
    const value = below[name];
    if (!isTree(value)) throw new Error(`there is no ${names.join('.')}`);
    return value;
  }, tree);
}

function writeYaml(file: string, tree: Tree): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, stringify(tree, { aliasDuplicateObjects: false }));
}

function tlsFiles(folder: string): Readonly<{ certificate: string; key: string; roots: string }> {
  return {
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
    roots: join(folder, 'ca.crt'),
  };
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
