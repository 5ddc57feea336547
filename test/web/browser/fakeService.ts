import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** One request for a verification, as it came. */
export interface Asked {
  readonly contentType: string;
  readonly language: string;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer waits for this. */
  readonly after?: Promise<void>;
}

/** A service at its public face: the built page under `/v` and one answering path of the API. */
export interface FakeService {
  readonly origin: string;
  readonly asked: Asked[];
  /** Every path that was asked for, with its query. */
  readonly paths: string[];
  /** `null`: the connection breaks. */
  reply: (asked: Asked) => Reply | null;
  close(): Promise<void>;
}

export const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
  "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'";

const DIST = join(import.meta.dirname, '../../../web/dist/page');
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
};

/** Starts it on a free port of this machine. */
export async function startFakeService(): Promise<FakeService> {
  const service: { -readonly [Key in keyof FakeService]: FakeService[Key] } = {
    origin: '',
    asked: [],
    paths: [],
    reply: () => null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    service.paths.push(path);
    const work =
      path === '/api/v1/verifications'
        ? answer(service, request, response)
        : sendFile(path, response);
    work.catch((error: unknown) => {
      response.destroy(error as Error); // only errors are thrown here
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  service.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return service;
}

async function answer(
  service: FakeService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const asked = {
    contentType: request.headers['content-type'] ?? '',
    language: request.headers['accept-language'] ?? '',
    body: Buffer.concat(chunks),
  };
  service.asked.push(asked);
  const reply = service.reply(asked);
  await reply?.after;
  if (reply === null) {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, { 'Content-Type': 'application/json', ...reply.headers });
  response.end(JSON.stringify(reply.body));
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const name = path === '/v' || path === '/v/' ? '/index.html' : path.replace(/^\/v\//, '/');
  const file = join(DIST, normalize(name));
  try {
    const bytes = await readFile(file);
    response.writeHead(200, {
      'Content-Type': MEDIA_TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end(); // the page asked for what it does not have: a test looks for that
  }
}
