/** What every request to a route passes, in order: who, how often, what, once. */
import { createHash } from 'node:crypto';
import type { ParameterizedContext } from 'koa';
import { ServiceError } from '../errors.ts';
import type { Language } from '../language.ts';
import { authenticate, refuseForeignOrigin, type Identity } from './authenticate.ts';
import {
  checkAnswer,
  readAddressed,
  requireAccess,
  type Answer,
  type Call,
  type Route,
} from './guard.ts';
import { readIdempotencyKey, runOnce } from './idempotency.ts';
import type { AppParts } from './parts.ts';
import { digestOfBody } from './payload.ts';
import { addressKey, type RateLimit } from './rateLimit.ts';
import { readBody, readBytes, type RawBody } from './readBody.ts';

export interface PipelineParts extends AppParts {
  /** For requests that nobody signed in for; null: no limit. */
  readonly anonymousLimit: RateLimit | null;
}

const NOBODY = { principal: null, token: null } as const;

/** Runs one request to a route. @throws ServiceError, for the border to say. */
export async function runRoute(
  parts: PipelineParts,
  route: Route,
  ctx: ParameterizedContext,
): Promise<void> {
  const address = addressKey(ctx.ip);
  ctx.state['isNavigated'] = route.isNavigated === true; // for the border
  const identity = await identify(parts, route, ctx, address);
  requireAccess(route, identity?.principal ?? null);
  const addressed = readAddressed(route, ctx);
  const raw = await readPayload(route, ctx);
  const call = {
    ...addressed,
    body: route.payload === undefined || raw === null ? null : route.payload.parse(raw),
    ...(identity ?? NOBODY),
    language: languageOf(ctx),
    address,
    cookies: route.isNavigated === true ? (ctx.req.headers.cookie ?? '') : '',
    authorization: authorizationOf(route, ctx),
  } as Call<unknown, unknown, unknown, 'public'>;
  const answer = await runMaybeOnce(parts, route, { ctx, identity, raw }, () => route.run(call));
  if (!parts.isProduction) checkAnswer(route, answer);
  send(ctx, answer);
}

/** Whoever is not signed in shares a budget with everybody else at the address; wrong tokens cost too. */
async function identify(
  parts: PipelineParts,
  route: Route,
  ctx: ParameterizedContext,
  address: string,
): Promise<Identity | null> {
  if (route.refusesForeignOrigin === true) refuseForeignOrigin(ctx.req, parts.publicUrl);
  if (route.readsAuthorization === true) {
    takeToken(parts.anonymousLimit, address);
    return null;
  }
  let identity: Identity | null = null;
  try {
    const isPassive = route.mayBePassive === true && ctx.query['passive'] === 'true';
    identity = await authenticate(parts, ctx.req, parts.publicUrl, isPassive);
  } finally {
    if (identity === null) takeToken(parts.anonymousLimit, address);
  }
  return identity;
}

function authorizationOf(route: Route, ctx: ParameterizedContext): string | null {
  return route.readsAuthorization === true ? (ctx.req.headers.authorization ?? null) : null;
}

/** @throws ServiceError `RATE_LIMITED`. */
export function takeToken(limit: RateLimit | null, address: string): void {
  const wait = limit?.take(address) ?? 0;
  if (wait > 0) {
    throw new ServiceError('RATE_LIMITED', 'too many requests from this address', {
      retryAfterSeconds: wait,
    });
  }
}

async function readPayload(route: Route, ctx: ParameterizedContext): Promise<RawBody | null> {
  if (route.method === 'get') return null;
  const bytes = route.payload?.bytes;
  return bytes === undefined ? await readBody(ctx.req) : await readBytes(ctx.req, bytes);
}

async function runMaybeOnce(
  parts: PipelineParts,
  route: Route,
  request: Readonly<{
    ctx: ParameterizedContext;
    identity: Identity | null;
    raw: RawBody | null;
  }>,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const { ctx, identity, raw } = request;
  const header = ctx.req.headers['idempotency-key'];
  const isIdempotent = route.isIdempotent ?? route.method === 'post';
  if (header === undefined || !isIdempotent || identity === null || raw === null) {
    return await run();
  }
  const key = readIdempotencyKey(header);
  const requestDigest = createHash('sha256')
    .update(`${ctx.path}\0${ctx.querystring}\0${digestOfBody(raw)}`)
    .digest('hex');
  const scope = `${identity.principal.id} ${route.method} ${route.path}`;
  return await runOnce(parts, { key, scope, requestDigest }, run);
}

/** Chinese unless the client likes English better. */
function languageOf(ctx: ParameterizedContext): Language {
  if (ctx.req.headers['accept-language'] === undefined) return 'zh-CN';
  return ctx.acceptsLanguages('zh-CN', 'zh', 'en') === 'en' ? 'en' : 'zh-CN';
}

function send(ctx: ParameterizedContext, answer: Answer): void {
  ctx.status = answer.status;
  if (answer.headers !== undefined) ctx.set({ ...answer.headers });
  if ('json' in answer) {
    ctx.set('content-type', 'application/json; charset=utf-8');
    ctx.body = Buffer.from(JSON.stringify(answer.json), 'utf8'); // Node would encode a string twice
  } else if ('bytes' in answer) {
    ctx.body = typeof answer.bytes === 'string' ? answer.bytes : Buffer.from(answer.bytes);
  }
  if (ctx.res.getHeader('cache-control') === undefined) ctx.set('cache-control', 'no-store');
}
