/** Everything a network needs before its first process starts: identities, configuration, the channel's first block. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { issueIdentities, makeOrganisations } from './identities.ts';
import { NetworkFault } from './networkFault.ts';
import { writeConfiguration } from './nodeConfig.ts';
import { programFault, type Tools } from './peerCommand.ts';
import { CHANNEL, networkPaths } from './plan.ts';
import { writeProfiles } from './profiles.ts';
import { readState, writeState, type NetworkState } from './state.ts';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/**
 * Fills a network's folder. What an interrupted run left is made anew.
 *
 * @param ground - see {@link writeConfiguration}.
 * @throws NetworkFault if the folder holds something else.
 */
export async function prepareNetwork(
  { plan, programs }: Tools,
  { at, ground }: Readonly<{ at: Date; ground: string | null }>,
): Promise<NetworkState> {
  const { dir, shape } = plan;
  const known = readState(dir);
  if (known?.isPrepared === true) return known;
  if (known === null && existsSync(dir) && readdirSync(dir).length > 0) {
    throw new NetworkFault({
      en: `${dir} is not empty and is no network's folder`,
      'zh-CN': `${dir} 非空，且不是网络目录`,
    });
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const state: NetworkState = { formatVersion: 1, shape, isPrepared: false, committed: null };
  writeState(dir, state);
  makeOrganisations(plan, at);
  issueIdentities(plan, at);
  writeConfiguration(plan, ground);
  writeProfiles(plan);
  const { configtx, channelBlock } = networkPaths(dir);
  const args = ['-profile', 'Yinxin', '-channelID', CHANNEL, '-configPath', dirname(configtx)];
  try {
    await run(programs.configtxgen, [...args, '-outputBlock', channelBlock], {
      cwd: dir,
      env: { FABRIC_LOGGING_SPEC: 'warning' },
    });
  } catch (error) {
    throw programFault('configtxgen', error);
  }
  const prepared = { ...state, isPrepared: true };
  writeState(dir, prepared);
  return prepared;
}

/**
 * Copies the built chaincode for one definition.
 *
 * @returns the definition's version: the package's, and the beginning of the digest of its code.
 * @throws NetworkFault if there is none.
 */
export function copyChaincode({ plan }: Tools, sequence: number): string {
  const source = join(ROOT, 'chaincode');
  const target = networkPaths(plan.dir).chaincodeCode(sequence);
  if (!existsSync(join(source, 'dist', 'index.js'))) {
    throw new NetworkFault({
      en: 'the chaincode is not built: npm run build',
      'zh-CN': '链码尚未构建：请运行 npm run build',
    });
  }
  const unfinished = `${target}.new`;
  for (const folder of [unfinished, target]) rmSync(folder, { recursive: true, force: true });
  for (const part of ['package.json', 'dist']) {
    cpSync(join(source, part), join(unfinished, part), { recursive: true });
  }
  renameSync(unfinished, target);
  return versionOf(target);
}

/** @param folder - of a copy of the chaincode. */
export function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Readonly<{
    version: string;
  }>;
  const digest = createHash('sha256');
  for (const file of globSync('dist/**/*.js', { cwd: folder }).sort()) {
    digest.update(`${file}\n`).update(readFileSync(join(folder, file)));
  }
  return `${version}-${digest.digest('hex').slice(0, 12)}`;
}
