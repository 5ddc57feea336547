/** From started processes to a chaincode that both organisations endorse with. Every step may have been done before. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { channelPart, joinOrderer } from './health.ts';
import { NetworkFault } from './networkFault.ts';
import { chaincodePackage, ordererNode, peerNode, untilHealthy } from './nodes.ts';
import { endorserOptions, ordererOptions, peerCommand, type Tools } from './peerCommand.ts';
import {
  CHAINCODE,
  chaincodeNodes,
  CHANNEL,
  ENDORSEMENT_POLICY,
  networkPaths,
  PEER_ORGANISATIONS,
  type ChaincodeNode,
  type OrdererNode,
  type Organisation,
  type PeerNode,
} from './plan.ts';
import type { Processes } from './processes.ts';
import type { Definition } from './state.ts';
import { until } from './until.ts';

const WITHIN_MS = 60_000;
/** Orderers that were just started answer this until they have elected one of them, which takes seconds. */
const NO_LEADER = 'no Raft leader';

/** Makes an orderer a member of the channel and waits until it takes transactions. */
export async function joinOrdererToChannel(
  tools: Tools,
  processes: Processes,
  orderer: OrdererNode,
): Promise<void> {
  const { plan } = tools;
  await untilHealthy(processes, ordererNode(tools, orderer));
  if ((await channelPart(plan, orderer)) === 'outside' && !(await joinOrderer(plan, orderer))) {
    throw notInTime(`${orderer.name} does not take the channel`, `${orderer.name} 未能加入通道`);
  }
  const isActive = async (): Promise<boolean> => (await channelPart(plan, orderer)) === 'active';
  if (!(await until(isActive, { withinMs: WITHIN_MS }))) {
    throw notInTime(`${orderer.name} does not become active`, `${orderer.name} 未能启用`);
  }
}

/** Makes a peer a member of the channel. @param isNew - whether it cannot be one yet. */
export async function joinPeerToChannel(
  tools: Tools,
  { processes, peer, isNew }: Readonly<{ processes: Processes; peer: PeerNode; isNew: boolean }>,
): Promise<void> {
  await untilHealthy(processes, peerNode(tools, peer));
  if (
    !isNew &&
    (await peerCommand(tools, peer, ['channel', 'list'])).split('\n').includes(CHANNEL)
  ) {
    return;
  }
  const { channelBlock } = networkPaths(tools.plan.dir);
  await peerCommand(tools, peer, ['channel', 'join', '--blockpath', channelBlock]);
}

/** Installs the package of the peer's organisation, unless the peer has it. */
export async function installChaincode(
  tools: Tools,
  peer: PeerNode,
  sequence: number,
): Promise<void> {
  const node = chaincodeOf(tools, peer.organisation, sequence);
  const { id, content } = chaincodePackage(node, sequence);
  const file = networkPaths(tools.plan.dir).chaincodePackage(peer.organisation, sequence);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  try {
    await peerCommand(tools, peer, ['lifecycle', 'chaincode', 'install', file]);
  } catch (error) {
    const installed = await peerCommand(tools, peer, ['lifecycle', 'chaincode', 'queryinstalled']);
    if (!installed.includes(id)) throw error;
  }
}

/** Approves at each organisation's first peer. */
export async function approveEverywhere(tools: Tools, definition: Definition): Promise<void> {
  const peers = PEER_ORGANISATIONS.map((organisation) => firstPeer(tools, organisation));
  await Promise.all(peers.map((peer) => approveDefinition(tools, peer, definition)));
}

/** Approves for the peer's organisation, as soon as orderers have a leader. Approving the same again is no fault. */
export async function approveDefinition(
  tools: Tools,
  peer: PeerNode,
  { sequence, version }: Definition,
): Promise<void> {
  const { id } = chaincodePackage(chaincodeOf(tools, peer.organisation, sequence), sequence);
  const args = [
    ...['lifecycle', 'chaincode', 'approveformyorg', '--package-id', id],
    ...definitionOptions({ sequence, version }),
    ...ordererOptions(tools),
  ];
  const tries: (Error | null)[] = [];
  const isDecided = async (): Promise<boolean> => {
    tries.push(await peerCommand(tools, peer, args).then(() => null, toError));
    return !hasMessage(tries.at(-1), NO_LEADER);
  };
  await until(isDecided, { withinMs: WITHIN_MS });
  const fault = tries.at(-1) ?? null;
  if (fault !== null && !hasMessage(fault, 'unchanged content')) throw fault;
}

/** Commits what both have approved, as soon as both peers know it, and waits until both have it. */
export async function commitDefinition(tools: Tools, definition: Definition): Promise<void> {
  const peers = PEER_ORGANISATIONS.map((organisation) => firstPeer(tools, organisation));
  const [peer] = peers;
  if (peer === undefined) return;
  const args = [
    ...['lifecycle', 'chaincode', 'commit'],
    ...definitionOptions(definition),
    ...ordererOptions(tools),
    ...endorserOptions(tools, peers),
  ];
  let fault: unknown;
  const isCommitted = async (): Promise<boolean> => {
    try {
      await peerCommand(tools, peer, args);
      return true;
    } catch (error) {
      fault = error;
      return (await committedSequence(tools, peer)) === definition.sequence;
    }
  };
  if (!(await until(isCommitted, { withinMs: WITHIN_MS }))) throw fault;
}

/** @returns 0 if the channel has no definition of the chaincode. */
export async function committedSequence(tools: Tools, peer: PeerNode): Promise<number> {
  const names = ['--channelID', CHANNEL, '--name', CHAINCODE, '--output', 'json'];
  try {
    const text = await peerCommand(tools, peer, [
      'lifecycle',
      'chaincode',
      'querycommitted',
      ...names,
    ]);
    return (JSON.parse(text) as Readonly<{ sequence: number }>).sequence;
  } catch (error) {
    if (error instanceof NetworkFault && error.message.includes('is not defined')) return 0;
    throw error;
  }
}

/** The organisation's chaincode process of one definition. */
export function chaincodeOf(
  { plan }: Tools,
  organisation: Organisation,
  sequence: number,
): ChaincodeNode {
  const found = chaincodeNodes(plan, sequence).find((node) => node.organisation === organisation);
  if (found === undefined) throw new Error(`${organisation.name} has no chaincode`);
  return found;
}

function firstPeer({ plan }: Tools, organisation: Organisation): PeerNode {
  const found = plan.peers.find((peer) => peer.organisation === organisation);
  if (found === undefined) throw new Error(`${organisation.name} has no peer`);
  return found;
}

function definitionOptions({ sequence, version }: Definition): readonly string[] {
  return [
    ...['--channelID', CHANNEL, '--name', CHAINCODE, '--version', version],
    ...['--sequence', String(sequence), '--signature-policy', ENDORSEMENT_POLICY],
  ];
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function hasMessage(error: Error | null | undefined, part: string): boolean {
  return error?.message.includes(part) === true;
}

function notInTime(en: string, chinese: string): NetworkFault {
  return new NetworkFault({ en, 'zh-CN': chinese });
}
