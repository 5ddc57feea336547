import { z } from 'zod';
import {
  issueToken,
  TOKEN_SECONDS,
  type TokenFault,
  type TokenRequest,
} from '../systems/issueToken.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { urlEncoded } from './payload.ts';

const MAX_LENGTH = 1024;

const tokenForm = z.strictObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  scope: z.string().optional(),
});

const tokenShape = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    scope: z.string(),
  })
  .meta({ id: 'ClientToken', description: 'RFC 6749 §5.1' });

const faultShape = z
  .strictObject({
    error: z.enum([
      ...(['invalid_request', 'invalid_client', 'unauthorized_client'] as const),
      ...(['unsupported_grant_type', 'invalid_scope'] as const),
    ]),
    error_description: z.string(),
  })
  .meta({ id: 'TokenFault', description: 'RFC 6749 §5.2' });

const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' } as const; // RFC 6749 §5.1

/** Access tokens of other systems: RFC 6749 §4.4, client credentials. */
export function tokenRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/oauth/token',
      summary: 'A short-lived token for a client’s own credentials, by HTTP Basic or in the form',
      access: 'public',
      readsAuthorization: true,
      payload: urlEncoded(tokenForm),
      answers: { 200: tokenShape, 400: faultShape, 401: faultShape },
      async run({ body, authorization }) {
        const request = readRequest(body, authorization);
        if ('fault' in request) return faultAnswer(request.fault, request.description);
        const answer = await issueToken(parts, request);
        if ('fault' in answer) return faultAnswer(answer.fault, answer.description);
        return {
          status: 200,
          json: {
            ...{ access_token: answer.token, token_type: 'Bearer', expires_in: TOKEN_SECONDS },
            scope: answer.scopes.join(' '),
          },
          headers: NOT_KEPT,
        };
      },
    }),
  ];
}

interface Faulty {
  readonly fault: TokenFault;
  readonly description: string;
}

/** Reads a form and header as they came. Parameters without a value count as left out, none may be there twice (§3.2). */
function readRequest(
  pairs: readonly (readonly [string, string])[],
  authorization: string | null,
): TokenRequest | Faulty {
  const given = pairs.filter(([, value]) => value !== '');
  const form = new Map(given);
  if (form.size < given.length) return malformed('a parameter is there twice');
  if (given.some(([, value]) => value.length > MAX_LENGTH)) return malformed('is too long');
  const grantType = form.get('grant_type') ?? null;
  if (grantType === null) return malformed('grant_type is missing');
  const credentials = readCredentials(form, authorization);
  return 'fault' in credentials
    ? credentials
    : { ...credentials, grantType, scope: form.get('scope') ?? null };
}

type Credentials = Pick<TokenRequest, 'clientId' | 'clientSecret'>;

/** By header or by form, not by both (RFC 6749 §2.3). */
function readCredentials(
  form: ReadonlyMap<string, string>,
  authorization: string | null,
): Credentials | Faulty {
  const clientId = form.get('client_id') ?? null;
  const clientSecret = form.get('client_secret') ?? null;
  if (authorization === null) return { clientId, clientSecret };
  const basic = readBasic(authorization);
  if (basic === null) return { fault: 'invalid_client', description: 'HTTP Basic is expected' };
  const isOther = clientId !== null && clientId !== basic.clientId;
  if (clientSecret !== null || isOther) return malformed('one way to authenticate, not two');
  return basic;
}

function malformed(description: string): Faulty {
  return { fault: 'invalid_request', description };
}

/** Both parts are form-encoded before they are joined (RFC 6749 §2.3.1). */
function readBasic(authorization: string): Credentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,2048})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const clientId = formDecoded(text.slice(0, colon));
  const clientSecret = formDecoded(text.slice(colon + 1));
  return clientId === null || clientSecret === null ? null : { clientId, clientSecret };
}

function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

function faultAnswer(error: TokenFault, description: string): Answer {
  const isClient = error === 'invalid_client';
  return {
    status: isClient ? 401 : 400,
    json: { error, error_description: description },
    headers: { ...NOT_KEPT, ...(isClient ? { 'www-authenticate': 'Basic realm="yinxin"' } : {}) },
  };
}
