/** The `peer` program as an organisation's administrator. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ADMIN } from './identities.ts';
import { NetworkFault } from './networkFault.ts';
import {
  HOST,
  networkPaths,
  ORDERER_ORGANISATION,
  type NetworkPlan,
  type PeerNode,
} from './plan.ts';
import type { Programs } from './programs.ts';

/** A network and the programs it runs with. */
export interface Tools {
  readonly plan: NetworkPlan;
  readonly programs: Programs;
}

const ENDS_WITHIN_MS = 60_000;
const run = promisify(execFile);

/**
 * Runs `peer …` as the administrator of the peer's organisation, speaking to that peer.
 *
 * @returns what it printed.
 * @throws NetworkFault with the program's own words.
 */
export async function peerCommand(
  { plan, programs }: Tools,
  peer: PeerNode,
  args: readonly string[],
): Promise<string> {
  const paths = networkPaths(plan.dir);
  try {
    const { stdout } = await run(programs.peer, args, {
      cwd: plan.dir,
      timeout: ENDS_WITHIN_MS,
      env: {
        FABRIC_CFG_PATH: paths.node(peer.name),
        CORE_PEER_MSPCONFIGPATH: join(paths.user(peer.organisation, ADMIN), 'msp'),
        FABRIC_LOGGING_SPEC: 'warning',
      },
    });
    return stdout;
  } catch (error) {
    throw programFault(`peer ${args.slice(0, 3).join(' ')} (${peer.name})`, error);
  }
}

/** Options that name the orderer and how to know it. */
export function ordererOptions({ plan }: Tools): readonly string[] {
  const [orderer] = plan.orderers;
  const roots = join(networkPaths(plan.dir).authority(ORDERER_ORGANISATION, 'tls'), 'ca.pem');
  return ['--orderer', `${HOST}:${orderer?.port ?? 0}`, '--tls', '--cafile', roots];
}

/** Options that name peers which endorse. */
export function endorserOptions({ plan }: Tools, peers: readonly PeerNode[]): readonly string[] {
  return peers.flatMap(({ name, port }) => [
    '--peerAddresses',
    `${HOST}:${port}`,
    '--tlsRootCertFiles',
    join(networkPaths(plan.dir).node(name), 'tls', 'ca.crt'),
  ]);
}

/** A program that ended with a fault, in its own last words. */
export function programFault(what: string, error: unknown): NetworkFault {
  const { stderr = '', message = '' } = error as {
    readonly stderr?: string;
    readonly message?: string;
  };
  const words = (stderr === '' ? message : stderr).trim().split('\n').slice(-3).join('\n');
  return new NetworkFault(
    { en: `${what} failed: ${words}`, 'zh-CN': `${what} 失败：${words}` },
    { cause: error },
  );
}
