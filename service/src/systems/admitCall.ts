import { hasRole, notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { ClientScope, QuotaState, SystemClient } from '../store/systems.ts';
import type { SystemParts } from './parts.ts';
import { hashOfSecret } from './secrets.ts';

/** Who calls, as HTTP knows it. */
export interface Caller {
  readonly principal: Principal;
  readonly token: string | null;
}

/** A call that is within its client's quota. */
export interface AdmittedCall {
  readonly client: SystemClient;
  readonly accountId: string;
  /** Of the token, as far as the client still has them. */
  readonly scopes: readonly ClientScope[];
  readonly quota: QuotaState;
}

/**
 * Finds the client behind a token and counts its call, in the store: several processes count together.
 *
 * @throws ServiceError `NOT_AUTHORISED` (no client's token), `QUOTA_EXCEEDED`.
 */
export async function admitCall(
  parts: Pick<SystemParts, 'clock' | 'store'>,
  caller: Caller,
  calls = 1,
): Promise<AdmittedCall> {
  const admitted = await admitIfClient(parts, caller, calls);
  if (admitted === null) throw notAuthorised('this is for clients with a token of their own');
  return admitted;
}

/** As {@link admitCall}. @returns null for who is no client: people, and systems that signed in by password. */
export async function admitIfClient(
  { clock, store }: Pick<SystemParts, 'clock' | 'store'>,
  { principal, token }: Caller,
  calls = 1,
): Promise<AdmittedCall | null> {
  const now = clock.now();
  const found = token === null ? null : await store.systems.findToken(hashOfSecret(token), now);
  const client = found === null ? null : await store.systems.find(found.clientId);
  if (found === null || client?.accountId !== principal.id) return null;
  const quota = await store.systems.countCalls(client, calls, now);
  if (!quota.isAdmitted) throw quotaExceeded(quota, calls);
  const scopes = found.scopes.filter((name) => client.terms.scopes.includes(name));
  return { client, accountId: principal.id, scopes, quota };
}

/**
 * Counts a batch of verifications that a client asks for; who is no client has neither scopes nor quota.
 *
 * @throws ServiceError `SCOPE_NOT_GRANTED`, `QUOTA_EXCEEDED`.
 */
export async function admitBatch(
  parts: Pick<SystemParts, 'clock' | 'store'>,
  caller: Caller,
  codes: number,
): Promise<void> {
  if (!hasRole(caller.principal, 'system')) return;
  const admitted = await admitIfClient(parts, caller, codes);
  if (admitted === null || admitted.scopes.includes('verify')) return;
  throw new ServiceError('SCOPE_NOT_GRANTED', 'neither client nor token have the scope verify');
}

function quotaExceeded(quota: QuotaState, calls: number): ServiceError {
  const full = quota.windows.filter(({ remaining }) => remaining < calls);
  const waits = full.map(({ resetSeconds }) => resetSeconds);
  return new ServiceError('QUOTA_EXCEEDED', 'the quota of this client is used up', {
    retryAfterSeconds: Math.max(1, ...waits),
    headers: rateLimitHeaders(quota),
  });
}

/**
 * How the quota stands, in the form of the IETF's draft on RateLimit header fields: policies with limit (`q`) and window
 * (`w`, seconds), and for each what remains (`r`) and when that changes (`t`, seconds from now).
 */
export function rateLimitHeaders({ windows }: QuotaState): Readonly<Record<string, string>> {
  const spans = { minute: 60, day: 86_400 } as const;
  return {
    'ratelimit-policy': windows
      .map(({ name, limit }) => `"${name}";q=${limit};w=${spans[name]}`)
      .join(', '),
    ratelimit: windows
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  };
}
