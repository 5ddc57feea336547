/** The chaincode as a process, as `scripts/network` deploys it, but without Fabric: the test is the peer. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Client } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueIdentities, makeOrganisations } from '../../../scripts/fabric/identities.ts';
import { doesChaincodeListen } from '../../../scripts/fabric/health.ts';
import {
  chaincodeNode,
  chaincodePackage,
  processesOf,
  untilHealthy,
} from '../../../scripts/fabric/nodes.ts';
import {
  chaincodeNodes,
  DEFAULT_SHAPE,
  HOST,
  networkPaths,
  planNetwork,
  type NetworkPlan,
} from '../../../scripts/fabric/plan.ts';
import { copyChaincode } from '../../../scripts/fabric/prepare.ts';

const SEQUENCE = 1;
const dir = mkdtempSync(join(tmpdir(), 'chaincode-'));
let plan: NetworkPlan;
let address: string;

/** @returns a base port with which the chaincode of the operator has a free one. */
async function freeBasePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's
  await new Promise((resolve) => server.close(resolve));
  const [node] = chaincodeNodes(planNetwork(dir, { ...DEFAULT_SHAPE, basePort: 0 }), SEQUENCE);
  return port - (node?.port ?? 0);
}

function operatorNode(): ReturnType<typeof chaincodeNodes>[number] {
  const [node] = chaincodeNodes(plan, SEQUENCE);
  if (node === undefined) throw new Error('there is no chaincode of the operator');
  return node;
}

/** Opens the stream of a peer, and closes it after the first message. */
function connectAsPeer(
  channelCredentials: ReturnType<typeof credentials.createSsl>,
): Promise<Buffer> {
  const client = new Client(address, channelCredentials, {
    'grpc.ssl_target_name_override': 'localhost',
  });
  const whole = (bytes: Buffer): Buffer => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    const stream = client.makeBidiStreamRequest('/protos.Chaincode/Connect', whole, whole);
    stream.once('data', resolve);
    stream.on('error', reject);
  }).finally(() => {
    client.close();
  });
}

function readTls(node: string, part: string, name: string): Buffer {
  return readFileSync(join(networkPaths(dir).node(node), part, name));
}

beforeAll(async () => {
  plan = planNetwork(dir, { ...DEFAULT_SHAPE, basePort: await freeBasePort() });
  makeOrganisations(plan, new Date());
  issueIdentities(plan, new Date());
  copyChaincode({ plan, programs: { peer: '', orderer: '', configtxgen: '' } }, SEQUENCE);
  const processes = processesOf(plan);
  const node = chaincodeNode(plan, operatorNode(), SEQUENCE);
  address = `${HOST}:${node.port}`;
  processes.start(node.start);
  await untilHealthy(processes, node);
});

afterAll(async () => {
  await processesOf(plan).stop('chaincode.operator');
  rmSync(dir, { recursive: true });
});

describe('the chaincode’s process', () => {
  it('registers with a peer of its organisation by its package id', async () => {
    const [ca, key, cert] = ['ca.crt', 'client.key', 'client.crt'].map((name) =>
      readTls('peer0.operator', 'chaincode', name),
    );

    const bytes = await connectAsPeer(credentials.createSsl(ca, key, cert));
    const message = peer.ChaincodeMessage.deserializeBinary(bytes);
    const id = peer.ChaincodeID.deserializeBinary(message.getPayload_asU8());

    expect(message.getType()).toBe(peer.ChaincodeMessage.Type.REGISTER);
    expect(id.getName()).toBe(chaincodePackage(operatorNode(), SEQUENCE).id);
  });

  it('takes no peer of another organisation', async () => {
    const ca = readTls('peer0.operator', 'chaincode', 'ca.crt');
    const [key, cert] = ['client.key', 'client.crt'].map((name) =>
      readTls('peer0.auditor', 'chaincode', name),
    );

    await expect(connectAsPeer(credentials.createSsl(ca, key, cert))).rejects.toThrow();
  });

  it('takes nobody without a certificate, and nobody without TLS', async () => {
    const ca = readTls('peer0.operator', 'chaincode', 'ca.crt');

    await expect(connectAsPeer(credentials.createSsl(ca))).rejects.toThrow();
    await expect(connectAsPeer(credentials.createInsecure())).rejects.toThrow();
  });

  it('runs a copy of the code, so that a build changes nothing under it', () => {
    expect(existsSync(join(networkPaths(dir).chaincodeCode(SEQUENCE), 'dist', 'index.js'))).toBe(
      true,
    );
  });

  it('is away when it has ended', async () => {
    const processes = processesOf(plan);

    await processes.stop('chaincode.operator');

    expect(await doesChaincodeListen(plan, operatorNode())).toBe(false);
  });
});
