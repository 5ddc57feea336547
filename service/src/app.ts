import { join } from 'node:path';
import Router from '@koa/router';
import Koa, { type ParameterizedContext } from 'koa';
import { ServiceError } from './errors.ts';
import { border } from './http/border.ts';
import type { Route } from './http/guard.ts';
import { API_BASE, describeApi } from './http/openApi.ts';
import type { AppParts } from './http/parts.ts';
import { runRoute, takeToken, type PipelineParts } from './http/pipeline.ts';
import { createPageServer, type PageServer } from './http/pageServer.ts';
import { addressKey, createRateLimit } from './http/rateLimit.ts';
import { apiRoutes } from './http/routes.ts';
import { shortStatusListRoute } from './http/statusListRoutes.ts';

export type { AppParts } from './http/parts.ts';

/** A public address may ask this many times its rate at once. */
const BURST = 10;
/** Where the rooms of the console are; it finds its way below them by itself. */
const CONSOLE_PLACES = [
  'sign-in',
  'password',
  'window',
  'department',
  'holder',
  'audit',
  'administration',
  'kiosk',
] as const;

/**
 * Puts the HTTP face together. Listens on nothing and keeps nothing outside of the parts it is given.
 *
 * Hand it to `createApiServer`, which bounds headers and slow requests.
 */
export function createApp(parts: AppParts): Koa {
  const { clock, log, publicRate } = parts;
  const anonymousLimit =
    publicRate === null
      ? null
      : createRateLimit(clock, { capacity: publicRate * BURST, perSecond: publicRate });
  const app = new Koa();
  app.on('error', (error: unknown) => {
    const code = (error as { readonly code?: unknown } | null)?.code; // peers that hang up, mostly
    log.debug({ code }, 'answer not delivered');
  });
  app.use(border(parts));
  app.use(requireDecodablePath);
  const router = createRouter({ ...parts, anonymousLimit });
  app.use(router.routes());
  app.use((ctx) => {
    takeToken(anonymousLimit, addressKey(ctx.ip));
    throw notFound(router, ctx);
  });
  return app;
}

function createRouter(parts: PipelineParts): Router {
  const router = new Router({ strict: false });
  const routes = apiRoutes(parts);
  for (const route of routes) mount(router, parts, { ...route, base: API_BASE });
  mount(router, parts, { ...shortStatusListRoute(parts), base: '' });
  let description: string | null = null;
  router.get(`${API_BASE}/openapi.json`, (ctx) => {
    description ??= JSON.stringify(describeApi(routes));
    ctx.set('content-type', 'application/json; charset=utf-8');
    ctx.body = description;
  });
  mountHealth(router, parts);
  mountPages(router, parts);
  return router;
}

function mount(
  router: Router,
  parts: PipelineParts,
  route: Route & { readonly base: string },
): void {
  const path = route.base + route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  router[route.method](path, async (ctx) => {
    await runRoute(parts, route, ctx);
  });
}

function mountHealth(router: Router, parts: AppParts): void {
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'alive' };
  });
  router.get('/readyz', (ctx) => {
    const reasons = parts.readiness();
    ctx.status = reasons.length === 0 ? 200 : 503;
    ctx.body = { status: reasons.length === 0 ? 'ready' : 'notReady', reasons };
  });
}

/** The public page under `/v`, the console under `/`. */
function mountPages(router: Router, parts: PipelineParts): void {
  const mountAt = (path: string, serve: PageServer, fileOf: (path: string) => string): void => {
    router.get(path, async (ctx) => {
      takeToken(parts.anonymousLimit, addressKey(ctx.ip));
      await serve(ctx, fileOf(decodeURIComponent(ctx.path)));
    });
  };
  const publicPage = createPageServer(join(parts.webRoot, 'page'), 'index.html');
  mountAt('/v', publicPage, () => '');
  mountAt('/v/*path', publicPage, (path) => path.slice('/v/'.length));
  const consolePage = createPageServer(join(parts.webRoot, 'console'), 'console.html');
  mountAt('/', consolePage, () => '');
  mountAt('/assets/*path', consolePage, (path) => path.slice(1));
  for (const place of CONSOLE_PLACES) mountAt(`/${place}{/*path}`, consolePage, () => '');
}

/** A path that is not percent-encoded UTF-8 names nothing. */
async function requireDecodablePath(
  ctx: ParameterizedContext,
  next: () => Promise<void>,
): Promise<void> {
  if (ctx.path.includes('%')) {
    const path = decodeURIComponent(ctx.path); // an URIError is the client's
    if (path.includes('\0')) throw new ServiceError('REQUEST_MALFORMED', 'the path has a NUL');
  }
  await next();
}

/** @returns the error for a path that no route took: 405 if only the method is wrong. */
function notFound(router: Router, ctx: ParameterizedContext): ServiceError {
  const layers = router.match(ctx.path, ctx.method).path;
  const methods = [...new Set(layers.flatMap((layer) => layer.methods))];
  if (methods.length === 0) return new ServiceError('NOT_FOUND', 'there is nothing here');
  ctx.set('allow', methods.join(', '));
  return new ServiceError('METHOD_NOT_ALLOWED', `only ${methods.join(', ')} here`);
}
