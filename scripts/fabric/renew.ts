/** New certificates for every node and user, of the same authorities. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { issueIdentities } from './identities.ts';
import type { Tools } from './peerCommand.ts';
import { networkPaths } from './plan.ts';
import { bringUp, stopNetwork, type Situation } from './up.ts';

/**
 * Stops the network, issues everything anew and starts it again. Services read their new certificate when they start.
 * An interrupted run is repeated whole.
 */
export async function renewCertificates(tools: Tools, situation: Situation): Promise<void> {
  const { plan } = tools;
  await stopNetwork(plan.dir);
  issueIdentities(plan, situation.at);
  for (const { name } of plan.peers) {
    // the external builder wrote the peer's old keys there; the peer has it run again
    const built = join(networkPaths(plan.dir).node(name), 'data', 'externalbuilder', 'builds');
    rmSync(built, { recursive: true, force: true });
  }
  await bringUp(tools, situation);
}
