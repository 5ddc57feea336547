import { allNodes, processesOf } from './nodes.ts';
import type { Tools } from './peerCommand.ts';
import { readState, type Definition } from './state.ts';

/** How a network is. */
export interface NetworkStatus {
  readonly dir: string;
  readonly nodes: readonly NodeStatus[];
  /** The chaincode's definition; null before there is one. */
  readonly committed: Definition | null;
}

export interface NodeStatus {
  readonly name: string;
  readonly port: number;
  /** Null if it does not run. */
  readonly pid: number | null;
  readonly isHealthy: boolean;
  readonly log: string;
}

/** Asks every node. */
export async function readStatus(tools: Tools): Promise<NetworkStatus> {
  const { dir } = tools.plan;
  const committed = readState(dir)?.committed ?? null;
  const processes = processesOf(tools.plan);
  const nodes = await Promise.all(
    allNodes(tools, committed?.sequence ?? 1).map(async (node) => {
      const pid = processes.pid(node.name);
      const isHealthy = pid !== null && (await node.isHealthy());
      return {
        name: node.name,
        port: node.port,
        pid,
        isHealthy,
        log: processes.logFile(node.name),
      };
    }),
  );
  return { dir, nodes, committed };
}
