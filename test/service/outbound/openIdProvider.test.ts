/** A provider that lies, or breaks: made by hand, for a real one does neither. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../service/src/clock.ts';
import { openIdProvider } from '../../../service/src/outbound/openIdProvider.ts';
import type { IdentityProvider } from '../../../service/src/people/identityProvider.ts';

const ATTEMPT = { state: 'a'.repeat(64), nonce: 'b'.repeat(64), codeVerifier: 'c'.repeat(64) };
const ANSWER = { state: ATTEMPT.state, code: 'one-time' };
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What the provider does wrong; nothing: it behaves. */
interface Behaviour {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly token?: (response: ServerResponse) => void;
}

let server: Server;
let issuer: string;
let behaviour: Behaviour = {};
/** Bodies that came to the token endpoint. */
let asked: URLSearchParams[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/.well-known/openid-configuration') answer(response, metadata());
    else if (path === '/jwks') answer(response, jwks());
    else if (path === '/userinfo') answer(response, { sub: 's-1', name: '张三' });
    else {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push(new URLSearchParams(body));
        if (behaviour.token === undefined) answer(response, tokens());
        else behaviour.token(response);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  behaviour = {};
  asked = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function answer(response: ServerResponse, json: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function metadata(): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    ...behaviour.metadata,
  };
}

function jwks(): object {
  return {
    keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
  };
}

function tokens(): object {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: issuer, aud: 'yinxin', sub: 's-1', nonce: ATTEMPT.nonce, iat: now, exp: now + 60 },
    ...behaviour.claims,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { alg: 'RS256', kid: 'k', ...behaviour.header };
  const signed = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), behaviour.key ?? own.privateKey);
  const idToken = `${signed}.${signature.toString('base64url')}`;
  return { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: idToken };
}

const open = (overrides: { readonly issuer?: string } = {}): IdentityProvider =>
  openIdProvider({
    ...{ issuer, clientId: 'yinxin', clientSecret: 'secret', holderCodeClaim: null },
    ...{ redirectUri: 'http://127.0.0.1:1/api/v1/sessions/oidc/callback', clock: systemClock },
    ...overrides,
  });

const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => 'fine',
    (error: unknown) => (error as { readonly code: unknown }).code,
  );

describe('openIdProvider', () => {
  it('takes whom an honest provider vouches for, with the secret of the browser’s attempt', async () => {
    const provider = open();
    const url = new URL(await provider.begin(ATTEMPT));

    expect(await provider.finish(ATTEMPT, ANSWER)).toEqual({
      ...{ issuer, subject: 's-1', name: '张三', holderCode: null },
    });
    const challenge = createHash('sha256').update(ATTEMPT.codeVerifier).digest('base64url');
    expect(url.searchParams.get('code_challenge')).toBe(challenge);
    expect(asked[0]?.get('code_verifier')).toBe(ATTEMPT.codeVerifier);
  });

  it.each<[string, Behaviour]>([
    ['for another browser’s attempt', { claims: { nonce: 'd'.repeat(64) } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['for another client', { claims: { aud: 'another' } }],
    ['in another’s name', { claims: { iss: 'https://elsewhere.example' } }],
    ['too late', { claims: { exp: 1_700_000_000 } }],
    ['for nobody', { claims: { sub: undefined } }],
    ['with another’s key', { key: other.privateKey }],
    ['without a signature', { header: { alg: 'none' } }],
    ['with a key that it does not show', { header: { kid: 'unknown' }, key: other.privateKey }],
    [
      'no more: the code was used',
      {
        token: (response) => {
          answer(response, { error: 'invalid_grant' }, 400);
        },
      },
    ],
  ])('refuses a provider that vouches %s', async (_, wrong) => {
    behaviour = wrong;

    expect(await codeOf(open().finish(ATTEMPT, ANSWER))).toBe('IDENTITY_REFUSED');
  });

  it.each([
    ['says no', { state: ATTEMPT.state, error: 'access_denied' }],
    ['belongs to another attempt', { ...ANSWER, state: 'e'.repeat(64) }],
    ['names another provider', { ...ANSWER, iss: 'https://elsewhere.example' }],
    ['holds no code', { state: ATTEMPT.state }],
  ])('refuses an answer that %s, and asks nobody', async (_, wrong) => {
    expect(await codeOf(open().finish(ATTEMPT, wrong))).toBe('IDENTITY_REFUSED');
    expect(asked).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['is broken', (response) => void response.writeHead(500).end('oops')],
    ['hangs up', (response) => void response.destroy()],
    ['sends no JSON', (response) => void response.writeHead(200).end('<html>')],
    ['never ends', (response) => void response.writeHead(200).end('x'.repeat(300_000))],
    ['sends elsewhere', (response) => void response.writeHead(302, { location: '/jwks' }).end()],
    [
      'does not know this service',
      (response) => {
        answer(response, { error: 'invalid_client' }, 401);
      },
    ],
  ])('says that a provider is out of reach that %s', async (_, token) => {
    behaviour = { token };

    expect(await codeOf(open().finish(ATTEMPT, ANSWER))).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
  });

  it('takes no provider that calls itself otherwise, and asks again', async () => {
    const provider = open();
    behaviour = { metadata: { issuer: 'https://elsewhere.example' } };
    expect(await codeOf(provider.begin(ATTEMPT))).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
    behaviour = {};

    expect(await codeOf(provider.begin(ATTEMPT))).toBe('fine');
  });

  it('sends nothing in clear to another machine', async () => {
    const provider = open({ issuer: 'http://id.example.cn' });

    expect(await codeOf(provider.begin(ATTEMPT))).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
  });
});
