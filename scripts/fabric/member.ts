/** What a further organisation makes for itself before it asks to join: nobody else sees its keys. */
import { existsSync, mkdirSync } from 'node:fs';
import { issueOfOrganisation, makeOrganisation } from './identities.ts';
import { NetworkFault } from './networkFault.ts';
import { writeMemberConfiguration } from './nodeConfig.ts';
import type { Organisation, PeerNode } from './plan.ts';
import type { Situation } from './up.ts';

/**
 * Fills a new folder with authorities, identities and the configuration of one peer, laid out as a network's.
 *
 * @param port - the peer's; the two after it are its operations' and its chaincode listener's.
 * @throws NetworkFault if the folder is there already.
 */
export function prepareMember(
  { dir, organisation, port }: Readonly<{ dir: string; organisation: Organisation; port: number }>,
  { at, ground }: Situation,
): void {
  if (existsSync(dir)) {
    throw new NetworkFault({ en: `${dir} exists already`, 'zh-CN': `${dir} 已存在` });
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const peer: PeerNode = {
    name: `peer0.${organisation.name}`,
    organisation,
    port,
    operationsPort: port + 1,
    chaincodePort: port + 2,
  };
  const plan = { dir, peers: [peer] };
  makeOrganisation(dir, organisation, at);
  issueOfOrganisation(plan, organisation, at);
  writeMemberConfiguration(plan, ground);
}
