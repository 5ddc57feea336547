import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  encodeRequest,
  encodeUpload,
  HttpConnection,
} from '../../../scripts/bench/httpConnection.ts';
import { runLoad, type LoadOrder } from '../../../scripts/bench/load.ts';
import { readBody, type RawBody } from '../../../service/src/http/readBody.ts';

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function orderFor(port: number, changes: Partial<LoadOrder> = {}): LoadOrder {
  return {
    host: '127.0.0.1',
    port,
    connections: 4,
    warmUpSeconds: 0,
    seconds: 5,
    perSecond: null,
    isOnce: true,
    expect: { status: 200, text: 'fine' },
    ...changes,
  };
}

function requests(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    encodeRequest('localhost', {
      method: 'POST',
      path: `/${index}`,
      headers: {},
      body: Buffer.from(`body ${index}`),
    }),
  );
}

describe('a run of requests', () => {
  it('sends each once and counts the answers', async () => {
    const seen: string[] = [];
    const port = await serve((request, response) => {
      seen.push(request.url ?? '');
      response.end('fine');
    });

    const summary = await runLoad(orderFor(port), requests(40));

    expect(summary).toMatchObject({ requests: 40, errors: 0, firstError: null });
    expect(new Set(seen).size).toBe(40);
  });

  it.each([
    { name: 'another status', status: 500, text: 'fine' },
    { name: 'another text', status: 200, text: 'wrong' },
  ])('counts $name as an error and tells the first', async ({ status, text }) => {
    const port = await serve((_, response) => {
      response.statusCode = status;
      response.end(text);
    });

    const summary = await runLoad(orderFor(port), requests(3));

    expect(summary).toMatchObject({ errors: 3, firstError: `${status} ${text}` });
  });

  it('counts latencies at a fixed rate from when a request was due', async () => {
    const port = await serve((_, response) => setTimeout(() => response.end('fine'), 50));
    const order = orderFor(port, { connections: 1, perSecond: 100 });

    const summary = await runLoad(order, requests(10));

    expect(summary.p99Ms).toBeGreaterThan(300); // the tenth waits for nine of 50 ms, due every 10 ms
  });
});

describe('a connection', () => {
  it('puts answers together that come in pieces', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 8 }).write('in two');
      setTimeout(() => response.end('!!'), 20);
    });
    const connection = new HttpConnection('127.0.0.1', port);

    const answer = await connection.send(requests(1)[0]!);
    connection.close();

    expect(answer.body.toString()).toBe('in two!!');
  });

  it('uploads a file with fields as multipart/form-data', async () => {
    let received: RawBody | null = null;
    const port = await serve((request, response) => {
      void readBody(request).then((body) => {
        received = body;
        response.end('fine');
      });
    });
    const upload = encodeUpload(Uint8Array.of(0, 13, 10, 255), { typeCode: 'A' });
    const connection = new HttpConnection('127.0.0.1', port);

    await connection.send(encodeRequest('localhost', { method: 'POST', path: '/', ...upload }));
    connection.close();

    expect(received).toMatchObject({ kind: 'upload', fields: { typeCode: 'A' } });
    expect([...(received as unknown as { file: Uint8Array }).file]).toStrictEqual([0, 13, 10, 255]);
  });
});
