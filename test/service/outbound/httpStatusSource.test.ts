import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHttpStatusSource } from '../../../service/src/outbound/httpStatusSource.ts';

const seen: string[] = [];
const server = createServer((request, response) => {
  seen.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? ''}`);
  answer(request, response);
});
let origin: string;
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/list.crl': (_, response) => response.end(Buffer.from([1, 2, 3])),
  '/ocsp': (request, response) => request.pipe(response),
  '/huge': (_, response) => response.write(Buffer.alloc(2000)), // and no end
  '/announced': (_, response) => response.writeHead(200, { 'content-length': 1e12 }).write('x'),
  '/moved': (_, response) => response.writeHead(302, { location: `${origin}/list.crl` }).end(),
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('123');
    setTimeout(() => response.destroy(), 10);
  },
  '/slow': () => undefined,
  '/drip': (_, response) => setInterval(() => response.write('.'), 20).unref(),
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const known = ANSWERS[request.url ?? ''];
  if (known === undefined) response.writeHead(404).end();
  else known(request, response);
}

const near = createHttpStatusSource({ allowsPrivate: true, timeoutMs: 1000, maxBytes: 1000 });
const far = createHttpStatusSource({ allowsPrivate: false, timeoutMs: 1000 });

describe('createHttpStatusSource', () => {
  it('fetches lists and asks responders', async () => {
    expect(await near.fetchCrl(`${origin}/list.crl`)).toEqual(Uint8Array.of(1, 2, 3));
    expect(await near.askResponder(`${origin}/ocsp`, Uint8Array.of(4))).toEqual(Uint8Array.of(4));
    expect(seen.slice(-2)).toEqual(['GET /list.crl ', 'POST /ocsp application/ocsp-request']);
  });

  it.each(['huge', 'announced', 'moved', 'cut', 'slow', 'drip', 'missing'])(
    'gives up on what is %s',
    async (path) => {
      await expect(near.fetchCrl(`${origin}/${path}`)).rejects.toThrow();
    },
  );

  it('goes to no redirection', async () => {
    const before = seen.length;
    await expect(near.fetchCrl(`${origin}/moved`)).rejects.toThrow('302');
    expect(seen).toHaveLength(before + 1);
  });

  it('takes http and https only, and no credentials', async () => {
    await expect(near.fetchCrl('file:///etc/passwd')).rejects.toThrow('only http');
    await expect(near.fetchCrl('ftp://127.0.0.1/x')).rejects.toThrow('only http');
    await expect(near.fetchCrl(`http://a:b@127.0.0.1:${port}/x`)).rejects.toThrow('credentials');
  });

  it.each([
    '127.0.0.1',
    'localhost',
    '0x7f.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[fc00::1]',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
  ])('does not ask %s unless that is allowed', async (host) => {
    const before = seen.length;
    await expect(far.fetchCrl(`http://${host}:${port}/list.crl`)).rejects.toThrow(
      'addresses of this kind are not asked',
    );
    expect(seen).toHaveLength(before);
  });

  it.each([
    '0.0.0.0',
    '[::]',
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '224.0.0.1',
  ])('never asks %s', async (host) => {
    await expect(near.fetchCrl(`http://${host}:${port}/list.crl`)).rejects.toThrow(
      'addresses of this kind are not asked',
    );
  });
});
