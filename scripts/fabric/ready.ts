/** When a network is ready: peers that know each other, chaincode that answers, both organisations' signatures. */
import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import type { FabricTransport } from '../../service/src/ledger/fabric/transport.ts';
import { peerCommand, type Tools } from './peerCommand.ts';
import {
  CHAINCODE,
  CHANNEL,
  networkPaths,
  PEER_ORGANISATIONS,
  type Organisation,
  type PeerNode,
} from './plan.ts';
import { until } from './until.ts';

const WITHIN_MS = 60_000;
/** Reads a value that nobody wrote. */
const READ = {
  function: 'authority:read',
  args: [JSON.stringify([{ attributes: ['none'], objectType: 'none' }])],
} as const;

/**
 * Waits until every peer runs the chaincode, and services of both organisations get both organisations' endorsements.
 *
 * @throws Error of the last try if that is not in time.
 */
export async function untilReady(tools: Tools): Promise<void> {
  await Promise.all([
    ...PEER_ORGANISATIONS.map((organisation) => untilEndorsed(tools, organisation)),
    ...tools.plan.peers.map((peer) => untilQueried(tools, peer)),
  ]);
}

async function untilEndorsed({ plan }: Tools, organisation: Organisation): Promise<void> {
  const profile = await readConnectionProfile(networkPaths(plan.dir).profile(organisation));
  let transport: FabricTransport | null = null;
  try {
    await untilSucceeds(async () => {
      transport ??= await connectGateway(profile);
      await transport.endorse(READ);
    });
  } finally {
    await (transport as FabricTransport | null)?.close(); // assigned in a callback
  }
}

function untilQueried(tools: Tools, peer: PeerNode): Promise<void> {
  const call = JSON.stringify({ function: READ.function, Args: READ.args });
  const args = ['chaincode', 'query', '--channelID', CHANNEL, '--name', CHAINCODE, '--ctor', call];
  return untilSucceeds(() => peerCommand(tools, peer, args));
}

async function untilSucceeds(work: () => Promise<unknown>): Promise<void> {
  let fault: unknown;
  const hasSucceeded = async (): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      fault = error;
      return false;
    }
  };
  if (!(await until(hasSucceeded, { withinMs: WITHIN_MS }))) throw fault;
}
