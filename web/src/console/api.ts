/** The public API, with the types it gives itself. */
import createClient from 'openapi-fetch';
import type { components, paths } from '../../generated/api.d.ts';
import { fetchSignedIn } from './session.ts';

/** Members of the API's answers by their name in its description. */
export type Shapes = components['schemas'];

/** A refusal by the service (RFC 9457), or `UNREACHABLE`: no answer, or one that is not the service's. */
export interface Problem {
  readonly status: number;
  readonly code: Shapes['Problem']['code'] | 'UNREACHABLE';
  /** In English, as the service said it; empty: nothing more is known. */
  readonly detail: string;
  /** To be told to whoever runs the service; null: the service never saw the request. */
  readonly requestId: string | null;
  /** Seconds to wait, if the service said so. */
  readonly retryAfterSeconds: number | null;
  /** What is wrong with single members of what was sent, by JSON pointer. */
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
}

/** `data` of a 2xx answer, or the problem. */
export type Asked<T> =
  | { readonly ok: true; readonly data: T; readonly response: Response }
  | { readonly ok: false; readonly problem: Problem };

/** `api.GET('/licences', …)`: paths, parameters, bodies and answers are checked against the API's description. */
export const api = createClient<paths>({ baseUrl: '/api/v1', fetch: fetchSignedIn });

const UNREACHABLE: Problem = {
  status: 0,
  code: 'UNREACHABLE',
  detail: '',
  requestId: null,
  retryAfterSeconds: null,
  faults: [],
};

/**
 * Waits for an answer of {@link api}. Never throws for what the service or the network does.
 *
 * @example const asked = await ask(api.GET('/me'));
 */
export async function ask<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Asked<T>> {
  try {
    const { data, error, response } = await call;
    if (response.ok) return { ok: true, data: data as T, response }; // undefined only where the answer has no body
    return { ok: false, problem: toProblem(error, response) };
  } catch {
    return { ok: false, problem: UNREACHABLE }; // no network, or not JSON
  }
}

/** Waits for a file instead of JSON: `askFile(api.GET('/licences/{identifier}/document', { …, parseAs: 'blob' }))`. */
export async function askFile(
  call: Promise<{ data?: unknown; error?: unknown; response: Response }>,
): Promise<Asked<Blob>> {
  return (await ask(call)) as Asked<Blob>; // `parseAs: 'blob'` says so; the description knows JSON only
}

function toProblem(error: unknown, response: Response): Problem {
  const body = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Shapes['Problem']
  >; // the service's own, or anything: absent members are looked after
  if (body.code === undefined) return { ...UNREACHABLE, status: response.status };
  const retryAfter = response.headers.get('Retry-After') ?? '';
  return {
    status: response.status,
    code: body.code,
    detail: body.detail ?? '',
    requestId: body.requestId ?? null,
    retryAfterSeconds: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null,
    faults: body.faults ?? [],
  };
}
