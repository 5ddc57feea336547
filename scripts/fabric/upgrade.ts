/** Changing over to another version of the chaincode while the network runs. */
import { existsSync, rmSync } from 'node:fs';
import { writeComposeEnvironment } from './composeEnvironment.ts';
import {
  approveEverywhere,
  commitDefinition,
  committedSequence,
  installChaincode,
} from './deploy.ts';
import { NetworkFault } from './networkFault.ts';
import { chaincodeNode, processesOf, untilHealthy, type NetworkNode } from './nodes.ts';
import type { Tools } from './peerCommand.ts';
import { chaincodeNodes, networkPaths } from './plan.ts';
import { copyChaincode, versionOf } from './prepare.ts';
import { untilReady } from './ready.ts';
import { readState, writeState, type Definition } from './state.ts';

/**
 * Starts what is built now beside what runs, lets both organisations approve and commit it, and ends the old processes when
 * every peer has changed over. Transactions endorsed before and ordered after are void and are submitted again by whoever
 * submitted them; none is lost. A run that was interrupted is taken up.
 *
 * @throws NetworkFault if there is no definition yet.
 */
export async function upgradeChaincode(tools: Tools): Promise<Definition> {
  const { plan } = tools;
  const committed = readState(plan.dir)?.committed ?? null;
  if (committed === null) {
    throw new NetworkFault({
      en: 'there is no chaincode to upgrade; scripts/network up',
      'zh-CN': '尚无可升级的链码；请先运行 scripts/network up',
    });
  }
  if (await adoptUpgrade(tools)) return upgradeChaincode(tools);
  const sequence = committed.sequence + 1;
  const definition = { sequence, version: copyChaincode(tools, sequence) };
  await startNext(tools, sequence);
  await Promise.all(plan.peers.map((peer) => installChaincode(tools, peer, sequence)));
  await approveEverywhere(tools, definition);
  await commitDefinition(tools, definition);
  await changeOver(tools, definition);
  return definition;
}

/**
 * Finishes an upgrade that was interrupted after its commit.
 *
 * @returns false if there was none.
 */
export async function adoptUpgrade(tools: Tools): Promise<boolean> {
  const { plan } = tools;
  const [peer] = plan.peers;
  const sequence = (readState(plan.dir)?.committed?.sequence ?? 0) + 1;
  const code = networkPaths(plan.dir).chaincodeCode(sequence);
  if (peer === undefined || !existsSync(code)) return false;
  if ((await committedSequence(tools, peer)) < sequence) return false;
  await startNext(tools, sequence);
  await changeOver(tools, { sequence, version: versionOf(code) });
  return true;
}

async function startNext(tools: Tools, sequence: number): Promise<void> {
  const processes = processesOf(tools.plan);
  await Promise.all(
    nextNodes(tools, sequence).map(async (node) => {
      await processes.stop(node.name); // of a run that was interrupted: its code may be older
      processes.start(node.start);
      await untilHealthy(processes, node);
    }),
  );
}

async function changeOver(tools: Tools, definition: Definition): Promise<void> {
  const { plan } = tools;
  const processes = processesOf(plan);
  const state = readState(plan.dir);
  if (state === null) throw new Error(`${plan.dir} has gone`);
  await untilReady(tools);
  for (const { name } of chaincodeNodes(plan, definition.sequence)) {
    await processes.stop(name);
    processes.rename(nextName(name), name);
  }
  writeState(plan.dir, { ...state, committed: definition });
  writeComposeEnvironment(plan, definition);
  const old = networkPaths(plan.dir).chaincodeCode(definition.sequence - 1);
  rmSync(old, { recursive: true, force: true });
}

function nextNodes({ plan }: Tools, sequence: number): readonly NetworkNode[] {
  return chaincodeNodes(plan, sequence)
    .map((node) => chaincodeNode(plan, node, sequence))
    .map((node) => {
      const name = nextName(node.name);
      return { ...node, name, start: { ...node.start, name } };
    });
}

function nextName(name: string): string {
  return `${name}.next`;
}
