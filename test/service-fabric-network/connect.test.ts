import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { connect } from '../../service-fabric-network/src/connect.ts';
import type {
  ConnectionProfile,
  ProfileNode,
} from '../../service/src/ledger/fabric/connectionProfile.ts';
import type { FabricTransport } from '../../service/src/ledger/fabric/transport.ts';
import { testCity } from '../support/testCa.ts';

const PACKAGE = fileURLToPath(new URL('../../service-fabric-network/', import.meta.url));
const isInstalled = existsSync(`${PACKAGE}node_modules/fabric-network`);
const describeInstalled = isInstalled ? describe : describe.skip;
if (!isInstalled) {
  process.stderr.write(
    'SKIPPED: the connector is not installed (npm ci --prefix service-fabric-network)\n',
  );
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describeInstalled('connect, while no node can be reached', () => {
  let profile: ConnectionProfile;
  let transport: FabricTransport;

  beforeAll(async () => {
    const { rootsPem } = await testCity();
    const node = async (name: string): Promise<ProfileNode> => ({
      name,
      address: `127.0.0.1:${await freePort()}`,
      tlsRootCertificates: rootsPem,
      tlsServerName: 'localhost',
    });
    profile = {
      channel: 'yinxin',
      chaincode: 'yinxin',
      mspId: 'OperatorMSP',
      organisations: [
        { name: 'operator', mspId: 'OperatorMSP', peers: [await node('peer0.operator')] },
        { name: 'auditor', mspId: 'AuditorMSP', peers: [await node('peer0.auditor')] },
      ],
      orderers: [await node('orderer0')],
      identity: {
        certificate: rootsPem,
        privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      },
    };
    transport = await connect(profile);
  });

  afterAll(async () => {
    await transport.close();
  });

  it('is there all the same', () => {
    expect(transport).toMatchObject({
      mode: 'fabric-network',
      mspId: 'OperatorMSP',
      organisations: ['OperatorMSP', 'AuditorMSP'],
      channel: 'yinxin',
    });
  });

  it('fails in calls, and prints nothing', async () => {
    const written: string[] = [];
    const write = (text: string | Uint8Array): boolean => {
      written.push(text.toString());
      return true;
    };
    const out = jest.spyOn(process.stdout, 'write').mockImplementation(write);
    const err = jest.spyOn(process.stderr, 'write').mockImplementation(write);
    const call = { function: 'licence:read', args: [] };

    const [evaluated, endorsed, streamed] = await Promise.allSettled([
      transport.evaluate(call, 'AuditorMSP'),
      transport.endorse(call),
      transport.blocks(0, new AbortController().signal)[Symbol.asyncIterator]().next(),
    ]);
    out.mockRestore();
    err.mockRestore();

    expect(evaluated).toMatchObject({ reason: { stage: 'evaluate', grpcCode: 14 } });
    expect(endorsed).toMatchObject({ reason: { stage: 'endorse', grpcCode: 14 } });
    expect(streamed).toMatchObject({ reason: { stage: 'blocks', grpcCode: 14 } });
    expect(written).toEqual([]);
  });

  it('fails when the profile leaves nodes to be discovered', async () => {
    const [own] = profile.organisations;

    await expect(connect({ ...profile, organisations: own ? [own] : [] })).rejects.toMatchObject({
      name: 'FabricFailure',
      grpcCode: 14,
    });
  });

  it('connects no more after it was closed', async () => {
    const closed = await connect(profile);
    await closed.close();

    await expect(
      closed.evaluate({ function: 'licence:read', args: [] }, 'OperatorMSP'),
    ).rejects.toMatchObject({ stage: 'evaluate', grpcCode: 14 });
  });
});
