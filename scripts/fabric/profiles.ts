/** Connection profiles: what a service needs to find its organisation's peers. */
import { writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { SERVICE } from './identities.ts';
import {
  CHAINCODE,
  CHANNEL,
  HOST,
  networkPaths,
  ORDERER_ORGANISATION,
  PEER_ORGANISATIONS,
  type NetworkPlan,
  type Organisation,
} from './plan.ts';

/** Writes a profile for each peer organisation. */
export function writeProfiles(plan: NetworkPlan): void {
  for (const organisation of PEER_ORGANISATIONS) {
    const file = networkPaths(plan.dir).profile(organisation);
    writeFileSync(file, `${JSON.stringify(connectionProfile(plan, organisation), null, 2)}\n`);
  }
}

/** Fabric's common connection profile; paths are relative to the profile's file. */
export function connectionProfile(plan: NetworkPlan, client: Organisation): unknown {
  const paths = networkPaths(plan.dir);
  const path = (...parts: readonly string[]): Readonly<{ path: string }> => ({
    path: relative(dirname(paths.profile(client)), join(...parts)),
  });
  const node = (port: number, organisation: Organisation): unknown => ({
    url: `grpcs://${HOST}:${port}`,
    tlsCACerts: path(paths.authority(organisation, 'tls'), 'ca.pem'),
    grpcOptions: { 'ssl-target-name-override': 'localhost' },
  });
  const msp = join(paths.user(client, SERVICE), 'msp');
  const user = {
    cert: path(msp, 'signcerts', 'certificate.pem'),
    key: path(msp, 'keystore', 'private.key'),
  };
  const peersOf = (organisation: Organisation): readonly string[] =>
    plan.peers.filter((peer) => peer.organisation === organisation).map(({ name }) => name);
  return {
    name: 'yinxin',
    version: '1.0.0',
    client: { organization: client.name },
    'x-yinxin': { organisationRoots: path(paths.trust) },
    channels: {
      [CHANNEL]: {
        peers: Object.fromEntries(plan.peers.map(({ name }) => [name, {}])),
        orderers: plan.orderers.map(({ name }) => name),
        chaincodes: [CHAINCODE],
      },
    },
    organizations: Object.fromEntries(
      PEER_ORGANISATIONS.map((one) => [
        one.name,
        {
          mspid: one.mspId,
          peers: peersOf(one),
          ...(one === client ? { users: { [SERVICE]: user } } : {}),
        },
      ]),
    ),
    orderers: Object.fromEntries(
      plan.orderers.map(({ name, port }) => [name, node(port, ORDERER_ORGANISATION)]),
    ),
    peers: Object.fromEntries(
      plan.peers.map(({ name, port, organisation }) => [name, node(port, organisation)]),
    ),
  };
}
