/** Bringing a network up, down and up again. */
import { existsSync, rmSync } from 'node:fs';
import { writeComposeEnvironment } from './composeEnvironment.ts';
import {
  approveEverywhere,
  commitDefinition,
  committedSequence,
  installChaincode,
  joinOrdererToChannel,
  joinPeerToChannel,
} from './deploy.ts';
import { NetworkFault } from './networkFault.ts';
import { allNodes, chaincodeNode, processesOf, untilHealthy } from './nodes.ts';
import type { Tools } from './peerCommand.ts';
import { chaincodeNodes, networkPaths, planNetwork } from './plan.ts';
import { copyChaincode, prepareNetwork, versionOf } from './prepare.ts';
import { untilReady } from './ready.ts';
import { adoptUpgrade } from './upgrade.ts';
import { readState, writeState, type Definition, type NetworkState } from './state.ts';

/** The world of a network's command. */
export interface Situation {
  readonly at: Date;
  /** Folder of the user's own `core.yaml` and `orderer.yaml`; null: none. */
  readonly ground: string | null;
}

/** Makes what is missing, starts what does not run, and waits until both organisations can endorse. */
export async function bringUp(tools: Tools, situation: Situation): Promise<void> {
  const state = await prepareNetwork(tools, situation);
  if (state.committed === null) await deploy(tools, state);
  else await startAll(tools, state.committed);
  await untilReady(tools);
}

/** Ends all processes; the folder stays. */
export async function stopNetwork(dir: string): Promise<void> {
  const state = readState(dir);
  if (state === null) return;
  const processes = processesOf(planNetwork(dir, state.shape));
  await Promise.all(processes.names().map((name) => processes.stop(name)));
}

/**
 * Ends all processes and removes the folder.
 *
 * @throws NetworkFault if the folder is no network's.
 */
export async function takeDown(dir: string): Promise<void> {
  if (!existsSync(dir)) return;
  if (readState(dir) === null) {
    throw new NetworkFault({
      en: `${dir} is no network's folder`,
      'zh-CN': `${dir} 不是网络目录`,
    });
  }
  await stopNetwork(dir);
  rmSync(dir, { recursive: true, force: true });
}

async function startAll(tools: Tools, { sequence }: Definition): Promise<void> {
  const processes = processesOf(tools.plan);
  const nodes = allNodes(tools, sequence);
  for (const node of nodes) processes.start(node.start);
  await Promise.all(nodes.map((node) => untilHealthy(processes, node)));
  await adoptUpgrade(tools);
}

/** The first definition: everything that can run at the same time does. */
async function deploy(tools: Tools, state: NetworkState): Promise<void> {
  const { plan } = tools;
  const processes = processesOf(plan);
  const sequence = 1;
  const code = networkPaths(plan.dir).chaincodeCode(sequence);
  const isNew = !existsSync(code);
  const definition = {
    sequence,
    version: isNew ? copyChaincode(tools, sequence) : versionOf(code),
  };
  for (const node of allNodes(tools, sequence)) processes.start(node.start);
  await Promise.all([
    ...plan.orderers.map((orderer) => joinOrdererToChannel(tools, processes, orderer)),
    ...plan.peers.map(async (peer) => {
      await joinPeerToChannel(tools, { processes, peer, isNew });
      await installChaincode(tools, peer, sequence);
    }),
    ...chaincodeNodes(plan, sequence).map((node) =>
      untilHealthy(processes, chaincodeNode(plan, node, sequence)),
    ),
  ]);
  const [peer] = plan.peers;
  const isCommitted = !isNew && peer !== undefined && (await committedSequence(tools, peer)) > 0;
  if (!isCommitted) {
    await approveEverywhere(tools, definition);
    await commitDefinition(tools, definition);
  }
  writeState(plan.dir, { ...state, committed: definition });
  writeComposeEnvironment(plan, definition);
}
