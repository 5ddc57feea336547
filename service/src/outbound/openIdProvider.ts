import * as oidc from 'openid-client';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { isLoopback } from '../identityConfig.ts';
import type { IdentityProvider, ProvenIdentity } from '../people/identityProvider.ts';

/** What the service is to the provider. */
export interface OpenIdClient {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
  readonly holderCodeClaim: string | null;
  /** Where the browser comes back to; registered with the provider. */
  readonly redirectUri: string;
  readonly clock: Clock;
}

const TIMEOUT_SECONDS = 5;
const MAX_ANSWER_BYTES = 256 * 1024;
const KEEP_MS = 3_600_000;
/** Clocks may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 60;
const MAX_CLAIM_LENGTH = 255; // OpenID Connect Core 1.0 §2 on `sub`

/**
 * An OpenID Connect provider elsewhere: authorization code flow with PKCE, state and nonce. What it publishes of itself is
 * read when it is first needed, so that the service starts without it, and again every hour.
 */
export function openIdProvider(client: OpenIdClient): IdentityProvider {
  const configuration = configurationKeeper(client);
  return {
    issuer: client.issuer,
    async begin({ state, nonce, codeVerifier }) {
      const config = await configuration();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: client.redirectUri,
        scope: scopeOf(config),
        ...{ state, nonce },
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    async finish({ state, nonce, codeVerifier }, answer) {
      const config = await configuration();
      const url = new URL(client.redirectUri);
      url.search = new URLSearchParams(answer).toString();
      try {
        const tokens = await oidc.authorizationCodeGrant(config, url, {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier },
          idTokenExpected: true,
        });
        return await identityIn(client, config, tokens);
      } catch (error) {
        throw faultOf(error);
      }
    },
  };
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** Claims may stand in the ID token, or be asked for. */
async function identityIn(
  { issuer, holderCodeClaim }: OpenIdClient,
  config: oidc.Configuration,
  tokens: Tokens,
): Promise<ProvenIdentity> {
  const claims: Readonly<Record<string, unknown>> = tokens.claims() ?? {};
  const subject = textOf(claims['sub']);
  if (subject === null) throw new ServiceError('IDENTITY_REFUSED', 'the provider names nobody');
  const isWhole =
    claims['name'] !== undefined &&
    (holderCodeClaim === null || claims[holderCodeClaim] !== undefined);
  const more: Readonly<Record<string, unknown>> =
    isWhole || config.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : await oidc.fetchUserInfo(config, tokens.access_token, subject);
  const claim = (name: string): string | null => textOf(claims[name] ?? more[name]);
  return {
    ...{ issuer, subject, name: claim('name') },
    holderCode: holderCodeClaim === null ? null : claim(holderCodeClaim),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CLAIM_LENGTH
    ? value
    : null;
}

/** Asks for names where the provider knows such a scope. */
function scopeOf(config: oidc.Configuration): string {
  const { scopes_supported: known } = config.serverMetadata();
  return known === undefined || known.includes('profile') ? 'openid profile' : 'openid';
}

function configurationKeeper(client: OpenIdClient): () => Promise<oidc.Configuration> {
  let kept: { readonly config: Promise<oidc.Configuration>; readonly until: number } | null = null;
  return async () => {
    const now = client.clock.now().getTime();
    if (kept !== null && now < kept.until) return await kept.config;
    const config = discover(client);
    kept = { config, until: now + KEEP_MS };
    try {
      return await config;
    } catch (cause) {
      kept = null; // the next one asks again
      throw unavailable(cause);
    }
  };
}

async function discover(client: OpenIdClient): Promise<oidc.Configuration> {
  const { clientId, clientSecret } = client;
  const issuer = new URL(client.issuer);
  const config = await oidc.discovery(
    issuer,
    clientId,
    { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
    {
      timeout: TIMEOUT_SECONDS,
      execute: isLoopback(issuer) && issuer.protocol === 'http:' ? [allowHttp] : [],
      [oidc.customFetch]: fetchBounded,
    },
  );
  // the signature of an ID token counts, however it came
  oidc.enableNonRepudiationChecks(config);
  return config;
}

/** As `fetch`, but for answers without end. */
const fetchBounded: oidc.CustomFetch = async (url, options) => {
  const response = await fetch(url, { ...options, redirect: 'manual' } as RequestInit); // its members are fetch's own
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>; // of fetch: bytes
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`answered with over ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  const { status, statusText, headers } = response;
  const hasBody = ![101, 204, 205, 304].includes(status);
  return new Response(hasBody ? Buffer.concat(chunks) : null, { status, statusText, headers });
};

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; for a provider on this machine
const allowHttp = oidc.allowInsecureRequests;

/** Codes of the client library that say that no answer came, or none that can be read. */
const NO_ANSWER = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);

/** Says whose fault it is; what the provider wrote stays out. */
function faultOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof oidc.AuthorizationResponseError) return refused(error);
  if (error instanceof oidc.ResponseBodyError) {
    return error.error === 'invalid_grant' ? refused(error) : unavailable(error);
  }
  const code = error instanceof oidc.ClientError ? error.code : undefined; // none: the network's fault
  return code !== undefined && !NO_ANSWER.has(code) ? refused(error) : unavailable(error);
}

function refused(cause: unknown): ServiceError {
  return new ServiceError('IDENTITY_REFUSED', 'the identity provider does not vouch for you', {
    cause,
  });
}

function unavailable(cause: unknown): ServiceError {
  return new ServiceError(
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'the identity provider is out of reach',
    {
      cause,
      retryAfterSeconds: 30,
    },
  );
}
