import { createServer, type Server } from 'node:http';
import type Koa from 'koa';

/** Makes the server for an app, with bounds on what a slow or greedy peer can hold. Call `listen` on it. */
export function createApiServer(app: Pick<Koa, 'callback'>): Server {
  const handle = app.callback();
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 15_000, requestTimeout: 120_000 },
    (request, response) => void handle(request, response),
  );
  server.keepAliveTimeout = 65_000; // longer than load balancers keep theirs
  server.maxHeadersCount = 100;
  return server;
}
