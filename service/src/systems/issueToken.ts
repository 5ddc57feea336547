import type { ClientScope, SystemClient } from '../store/systems.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../clock.ts';
import { hashOfSecret, makeSecret, opens } from './secrets.ts';

/** How long a token lives, seconds. */
export const TOKEN_SECONDS = 600;

/** The errors of RFC 6749 §5.2 that this grant can have. */
export type TokenFault =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope';

/** What a client sent, in the words of RFC 6749; null: it did not say. */
export interface TokenRequest {
  readonly grantType: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  /** Scopes with spaces between; null: all that the client has. */
  readonly scope: string | null;
}

export type TokenAnswer =
  | { readonly fault: TokenFault; readonly description: string }
  | { readonly token: string; readonly scopes: readonly ClientScope[] };

/**
 * Gives out an access token for a client's own credentials (RFC 6749 §4.4): a session of its account, with the scopes
 * asked for. Whether the client is unknown, disabled or has a wrong secret is not told.
 */
export async function issueToken(
  parts: Readonly<{ clock: Clock; store: Pick<Store, 'accounts' | 'systems'> }>,
  { grantType, clientId, clientSecret, scope }: TokenRequest,
): Promise<TokenAnswer> {
  if (grantType === null) return fault('invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    return fault('unsupported_grant_type', 'only client_credentials is supported');
  }
  const client = await authenticateClient(parts, clientId ?? '', clientSecret ?? '');
  if (client === null) return fault('invalid_client', 'client or secret is wrong');
  const scopes = scopesOf(client, scope);
  if (scopes === null) return fault('invalid_scope', 'a scope is unknown or not the client’s');
  const token = makeSecret();
  const createdAt = parts.clock.now();
  const expiresAt = new Date(createdAt.getTime() + TOKEN_SECONDS * 1000);
  const row = { tokenHash: hashOfSecret(token), clientId: client.id, scopes, createdAt, expiresAt };
  await parts.store.systems.addToken(row, client.accountId);
  return { token, scopes };
}

async function authenticateClient(
  { clock, store }: Readonly<{ clock: Clock; store: Pick<Store, 'accounts' | 'systems'> }>,
  id: string,
  secret: string,
): Promise<SystemClient | null> {
  const client = await store.systems.find(id);
  if (!opens(client, secret, clock.now()) || client === null) return null;
  const account = await store.accounts.find(client.accountId);
  return account === null || account.disabledAt !== null ? null : client;
}

/** @returns null for a scope that is not the client's. */
function scopesOf({ terms }: SystemClient, asked: string | null): readonly ClientScope[] | null {
  if (asked === null) return terms.scopes;
  const names = new Set(asked.split(' ').filter((name) => name !== ''));
  const scopes = terms.scopes.filter((name) => names.has(name));
  return scopes.length === names.size ? scopes : null;
}

function fault(code: TokenFault, description: string): TokenAnswer {
  return { fault: code, description };
}
