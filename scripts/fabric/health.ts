/** Asking nodes how they are, over TLS. */
import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import {
  CHANNEL,
  HOST,
  networkPaths,
  ORDERER_ORGANISATION,
  type ChaincodeNode,
  type NetworkPlan,
  type OrdererNode,
  type PeerNode,
} from './plan.ts';
import { ADMIN } from './identities.ts';

/** An orderer's part in the channel. */
export type ChannelPart = 'away' | 'outside' | 'joining' | 'active';

const ANSWERS_WITHIN_MS = 2_000;
const CHANNELS = '/participation/v1/channels';

/** Whether the peer says that it is well, and listens: it says so a moment earlier. */
export async function isPeerHealthy({ dir }: NetworkPlan, peer: PeerNode): Promise<boolean> {
  const ca = readFileSync(join(networkPaths(dir).node(peer.name), 'tls', 'ca.crt'));
  const answer = await ask({ port: peer.operationsPort, path: '/healthz', ca });
  return answer?.status === 200 && (await doesListen({ port: peer.port, ca }));
}

/** Whether the orderer answers on both of its ports. */
export async function isOrdererHealthy(plan: NetworkPlan, orderer: OrdererNode): Promise<boolean> {
  const { ca } = adminOf(plan, orderer);
  const isThere = (await channelPart(plan, orderer)) !== 'away';
  return isThere && (await doesListen({ port: orderer.port, ca }));
}

/** Where an orderer stands: `away` if it does not answer, `outside` if it has not joined the channel. */
export async function channelPart(plan: NetworkPlan, orderer: OrdererNode): Promise<ChannelPart> {
  const answer = await ask({ ...adminOf(plan, orderer), path: `${CHANNELS}/${CHANNEL}` });
  if (answer === null) return 'away';
  if (answer.status === 404) return 'outside';
  if (answer.status !== 200) return 'away';
  const { status } = JSON.parse(answer.body) as Readonly<{ status?: unknown }>;
  return status === 'active' ? 'active' : 'joining';
}

/** Gives an orderer the channel's first block. */
export async function joinOrderer(plan: NetworkPlan, orderer: OrdererNode): Promise<boolean> {
  const block = readFileSync(networkPaths(plan.dir).channelBlock);
  const boundary = 'channel-block';
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="config-block"; filename="channel.block"\r\n\r\n`,
    ),
    block,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const answer = await ask(
    {
      ...adminOf(plan, orderer),
      path: CHANNELS,
      method: 'POST',
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    },
    body,
  );
  return answer?.status === 201;
}

/** Whether the chaincode's process takes connections of its organisation's peers. */
export function doesChaincodeListen({ dir }: NetworkPlan, node: ChaincodeNode): Promise<boolean> {
  const folder = join(networkPaths(dir).node(`peer0.${node.organisation.name}`), 'chaincode');
  const read = (file: string): Buffer => readFileSync(join(folder, file));
  const options = { ca: read('ca.crt'), cert: read('client.crt'), key: read('client.key') };
  return doesListen({ ...options, port: node.port });
}

/** Whether somebody with a certificate of these roots listens. */
function doesListen(
  options: Pick<ConnectionOptions, 'port' | 'ca' | 'cert' | 'key'>,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: HOST,
      servername: 'localhost',
      ALPNProtocols: ['h2'],
      timeout: ANSWERS_WITHIN_MS,
      ...options,
    });
    const end = (isListening: boolean): void => {
      if (isListening)
        socket.end(); // politely: the other side logs broken handshakes
      else socket.destroy();
      resolve(isListening);
    };
    socket.once('timeout', () => {
      end(false);
    });
    socket.once('secureConnect', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}

/** The admin port takes administrators of the orderers' organisation only. */
function adminOf({ dir }: NetworkPlan, { adminPort }: OrdererNode): RequestOptions {
  const folder = join(networkPaths(dir).user(ORDERER_ORGANISATION, ADMIN), 'tls');
  const read = (file: string): Buffer => readFileSync(join(folder, file));
  return { port: adminPort, ca: read('ca.crt'), cert: read('client.crt'), key: read('client.key') };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** @returns null if there is no answer. */
function ask(options: RequestOptions, body?: Uint8Array): Promise<Answer | null> {
  return new Promise((resolve) => {
    const asked = request(
      { host: HOST, servername: 'localhost', agent: false, timeout: ANSWERS_WITHIN_MS, ...options },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => {
          resolve(null);
        });
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => {
      resolve(null);
    });
    asked.end(body);
  });
}
