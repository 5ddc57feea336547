/** TimeStampReq (RFC 3161 §2.4.1): reading those of others, writing our own. */
import { ServiceError } from '../../errors.ts';
import {
  TAG,
  readBoolean,
  readChildren,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  type DerElement,
} from '../der.ts';
import { encodeBoolean, encodeDer, encodeSequence, encodeSmallInteger } from '../derEncoding.ts';
import { OID } from '../cms/cmsOids.ts';
import { readImprint, type MessageImprint } from './timeStampInfo.ts';
import type { FailureReason } from './timeStampResponse.ts';

/** A request as a time-stamping authority understands it. */
export interface TimeStampRequest {
  readonly imprint: MessageImprint;
  /** Dotted OID; null: any policy will do. */
  readonly policy: string | null;
  /** Content octets of the INTEGER; null: none. */
  readonly nonce: Uint8Array | null;
  /** Whether the token shall hold the authority's certificates. */
  readonly isCertificateWanted: boolean;
}

/** A request that gets no token, with the reason to answer. */
export interface RefusedRequest {
  readonly reason: FailureReason;
  readonly detail: string;
}

/** A plain request has about 60 bytes. */
export const MAX_REQUEST_BYTES = 4096;
const MAX_NONCE_BYTES = 64;

/** Lengths of the digests that are stamped, in bytes. */
const DIGEST_BYTES: Readonly<Record<string, number>> = {
  [OID.sha256]: 32,
  [OID.sha384]: 48,
  [OID.sha512]: 64,
  [OID.sm3]: 32,
};

/**
 * Reads a request, attacker-controlled.
 *
 * @param policies - dotted OIDs that the authority stamps under.
 * @returns what to stamp, or why not.
 */
export function readTimeStampRequest(
  der: Uint8Array,
  policies: readonly string[],
): TimeStampRequest | RefusedRequest {
  try {
    if (der.length > MAX_REQUEST_BYTES) return refused('badDataFormat', 'the request is too long');
    return readRequest(readChildren(readDer(der, TAG.sequence)), policies);
  } catch (error) {
    if (error instanceof ServiceError) return refused('badDataFormat', error.message);
    throw error;
  }
}

function readRequest(
  [version, messageImprint, ...rest]: readonly DerElement[],
  policies: readonly string[],
): TimeStampRequest | RefusedRequest {
  if (readSmallInteger(version) !== 1) return refused('badRequest', 'version 1 only');
  const imprint = readImprint(messageImprint);
  const take = (tag: number): DerElement | null =>
    rest[0]?.tag === tag ? (rest.shift() ?? null) : null;
  const policy = mapped(take(TAG.oid), readOid);
  const nonce = mapped(take(TAG.integer), readInteger);
  const isCertificateWanted = mapped(take(TAG.boolean), readBoolean) ?? false;
  const extensions = take(0xa0);
  if (rest.length > 0) return refused('badDataFormat', 'the request has members to spare');
  if (extensions !== null) return refused('unacceptedExtension', 'no extension is known');
  const request = { imprint, policy, nonce, isCertificateWanted };
  return findFault(request, policies) ?? request;
}

function mapped<T>(element: DerElement | null, read: (element: DerElement) => T): T | null {
  return element === null ? null : read(element);
}

function findFault(
  { imprint, policy, nonce }: TimeStampRequest,
  policies: readonly string[],
): RefusedRequest | null {
  const { hashAlgorithm, digest } = imprint;
  const digestBytes = DIGEST_BYTES[hashAlgorithm];
  if (digestBytes === undefined) {
    return refused('badAlg', `digest algorithm ${hashAlgorithm} is not stamped`);
  }
  if (digest.length !== digestBytes) {
    return refused('badDataFormat', `the digest has ${digest.length} bytes`);
  }
  if ((nonce?.length ?? 0) > MAX_NONCE_BYTES) return refused('badRequest', 'the nonce is too long');
  return policy === null || policies.includes(policy)
    ? null
    : refused('unacceptedPolicy', `no stamps under policy ${policy}`);
}

function refused(reason: FailureReason, detail: string): RefusedRequest {
  return { reason, detail };
}

const VERSION_1 = encodeSmallInteger(1);

/**
 * Encodes a request of our own: any policy, certificates wanted.
 *
 * @param imprint - DER MessageImprint.
 * @param nonce - content octets of a positive INTEGER in its shortest form.
 */
export function encodeTimeStampRequest(imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  return encodeSequence(VERSION_1, imprint, encodeDer(TAG.integer, nonce), encodeBoolean(true));
}
