/** The processes of a network: how each is started, and how one sees that it is well. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { makeChaincodePackage, packageId } from './chaincodePackage.ts';
import { doesChaincodeListen, isOrdererHealthy, isPeerHealthy } from './health.ts';
import { NetworkFault } from './networkFault.ts';
import type { Tools } from './peerCommand.ts';
import {
  CHAINCODE,
  chaincodeNodes,
  HOST,
  networkPaths,
  type ChaincodeNode,
  type NetworkPlan,
  type OrdererNode,
  type PeerNode,
} from './plan.ts';
import { openProcesses, type Processes, type ProcessStart } from './processes.ts';
import { until } from './until.ts';

/** One process of a network. */
export interface NetworkNode {
  readonly name: string;
  /** Where it listens. */
  readonly port: number;
  readonly start: ProcessStart;
  isHealthy(): Promise<boolean>;
}

const HEALTHY_WITHIN_MS = 60_000;
const ROOT = join(import.meta.dirname, '../..');
const LOG_LINES = 5;
const LOGGING = {
  FABRIC_LOGGING_SPEC: 'warning',
  FABRIC_LOGGING_FORMAT: '%{time:2006-01-02T15:04:05.000Z07:00} %{level} %{module}: %{message}',
} as const;

export function processesOf({ dir }: NetworkPlan): Processes {
  const { processes, logs } = networkPaths(dir);
  return openProcesses({ marks: processes, logs });
}

/** @param sequence - of the chaincode's definition. */
export function allNodes(tools: Tools, sequence: number): readonly NetworkNode[] {
  const { plan } = tools;
  return [
    ...plan.orderers.map((orderer) => ordererNode(tools, orderer)),
    ...plan.peers.map((peer) => peerNode(tools, peer)),
    ...chaincodeNodes(plan, sequence).map((node) => chaincodeNode(plan, node, sequence)),
  ];
}

export function ordererNode({ plan, programs }: Tools, orderer: OrdererNode): NetworkNode {
  const cwd = networkPaths(plan.dir).node(orderer.name);
  return {
    name: orderer.name,
    port: orderer.port,
    start: {
      name: orderer.name,
      program: programs.orderer,
      args: [],
      cwd,
      env: { ...LOGGING, FABRIC_CFG_PATH: cwd },
    },
    isHealthy: () => isOrdererHealthy(plan, orderer),
  };
}

export function peerNode({ plan, programs }: Tools, peer: PeerNode): NetworkNode {
  const cwd = networkPaths(plan.dir).node(peer.name);
  return {
    name: peer.name,
    port: peer.port,
    start: {
      name: peer.name,
      program: programs.peer,
      args: ['node', 'start'],
      cwd,
      env: {
        PATH: process.env['PATH'] ?? '', // of the builder's scripts
        FABRIC_CFG_PATH: cwd,
        ...LOGGING,
        CHAINCODE_CLIENT_TLS: join(cwd, 'chaincode'),
      },
    },
    isHealthy: () => isPeerHealthy(plan, peer),
  };
}

/** The code is a copy of its own, so that a build of the next version changes nothing under a running one. */
export function chaincodeNode(
  plan: NetworkPlan,
  node: ChaincodeNode,
  sequence: number,
): NetworkNode {
  const paths = networkPaths(plan.dir);
  const tls = join(paths.node(node.name), 'tls');
  const cwd = paths.chaincodeCode(sequence);
  const shim = createRequire(join(ROOT, 'chaincode', 'package.json')).resolve('fabric-shim');
  return {
    name: node.name,
    port: node.port,
    start: {
      name: node.name,
      program: process.execPath,
      args: [
        join(dirname(shim), 'cli.js'),
        'server',
        '--chaincode-address',
        `${HOST}:${node.port}`,
        '--chaincode-id',
        chaincodePackage(node, sequence).id,
        '--chaincode-tls-cert-file',
        join(tls, 'server.crt'),
        '--chaincode-tls-key-file',
        join(tls, 'server.key'),
        '--chaincode-tls-client-cacert-file',
        join(tls, 'ca.crt'),
      ],
      cwd,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: 'production',
        NODE_PATH: [join(ROOT, 'chaincode', 'node_modules'), join(ROOT, 'node_modules')].join(
          delimiter,
        ),
        CORE_CHAINCODE_LOGGING_LEVEL: 'WARNING',
        CORE_CHAINCODE_LOGGING_SHIM: 'WARNING',
      },
    },
    isHealthy: () => doesChaincodeListen(plan, node),
  };
}

/** What the organisation of a chaincode process installs. */
export function chaincodePackage(
  { port }: ChaincodeNode,
  sequence: number,
): Readonly<{ id: string; content: Uint8Array }> {
  const label = `${CHAINCODE}_${sequence}`;
  const content = makeChaincodePackage({ label, address: `${HOST}:${port}` });
  return { id: packageId(label, content), content };
}

/**
 * Waits until a node is well.
 *
 * @throws NetworkFault with the end of its log if it ends or is not well in time.
 */
export async function untilHealthy(processes: Processes, node: NetworkNode): Promise<void> {
  const { name } = node;
  const isDecided = async (): Promise<boolean> =>
    processes.pid(name) === null || (await node.isHealthy());
  const isInTime = await until(isDecided, { withinMs: HEALTHY_WITHIN_MS });
  if (isInTime && processes.pid(name) !== null) return;
  const log = processes.logFile(name);
  const end = existsSync(log)
    ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n')
    : '';
  throw new NetworkFault({
    en: `${name} is not well (port ${node.port}); its log ${log} ends with\n${end}`,
    'zh-CN': `${name} 未正常运行（端口 ${node.port}）；日志 ${log} 的末尾为\n${end}`,
  });
}
