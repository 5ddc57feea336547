/** A peer's state, copied out while the peer runs, and a new ledger for a peer that lost its own. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installChaincode } from './deploy.ts';
import { NetworkFault } from './networkFault.ts';
import { peerNode, processesOf, untilHealthy } from './nodes.ts';
import { endorserOptions, peerCommand, type Tools } from './peerCommand.ts';
import { CHANNEL, networkPaths, type PeerNode } from './plan.ts';
import { untilReady } from './ready.ts';
import { readState } from './state.ts';
import { until } from './until.ts';

const WITHIN_MS = 300_000;

/**
 * Has a peer write a snapshot of its channel as of now, and copies it.
 *
 * @param target - a folder that does not exist yet.
 * @returns number of the last block in it.
 */
export async function takeSnapshot(tools: Tools, peer: PeerNode, target: string): Promise<number> {
  if (existsSync(target)) {
    throw new NetworkFault({ en: `${target} exists already`, 'zh-CN': `${target} 已存在` });
  }
  const folder = join(
    networkPaths(tools.plan.dir).node(peer.name),
    'snapshots',
    'completed',
    CHANNEL,
  );
  const last = (await heightOf(tools, peer)) - 1;
  const isThere = (): boolean => namesIn(folder).some((name) => Number(name) >= last);
  if (!isThere()) {
    await peerCommand(tools, peer, [
      ...['snapshot', 'submitrequest', '--channelID', CHANNEL, '--blockNumber', '0'],
      ...oneEndorser(tools, peer),
    ]);
  }
  await untilInTime(peer, isThere);
  const newest = Math.max(...namesIn(folder).map(Number));
  cpSync(join(folder, String(newest)), target, { recursive: true });
  return newest;
}

/**
 * Gives a peer a new ledger; what it had is removed.
 *
 * @param source - a snapshot: the peer has its state and the blocks after it. Null: the peer gets every block from the
 *   orderers, which services that build their index anew need.
 */
export async function restorePeer(
  tools: Tools,
  peer: PeerNode,
  source: string | null,
): Promise<void> {
  if (source !== null && !existsSync(join(source, '_snapshot_signable_metadata.json'))) {
    throw new NetworkFault({
      en: `${source} is no snapshot of a peer`,
      'zh-CN': `${source} 不是节点快照`,
    });
  }
  const { plan } = tools;
  const sequence = readState(plan.dir)?.committed?.sequence ?? 1;
  const processes = processesOf(plan);
  const folder = networkPaths(plan.dir).node(peer.name);
  await processes.stop(peer.name);
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  const node = peerNode(tools, peer);
  processes.start(node.start);
  await untilHealthy(processes, node);
  const from =
    source === null
      ? ['join', '--blockpath', networkPaths(plan.dir).channelBlock]
      : ['joinbysnapshot', '--snapshotpath', source];
  await peerCommand(tools, peer, ['channel', ...from]);
  await untilInTime(peer, () => hasChannel(tools, peer));
  await installChaincode(tools, peer, sequence);
  const others = plan.peers.filter(({ name }) => name !== peer.name);
  const heights = await Promise.all(others.map((other) => heightOf(tools, other)));
  await untilInTime(peer, async () => (await heightOf(tools, peer)) >= Math.min(...heights));
  await untilReady(tools);
}

async function hasChannel(tools: Tools, peer: PeerNode): Promise<boolean> {
  return (await peerCommand(tools, peer, ['channel', 'list'])).split('\n').includes(CHANNEL);
}

async function untilInTime(peer: PeerNode, isSo: () => boolean | Promise<boolean>): Promise<void> {
  if (await until(isSo, { withinMs: WITHIN_MS })) return;
  throw new NetworkFault({
    en: `${peer.name} has not been ready in time`,
    'zh-CN': `${peer.name} 未能按时完成`,
  });
}

/** @returns number of blocks a peer has of the channel. */
export async function heightOf(tools: Tools, peer: PeerNode): Promise<number> {
  const text = await peerCommand(tools, peer, ['channel', 'getinfo', '--channelID', CHANNEL]);
  const { height } = JSON.parse(text.slice(text.indexOf('{'))) as Readonly<{ height: number }>;
  return height;
}

function oneEndorser(tools: Tools, peer: PeerNode): readonly string[] {
  return endorserOptions(tools, [peer]).map((word) => SINGULAR[word] ?? word);
}

/** `peer snapshot` spells its options without the plural. */
const SINGULAR: Readonly<Record<string, string>> = {
  '--peerAddresses': '--peerAddress',
  '--tlsRootCertFiles': '--tlsRootCertFile',
};

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [];
}
