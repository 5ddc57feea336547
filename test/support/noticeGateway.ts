/** A city's message gateway: a real server that keeps what it was sent and answers as a test says. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const NOTICE_SECRET = 'a secret that only the gateway and the service know';

export interface ReceivedNotice {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface NoticeGateway {
  readonly url: string;
  readonly received: ReceivedNotice[];
  /** How it answers; by default 204. */
  answer: (response: ServerResponse, place: number) => void;
  /** Resolves with the next notice. */
  next(): Promise<ReceivedNotice>;
  close(): Promise<void>;
}

export async function noticeGateway(): Promise<NoticeGateway> {
  const received: ReceivedNotice[] = [];
  const waiting: ((notice: ReceivedNotice) => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const notice = { path: request.url ?? '', headers: request.headers, text, body };
      received.push(notice);
      for (const resolve of waiting.splice(0)) resolve(notice);
      gateway.answer(response, received.length);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gateway: NoticeGateway = {
    url: `http://127.0.0.1:${port}/notices`,
    received,
    answer: (response) => void response.writeHead(204).end(),
    next: () => new Promise((resolve) => void waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return gateway;
}

/** As docs/operations.md tells gateways to check it. */
export function isGenuine(
  { headers, text }: Pick<ReceivedNotice, 'headers' | 'text'>,
  secret: string,
  now: Date,
): boolean {
  const timestamp = String(headers['x-yinxin-timestamp']);
  if (!(Math.abs(now.getTime() / 1000 - Number(timestamp)) <= 300)) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.${text}`).digest();
  const given = Buffer.from(String(headers['x-yinxin-signature']).replace('sha256=', ''), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
