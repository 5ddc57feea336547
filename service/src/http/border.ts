import { randomUUID } from 'node:crypto';
import type { Middleware, ParameterizedContext } from 'koa';
import { ServiceError, type ErrorCode } from '../errors.ts';
import type { AppParts } from './parts.ts';
import { retryAfterOf, toProblem } from './problem.ts';
import { PAGE_POLICY, problemPage } from './problemPage.ts';
import { securityHeaders } from './securityHeaders.ts';

/**
 * The outermost layer: security headers, request id, errors as problems, one log line a request.
 *
 * The line names method, route pattern, status and duration: never path, query, body, or anybody.
 */
export function border(parts: Pick<AppParts, 'log' | 'metrics' | 'publicUrl'>): Middleware {
  const headers = Object.entries(securityHeaders(parts.publicUrl));
  return async (ctx, next) => {
    const begun = performance.now();
    const requestId = randomUUID();
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    ctx.res.setHeader('x-request-id', requestId);
    let code: ErrorCode | undefined;
    try {
      await next();
    } catch (error) {
      code = answerWithProblem(parts, ctx, { error, requestId });
    }
    const ms = Math.round((performance.now() - begun) * 10) / 10;
    const route = routeOf(ctx);
    const line = { method: ctx.method, route, status: ctx.status, ms };
    parts.log.info({ ...line, ...(code === undefined ? {} : { code }), requestId }, 'request');
    parts.metrics?.observe(line);
  };
}

function answerWithProblem(
  parts: Pick<AppParts, 'log'>,
  ctx: ParameterizedContext,
  { error, requestId }: Readonly<{ error: unknown; requestId: string }>,
): ErrorCode {
  const problem = toProblem(error, requestId);
  const retryAfter = retryAfterOf(error);
  if (problem.status === 500) parts.log.error({ ...traceOf(error), requestId }, 'request failed');
  else if (problem.status > 500) parts.log.warn({ ...traceOf(error), requestId }, 'out of reach');
  ctx.status = problem.status;
  if (retryAfter !== null) ctx.set('retry-after', String(retryAfter));
  if (error instanceof ServiceError) ctx.set({ ...error.headers });
  if (problem.status === 401) ctx.set('www-authenticate', 'Bearer');
  if (!ctx.req.complete) ctx.set('connection', 'close'); // what was not read is dropped
  ctx.set('cache-control', 'no-store');
  if (ctx.state['isNavigated'] === true && ctx.accepts('json', 'html') === 'html') {
    ctx.set('content-type', 'text/html; charset=utf-8');
    ctx.set('content-security-policy', PAGE_POLICY);
    ctx.body = problemPage(problem);
    return problem.code;
  }
  ctx.set('content-type', 'application/problem+json');
  ctx.body = JSON.stringify(problem);
  return problem.code;
}

/** Errors whose messages are written by us, or were cleaned of what they quoted. */
const QUOTES_NOTHING = new Set(['ServiceError', 'FabricFailure']);

/** Where it broke. Other errors' messages stay out: that of a parser quotes what it read. */
function traceOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const { code } = error as { readonly code?: unknown };
  return {
    error: error.name,
    code,
    ...(QUOTES_NOTHING.has(error.name) ? { message: error.message } : {}),
    frames: frames.slice(0, 12).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: traceOf(error.cause) }),
  };
}

/** The pattern of the route; what no route took is one thing to a reader of logs. */
function routeOf(ctx: ParameterizedContext): string {
  const matched: unknown = ctx['_matchedRoute'];
  return typeof matched === 'string' ? matched : 'none';
}
