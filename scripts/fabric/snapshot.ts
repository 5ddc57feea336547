/** A peer's ledger, copied out while the peer runs, and brought back to a peer that lost it. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { committedSequence, installChaincode } from './deploy.ts';
import { NetworkFault } from './networkFault.ts';
import { peerNode, processesOf, untilHealthy } from './nodes.ts';
import { endorserOptions, peerCommand, type Tools } from './peerCommand.ts';
import { CHANNEL, networkPaths, type PeerNode } from './plan.ts';
import { untilReady } from './ready.ts';
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
  const before = new Set(namesIn(folder));
  const height = await heightOf(tools, peer);
  const isThere = (): boolean => namesIn(folder).some((name) => Number(name) >= height - 1);
  if (![...before].includes(String(height - 1))) {
    await peerCommand(tools, peer, [
      ...['snapshot', 'submitrequest', '--channelID', CHANNEL, '--blockNumber', '0'],
      ...oneEndorser(tools, peer),
    ]);
  }
  if (!(await until(isThere, { withinMs: WITHIN_MS }))) {
    throw new NetworkFault({
      en: `${peer.name} has not written its snapshot in time`,
      'zh-CN': `${peer.name} 未能按时写出快照`,
    });
  }
  const newest = Math.max(...namesIn(folder).map(Number));
  cpSync(join(folder, String(newest)), target, { recursive: true });
  return newest;
}

/** Gives a peer a new ledger from a snapshot; what it had is removed. Blocks before the snapshot stay at the other peers. */
export async function restoreSnapshot(tools: Tools, peer: PeerNode, source: string): Promise<void> {
  if (!existsSync(join(source, '_snapshot_signable_metadata.json'))) {
    throw new NetworkFault({
      en: `${source} is no snapshot of a peer`,
      'zh-CN': `${source} 不是节点快照`,
    });
  }
  const processes = processesOf(tools.plan);
  const folder = networkPaths(tools.plan.dir).node(peer.name);
  await processes.stop(peer.name);
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  const node = peerNode(tools, peer);
  processes.start(node.start);
  await untilHealthy(processes, node);
  await peerCommand(tools, peer, ['channel', 'joinbysnapshot', '--snapshotpath', source]);
  const isJoined = async (): Promise<boolean> =>
    (await peerCommand(tools, peer, ['channel', 'list'])).split('\n').includes(CHANNEL);
  if (!(await until(isJoined, { withinMs: WITHIN_MS }))) {
    throw new NetworkFault({
      en: `${peer.name} has not read the snapshot in time`,
      'zh-CN': `${peer.name} 未能按时载入快照`,
    });
  }
  await installChaincode(tools, peer, await committedSequence(tools, peer));
  await untilReady(tools);
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
