/** Token Status List: statuses of credentials as a signed, compressed bit array. */

import { deflateSync, inflateSync } from 'node:zlib';

import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { parseJws, signJws, verifyJws, type JsonObject, type JsonValue, type Jws } from './jws.ts';
import { latestEnd } from './signerPeriod.ts';
import { StatusBits, STATUS_BITS, STATUS_LIST_BYTES } from './statusBits.ts';
import type { TrustStore } from '../pki/trustStore.ts';

/** Token Status List §5.1. */
export const STATUS_LIST_TYPE = 'statuslist+jwt';

const MAX_TOKEN_LENGTH = 128 * 1024; // a list that does not compress has 44 kB, a chain of 8 certificates less

export interface StatusListInput {
  /** Where the list is published, `https://<host>/s/<n>`. */
  readonly uri: string;
  readonly bits: StatusBits;
  readonly issuedAt: Date;
  /** How long a copy may be kept before it is asked for again. */
  readonly ttlSeconds: number;
  /** Until when the list is good; cut at the end of its signer's certificate. */
  readonly expiresAt: Date;
}

/** A status list that was read, but not verified. */
export interface StatusList {
  readonly uri: string;
  readonly bits: StatusBits;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly ttlSeconds: number;
  readonly jws: Jws;
}

/** Compresses and signs a list (ES256). The same bits give the same `lst`. */
export async function signStatusList(input: StatusListInput, signer: Signer): Promise<string> {
  const expiresAt = Math.min(input.expiresAt.getTime(), latestEnd(signer).getTime());
  const lst = deflateSync(input.bits.toBytes(), { level: 9 }).toString('base64url');
  const payload = {
    sub: input.uri,
    iat: Math.floor(input.issuedAt.getTime() / 1000),
    exp: Math.floor(expiresAt / 1000),
    ttl: input.ttlSeconds,
    status_list: { bits: STATUS_BITS, lst },
  };
  return await signJws(STATUS_LIST_TYPE, payload, signer);
}

/**
 * Reads a status list token: 2 bits an entry, 2^17 entries, ZLIB.
 *
 * @param text - attacker-controlled; at most 128 KiB, and its list inflates to exactly 32 KiB.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function parseStatusList(text: string): StatusList {
  const jws = parseJws(text, STATUS_LIST_TYPE, { maxLength: MAX_TOKEN_LENGTH });
  const { sub, iat, exp, ttl, status_list: list } = jws.payload;
  if (typeof sub !== 'string' || !isObject(list) || list['bits'] !== STATUS_BITS) {
    throw malformed('members are missing or of another form');
  }
  return {
    uri: sub,
    bits: new StatusBits(inflate(list['lst'])),
    issuedAt: instant(iat),
    expiresAt: instant(exp),
    ttlSeconds: seconds(ttl),
    jws,
  };
}

/**
 * Verifies a list's signature, path (purpose `credentialSigner`, as of `at`), address and times.
 *
 * @param question - `uri` is the address that the credential names.
 * @returns the JWS's checks, then `statusList.uri` and `statusList.period`; a list past its `exp` is
 * `INDETERMINATE` / `TRY_LATER`.
 */
export function verifyStatusList(
  list: StatusList,
  question: { readonly trust: TrustStore; readonly at: Date; readonly uri: string },
): readonly Check[] {
  const { trust, at, uri } = question;
  return [
    ...verifyJws(list.jws, { trust, at, purpose: 'credentialSigner' }),
    list.uri === uri
      ? passed('statusList.uri', `it is the list ${uri}`)
      : failed('statusList.uri', 'FORMAT_FAILURE', `list ${list.uri} stands in for ${uri}`),
    at.getTime() < list.expiresAt.getTime()
      ? passed('statusList.period', `good before ${list.expiresAt.toISOString()}`)
      : indeterminate('statusList.period', 'TRY_LATER', `ended at ${list.expiresAt.toISOString()}`),
  ];
}

function inflate(lst: JsonValue | undefined): Uint8Array {
  if (typeof lst !== 'string' || !/^[A-Za-z0-9_-]+$/.test(lst)) {
    throw malformed('lst is not base64url');
  }
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: STATUS_LIST_BYTES });
  } catch (cause) {
    throw malformed('lst does not inflate', cause); // zlib's errors all speak of its input
  }
  if (bytes.length !== STATUS_LIST_BYTES) {
    throw malformed(`list has not ${STATUS_LIST_BYTES} bytes`);
  }
  return bytes;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function instant(value: JsonValue | undefined): Date {
  return new Date(seconds(value) * 1000);
}

function seconds(value: JsonValue | undefined): number {
  if (
    typeof value !== 'number' ||
    !Number.isInteger(value) ||
    value < 0 ||
    value > 253_402_300_799
  ) {
    throw malformed('a time is missing or out of range');
  }
  return value;
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a status list: ${reason}`, { cause });
}
