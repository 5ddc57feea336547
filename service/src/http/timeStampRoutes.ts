import { MAX_REQUEST_BYTES } from '../pki/timeStamp/timeStampRequest.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { bytes } from './payload.ts';

/** The built-in time-stamping authority (RFC 3161 §3.4). */
export function timeStampRoutes({ timeStampingAuthority }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/tsa',
      summary: 'A time-stamp token (RFC 3161): by ES256 for SHA-2 digests, by SM2 for SM3',
      access: 'public',
      payload: bytes('application/timestamp-query', MAX_REQUEST_BYTES),
      answers: { 200: { mediaTypes: ['application/timestamp-reply'] } },
      isIdempotent: false,
      async run({ body }) {
        return {
          status: 200,
          bytes: await timeStampingAuthority.respond(body),
          headers: { 'content-type': 'application/timestamp-reply' },
        };
      },
    }),
  ];
}
