import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { ServiceError, type ErrorCode } from '../errors.ts';
import type { IdempotencyClaim, Store } from '../store/store.ts';
import type { Answer, Headers } from './guard.ts';

export interface IdempotencyParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'idempotency'>;
}

/** One request that carries a key. */
export interface KeyedRequest {
  readonly key: string;
  /** Names the account and the route. */
  readonly scope: string;
  /** SHA-256 over path, query and body, lower-case hex. */
  readonly requestDigest: string;
}

const LIFE_MS = 24 * 3_600_000;
const WAIT_MS = 10_000;
const ASK_AGAIN_MS = 25;

/** After these the act may yet be recorded: running the request again could do it twice. */
const MAY_HAVE_HAPPENED: readonly ErrorCode[] = [
  'LEDGER_OUTCOME_UNKNOWN',
  'LEDGER_UNAVAILABLE',
  'LEDGER_CONFLICT',
  'LEDGER_DIVERGED',
];

/** @throws ServiceError `REQUEST_MALFORMED` unless the key is 1 to 200 visible ASCII characters. */
export function readIdempotencyKey(header: string | readonly string[]): string {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new ServiceError(
    'REQUEST_MALFORMED',
    'Idempotency-Key must be 1 to 200 visible ASCII characters',
  );
}

/**
 * Runs a request once for its key; equal ones get the first one's answer, also while it is still being made.
 *
 * A request that failed may be sent again under its key, unless its act may have been recorded: then the failure stands.
 *
 * @throws ServiceError `IDEMPOTENCY_KEY_REUSED` (another request has this key), `REQUEST_IN_PROGRESS` (still running
 * after ten seconds); what `run` throws.
 */
export async function runOnce(
  parts: IdempotencyParts,
  request: KeyedRequest,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const claim: IdempotencyClaim = {
    ...request,
    expiresAt: new Date(parts.clock.now().getTime() + LIFE_MS),
  };
  const known = await claimOrAnswer(parts, claim);
  if (known !== null) return known;
  const answer = await run().catch(async (error: unknown) => {
    await release(parts, claim, error);
    throw error;
  });
  await parts.store.idempotency.complete(claim, encodeAnswer(answer));
  return answer;
}

/** @returns null: the claim is ours. */
async function claimOrAnswer(
  parts: IdempotencyParts,
  claim: IdempotencyClaim,
): Promise<Answer | null> {
  for (let waited = 0; waited < WAIT_MS; waited += ASK_AGAIN_MS) {
    const answer = await parts.store.idempotency.reserve(claim);
    if (answer.outcome === 'reserved') return null;
    if (answer.outcome === 'completed') return decodeAnswer(answer.body);
    await pause(ASK_AGAIN_MS);
  }
  throw new ServiceError('REQUEST_IN_PROGRESS', 'an equal request is still running');
}

async function release(
  parts: IdempotencyParts,
  claim: IdempotencyClaim,
  error: unknown,
): Promise<void> {
  const code = error instanceof ServiceError ? error.code : null;
  if (code !== null && MAY_HAVE_HAPPENED.includes(code)) {
    const body = JSON.stringify({ error: { code, message: (error as ServiceError).message } });
    await parts.store.idempotency.complete(claim, { status: 503, body });
  } else {
    await parts.store.idempotency.abandon(claim);
  }
}

interface KeptAnswer {
  readonly status: number;
  readonly headers?: Headers;
  readonly json?: unknown;
  /** Base64. */
  readonly bytes?: string;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

function encodeAnswer(answer: Answer): { readonly status: number; readonly body: string } {
  const kept: Record<string, unknown> = { ...answer };
  if ('bytes' in answer) kept['bytes'] = Buffer.from(answer.bytes).toString('base64');
  return { status: answer.status, body: JSON.stringify(kept) };
}

function decodeAnswer(text: string): Answer {
  const { status, headers = {}, ...kept } = JSON.parse(text) as KeptAnswer; // as encoded above
  if (kept.error !== undefined) throw new ServiceError(kept.error.code, kept.error.message);
  const again = { ...headers, 'idempotent-replay': 'true' };
  if (kept.json !== undefined) return { status, json: kept.json, headers: again };
  if (kept.bytes !== undefined) {
    return { status, bytes: Buffer.from(kept.bytes, 'base64'), headers: again };
  }
  return { status: 204, headers: again };
}
