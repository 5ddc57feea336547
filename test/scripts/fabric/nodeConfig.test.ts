import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import {
  channelConfiguration,
  overlay,
  writeConfiguration,
} from '../../../scripts/fabric/nodeConfig.ts';
import {
  chaincodeNodes,
  networkPaths,
  planNetwork,
  PORTS_A_NETWORK,
  type NetworkPlan,
} from '../../../scripts/fabric/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const dir = join(folder, 'network');
const plan = planNetwork(dir, { basePort: 20_000, orderers: 3, peers: 2 });

function readYaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}

function portsOf(one: NetworkPlan): readonly number[] {
  return [
    ...one.orderers.flatMap(({ port, adminPort, operationsPort }) => [
      port,
      adminPort,
      operationsPort,
    ]),
    ...one.peers.flatMap(({ port, operationsPort, chaincodePort }) => [
      port,
      operationsPort,
      chaincodePort,
    ]),
    ...[1, 2].flatMap((sequence) => chaincodeNodes(one, sequence).map(({ port }) => port)),
  ];
}

beforeAll(() => {
  mkdirSync(dir);
  writeConfiguration(plan, null);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('planNetwork', () => {
  it('gives every listener a port of its own within the range', () => {
    const ports = portsOf(plan);

    expect(new Set(ports).size).toBe(ports.length);
    expect(ports.every((port) => port >= 20_000 && port < 20_000 + PORTS_A_NETWORK)).toBe(true);
  });

  it('names nodes', () => {
    expect(plan.orderers.map(({ name }) => name)).toEqual(['orderer0', 'orderer1', 'orderer2']);
    expect(plan.peers.map(({ name }) => name)).toEqual([
      'peer0.operator',
      'peer0.auditor',
      'peer1.operator',
      'peer1.auditor',
    ]);
  });
});

describe('the configuration of a node', () => {
  it('listens on the loopback address only, with TLS everywhere', () => {
    const peer = readFileSync(join(networkPaths(dir).node('peer0.operator'), 'core.yaml'), 'utf8');
    const orderer = readFileSync(join(networkPaths(dir).node('orderer1'), 'orderer.yaml'), 'utf8');

    expect(`${peer}${orderer}`).not.toMatch(/0\.0\.0\.0|(?:^|\s)enabled: false\n.*cert/im);
    expect(parse(peer)).toMatchObject({
      peer: { listenAddress: '127.0.0.1:20001', tls: { enabled: true }, localMspId: 'OperatorMSP' },
      operations: { tls: { enabled: true } },
      metrics: { provider: 'disabled' },
    });
    expect(parse(orderer)).toMatchObject({
      General: { ListenAddress: '127.0.0.1', TLS: { Enabled: true } },
      Operations: { TLS: { Enabled: true } },
      Admin: { TLS: { Enabled: true, ClientAuthRequired: true } },
      Metrics: { Provider: 'disabled' },
    });
  });

  it('lies over what the user has', () => {
    const ground = join(folder, 'ground');
    mkdirSync(ground);
    writeFileSync(
      join(ground, 'core.yaml'),
      'peer: {id: jdoe, gossip: {pullInterval: 9s}}\nvm: {endpoint: unix}\n',
    );
    writeFileSync(
      join(ground, 'orderer.yaml'),
      'General: {ListenPort: 1}\nDebug: {DeliverTraceDir: x}\n',
    );

    writeConfiguration(plan, ground);
    const peer = readYaml(join(networkPaths(dir).node('peer0.auditor'), 'core.yaml'));
    const orderer = readYaml(join(networkPaths(dir).node('orderer0'), 'orderer.yaml'));

    expect(peer).toMatchObject({
      peer: { id: 'peer0.auditor', gossip: { pullInterval: '9s', reconnectInterval: '500ms' } },
      vm: { endpoint: '' },
    });
    expect(orderer).toMatchObject({
      General: { ListenPort: 20_000 },
      Debug: { DeliverTraceDir: 'x' },
    });
  });

  it('brings an external builder that can be run', () => {
    for (const name of ['detect', 'build', 'release']) {
      expect(statSync(join(networkPaths(dir).builder, 'bin', name)).mode & 0o111).toBe(0o111);
    }
  });
});

describe('the configuration of the channel', () => {
  it('has every orderer as a consenter and both organisations’ anchors', () => {
    const { Profiles } = readYaml(networkPaths(dir).configtx) as {
      readonly Profiles: { readonly Yinxin: Readonly<Record<string, unknown>> };
    };

    expect(Profiles.Yinxin).toMatchObject({
      Orderer: {
        BatchTimeout: '200ms',
        EtcdRaft: { Consenters: [{ Port: 20_000 }, { Port: 20_005 }, { Port: 20_006 }] },
        Organizations: [{ OrdererEndpoints: { length: 3 } }],
      },
      Application: {
        Organizations: [
          { ID: 'OperatorMSP', AnchorPeers: [{ Port: 20_001 }] },
          { ID: 'AuditorMSP', AnchorPeers: [{ Port: 20_002 }] },
        ],
        Policies: {
          LifecycleEndorsement: { Rule: "AND('OperatorMSP.peer', 'AuditorMSP.peer')" },
          Admins: { Rule: "AND('OperatorMSP.admin', 'AuditorMSP.admin')" },
        },
      },
    });
  });

  it('lets blocks wait as long as the network says', () => {
    const tree = channelConfiguration(planNetwork(dir, { ...plan.shape, batchTimeoutMs: 500 }));

    expect(tree).toMatchObject({ Profiles: { Yinxin: { Orderer: { BatchTimeout: '500ms' } } } });
  });
});

describe('overlay', () => {
  it('joins trees, replaces everything else, and looks at no case, as Fabric does', () => {
    expect(overlay({ a: { b: 1, c: [1, 2] }, d: null }, { A: { c: [3] }, d: { e: true } })).toEqual(
      { a: { b: 1, c: [3] }, d: { e: true } },
    );
  });
});
