/** A real Fabric network of its own for a test: `scripts/network` in a temporary folder, with hands on each process. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allNodes,
  processesOf,
  untilHealthy,
  type NetworkNode,
} from '../../scripts/fabric/nodes.ts';
import type { Tools } from '../../scripts/fabric/peerCommand.ts';
import {
  AUDITOR,
  HOST,
  networkPaths,
  OPERATOR,
  planNetwork,
  PORTS_A_NETWORK,
} from '../../scripts/fabric/plan.ts';
import { findPrograms } from '../../scripts/fabric/programs.ts';
import { untilReady } from '../../scripts/fabric/ready.ts';
import { readState } from '../../scripts/fabric/state.ts';
import { bringUp, stopNetwork, takeDown } from '../../scripts/fabric/up.ts';

/** Its processes by name: `orderer0`, `peer0.operator`, `peer0.auditor`, `chaincode.operator`, `chaincode.auditor`, … */
export interface TestNetwork {
  /** The network's folder. */
  readonly dir: string;
  readonly basePort: number;
  /** Connection profiles. */
  readonly profiles: Readonly<{ operator: string; auditor: string }>;
  /** Enrolment root CAs of both peer organisations, PEM. */
  readonly trust: string;
  /** Names of all processes. */
  readonly names: readonly string[];
  /** @returns null if it does not run. */
  pid(name: string): number | null;
  /** SIGKILL, and waits until it is gone. */
  kill(name: string): Promise<void>;
  /** SIGTERM, and waits until it is gone. */
  stop(name: string): Promise<void>;
  /** Starts it again and waits until it is healthy. */
  start(name: string): Promise<void>;
  /** SIGSTOP: it hangs, its connections stay open. */
  pause(name: string): void;
  /** SIGCONT. */
  resume(name: string): void;
  /** Waits until every process is healthy and both organisations endorse. */
  untilReady(): Promise<void>;
  /** Stops and starts everything. */
  restart(): Promise<void>;
  /** Ends all processes and removes the folder. */
  down(): Promise<void>;
}

export interface TestNetworkOptions {
  /** Absent: a free range. */
  readonly basePort?: number;
  readonly orderers?: 1 | 3;
  readonly peers?: 1 | 2;
}

/** Below the ports that systems give to clients. */
const FREE_PORTS = { least: 20_000, most: 32_000 } as const;

/** Whether Fabric's programs are on the PATH or in `FABRIC_BIN`. */
export function hasFabricPrograms(): boolean {
  return findPrograms(process.env).missing.length === 0;
}

/** Starts a network, chaincode committed, ready for the first act. */
export async function startNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const { orderers = 1, peers = 1 } = options;
  const basePort = options.basePort ?? (await freePorts());
  const parent = mkdtempSync(join(tmpdir(), 'fabric-'));
  const dir = join(parent, 'network');
  const tools: Tools = {
    plan: planNetwork(dir, { basePort, orderers, peers }),
    programs: findPrograms(process.env).programs,
  };
  const processes = processesOf(tools.plan);
  const endAll = (): void => {
    for (const name of processes.names()) processes.signal(name, 'SIGKILL');
  };
  process.once('exit', endAll); // a test run that is interrupted leaves nothing running
  const down = async (): Promise<void> => {
    process.removeListener('exit', endAll);
    await takeDown(dir);
    rmSync(parent, { recursive: true, force: true });
  };
  const up = (): Promise<void> => bringUp(tools, { at: new Date(), ground: null });
  try {
    await up();
  } catch (error) {
    await down();
    throw error;
  }
  const paths = networkPaths(dir);
  const nodes = (): readonly NetworkNode[] =>
    allNodes(tools, readState(dir)?.committed?.sequence ?? 1);
  const nodeOf = (name: string): NetworkNode => {
    const found = nodes().find((node) => node.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  return {
    dir,
    basePort,
    profiles: { operator: paths.profile(OPERATOR), auditor: paths.profile(AUDITOR) },
    trust: paths.trust,
    names: nodes().map(({ name }) => name),
    pid: (name) => processes.pid(nodeOf(name).name),
    kill: (name) => processes.stop(nodeOf(name).name, 'SIGKILL'),
    stop: (name) => processes.stop(nodeOf(name).name),
    async start(name) {
      const node = nodeOf(name);
      processes.start(node.start);
      await untilHealthy(processes, node);
    },
    pause: (name) => {
      processes.signal(nodeOf(name).name, 'SIGSTOP');
    },
    resume: (name) => {
      processes.signal(nodeOf(name).name, 'SIGCONT');
    },
    async untilReady() {
      await Promise.all(nodes().map((node) => untilHealthy(processes, node)));
      await untilReady(tools);
    },
    async restart() {
      await stopNetwork(dir);
      await up();
    },
    down,
  };
}

/** @returns the first of so many ports that were free a moment ago. */
/** First of a row of ports that nobody listens on, enough for a network. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const first = randomInt(FREE_PORTS.least, FREE_PORTS.most);
    const ports = Array.from({ length: PORTS_A_NETWORK }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, HOST, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
