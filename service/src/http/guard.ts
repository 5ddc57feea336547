/** A route is a guard (who may, what comes in, what goes out) around one use case. */
import type { ParameterizedContext } from 'koa';
import { z } from 'zod';
import { hasRole, notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Language } from '../language.ts';
import type { PersonRole } from '../store/store.ts';
import type { Payload } from './payload.ts';
import { parseWith } from './parseWith.ts';

/** `public`: anybody; `signedIn`: anybody with a session; else one of the roles, in any organisation. */
export type Access = 'public' | 'signedIn' | readonly PersonRole[];

export type Method = 'get' | 'post' | 'put' | 'delete';

/** What a route is given, all of it checked. */
export interface Call<P, Q, B, A extends Access> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Null only on public routes: nobody is signed in. */
  readonly principal: A extends 'public' ? Principal | null : Principal;
  /** Of the session; null if nobody is signed in. */
  readonly token: string | null;
  readonly language: Language;
  /** What counts as one address for limits. */
  readonly address: string;
  /** The `Cookie` header on navigated routes; attacker-controlled. */
  readonly cookies: string;
  /** The header field as it came, for routes with {@link RouteSpec.readsAuthorization}; else null. */
  readonly authorization: string | null;
}

export type Answer =
  | { readonly status: number; readonly json: unknown; readonly headers?: Headers }
  /** `headers` name the media type. */
  | { readonly status: number; readonly bytes: Uint8Array | string; readonly headers: Headers }
  | { readonly status: 204; readonly headers?: Headers };

export type Headers = Readonly<Record<string, string>>;

/** A JSON answer by its schema, or one of another media type. */
export type AnswerShape =
  | z.ZodType
  | {
      readonly mediaTypes: readonly string[];
      /** If JSON is asked for. */ readonly json?: z.ZodType;
    }
  | null;

export interface RouteSpec<P, Q, B, A extends Access> {
  readonly method: Method;
  /** Below the base, parameters in braces: `/licences/{identifier}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: A;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly payload?: Payload<B>;
  /** Successful answers by status; null: without a body. */
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Whether `Idempotency-Key` has an effect; by default on every POST that needs a session. */
  readonly isIdempotent?: boolean;
  /** Refuses what a browser sends from another site's page, also without a cookie. */
  readonly refusesForeignOrigin?: boolean;
  /** The route judges `Authorization` itself: for the pipeline nobody is signed in. */
  readonly readsAuthorization?: boolean;
  /** With `passive=true` in the query, asking is no use of the session. */
  readonly mayBePassive?: boolean;
  /** Answers somebody whose password must be changed first, too. */
  readonly isOpenToNewPasswords?: boolean;
  /** A browser opens it by itself: it is given the cookies, and errors are pages where the browser likes these better. */
  readonly isNavigated?: boolean;
  run(call: Call<P, Q, B, A>): Promise<Answer>;
}

/** A path or query without members. */
type Nothing = Readonly<Record<string, never>>;

/** A route whose types have been forgotten, for the table of routes. */
export type Route = Omit<RouteSpec<unknown, unknown, unknown, Access>, 'run'> & {
  run(call: Call<unknown, unknown, unknown, Access>): Promise<Answer>;
};

export function defineRoute<P = Nothing, Q = Nothing, B = null, const A extends Access = Access>(
  spec: RouteSpec<P, Q, B, A>,
): Route {
  return spec; // its guard makes sure that it only ever gets what it names
}

const NOTHING = z.strictObject({});

/** @throws ServiceError `NOT_AUTHENTICATED`, `PASSWORD_CHANGE_REQUIRED`, `NOT_AUTHORISED`. */
export function requireAccess(
  { access, isOpenToNewPasswords }: Pick<Route, 'access' | 'isOpenToNewPasswords'>,
  principal: Principal | null,
): void {
  if (access === 'public') return;
  if (principal === null) throw new ServiceError('NOT_AUTHENTICATED', 'sign in first');
  if (principal.passwordUntil !== undefined && isOpenToNewPasswords !== true) {
    throw new ServiceError('PASSWORD_CHANGE_REQUIRED', 'change the password first');
  }
  if (access !== 'signedIn' && !hasRole(principal, ...access)) {
    throw notAuthorised(`one of the roles ${access.join(', ')} is needed`);
  }
}

/** @throws ServiceError `REQUEST_MALFORMED` for wrong or unknown members of path and query. */
export function readAddressed(
  route: Route,
  ctx: ParameterizedContext,
): Readonly<{ params: unknown; query: unknown }> {
  const params = ctx['params'] as Readonly<Record<string, string>>; // the router's
  return {
    params: parseWith(route.params ?? NOTHING, params, 'the path'),
    query: parseWith(route.query ?? NOTHING, queryOf(ctx), 'the query'),
  };
}

/** Empty values count as absent. */
function queryOf(ctx: ParameterizedContext): Readonly<Record<string, unknown>> {
  if (ctx.querystring === '') return {};
  return Object.fromEntries(Object.entries(ctx.query).filter(([, value]) => value !== ''));
}

/** Checks an answer against what the route says of itself. @throws Error, which nobody expects. */
export function checkAnswer(route: Route, answer: Answer): void {
  const shape = route.answers[answer.status];
  if (shape === undefined) throw new Error(`${route.path} does not name ${answer.status}`);
  if (!('json' in answer)) return;
  const schema = shape instanceof z.ZodType ? shape : shape?.json;
  if (schema === undefined) throw new Error(`${route.path} names no JSON`);
  const result = schema.safeParse(answer.json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(`${route.path} answers wrongly at /${issue?.path.join('/') ?? ''}`);
  }
}
