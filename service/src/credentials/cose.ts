/** COSE_Sign1, tagged (RFC 9052 §4.2), with ES256 and SM2. */

import { ServiceError } from '../errors.ts';
import type { SignatureAlgorithm } from '../keys/signer.ts';
import { CborTag, decodeCbor, encodeCbor, type CborMap, type CborValue } from './cbor.ts';

const COSE_SIGN1_TAG = 18; // RFC 9052 §4.2
const SIGNATURE_BYTES = 64;

/** Header parameters we read and write. */
export const COSE_HEADER = {
  algorithm: 1, // RFC 9052 §3.1
  critical: 2, // RFC 9052 §3.1
  keyIdentifier: 4, // RFC 9052 §3.1
  type: 16, // RFC 9596 §2
} as const;

/** Algorithm identifiers. No value is registered for SM2 with SM3; −70001 lies in the range for private use. */
export const COSE_ALGORITHM: Readonly<Record<SignatureAlgorithm, number>> = {
  ES256: -7, // RFC 9053 §2.1
  SM2: -70001,
};

/** A parsed COSE_Sign1. Only what is in `protectedHeader` and `payload` is signed. */
export interface Sign1 {
  readonly algorithm: SignatureAlgorithm;
  /** The protected header as it came: the signature is over these bytes. */
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: CborMap;
  readonly unprotectedHeader: CborMap;
  readonly payload: Uint8Array;
  /** r‖s, 64 bytes. */
  readonly signature: Uint8Array;
}

/** What a message holds before it is signed. */
export interface Sign1Content {
  readonly protectedBytes: Uint8Array;
  readonly payload: Uint8Array;
}

/** The bytes to sign: `Sig_structure` with context `Signature1` (RFC 9052 §4.4). */
export function sign1ToBeSigned(
  content: Sign1Content,
  externalAad: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return encodeCbor(['Signature1', content.protectedBytes, externalAad, content.payload]);
}

/** Joins content and signature value (r‖s, 64 bytes) to a tagged message with an empty unprotected header. */
export function encodeSign1(content: Sign1Content, signature: Uint8Array): Uint8Array {
  if (signature.length !== SIGNATURE_BYTES) {
    throw new ServiceError('INTERNAL', 'a signature value has 64 bytes');
  }
  return encodeCbor(
    new CborTag(COSE_SIGN1_TAG, [
      content.protectedBytes,
      new Map(),
      content.payload,
      Uint8Array.from(signature),
    ]),
  );
}

/** Encodes a protected header with the algorithm in it. */
export function encodeProtectedHeader(
  algorithm: SignatureAlgorithm,
  parameters: ReadonlyMap<number, CborValue> = new Map(),
): Uint8Array {
  return encodeCbor(new Map([[COSE_HEADER.algorithm, COSE_ALGORITHM[algorithm]], ...parameters]));
}

/**
 * Reads a tagged COSE_Sign1. Header maps must be deterministic CBOR; the payload is left unread.
 *
 * Stricter than RFC 9052: the algorithm must be in the protected header (an unprotected one could be exchanged), a
 * parameter may not stand in both headers, an empty protected header and a detached payload are refused, and so is
 * every critical parameter, because none is understood here (§3.1).
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED` for anything but a COSE_Sign1 with ES256 or SM2.
 */
export function parseSign1(bytes: Uint8Array): Sign1 {
  const { protectedBytes, unprotectedHeader, payload, signature } = parseParts(decodeCbor(bytes));
  const protectedHeader = decodeCbor(protectedBytes);
  if (!(protectedHeader instanceof Map)) {
    throw malformed('protected header is no map');
  }
  const header = protectedHeader as CborMap; // decodeCbor makes no other maps
  if (header.has(COSE_HEADER.critical) || unprotectedHeader.has(COSE_HEADER.critical)) {
    throw malformed('critical header parameters are not understood');
  }
  if ([...header.keys()].some((label) => unprotectedHeader.has(label))) {
    throw malformed('header parameter is both protected and unprotected');
  }
  const algorithm = algorithmOf(header.get(COSE_HEADER.algorithm));
  return {
    algorithm,
    protectedBytes,
    protectedHeader: header,
    unprotectedHeader,
    payload,
    signature,
  };
}

function parseParts(
  value: CborValue,
): Pick<Sign1, 'protectedBytes' | 'unprotectedHeader' | 'payload' | 'signature'> {
  if (!(value instanceof CborTag) || value.tag !== COSE_SIGN1_TAG || !Array.isArray(value.value)) {
    throw malformed('not a tagged array');
  }
  const parts = value.value as readonly CborValue[]; // Array.isArray forgets the member type
  const [protectedBytes, unprotectedHeader, payload, signature] = parts;
  if (
    parts.length !== 4 ||
    !(protectedBytes instanceof Uint8Array) ||
    !(unprotectedHeader instanceof Map) ||
    !(payload instanceof Uint8Array) ||
    !(signature instanceof Uint8Array)
  ) {
    throw malformed('members are not of the types of RFC 9052 §4.2');
  }
  if (signature.length !== SIGNATURE_BYTES) {
    throw malformed('signature value has not 64 bytes');
  }
  return { protectedBytes, unprotectedHeader: unprotectedHeader as CborMap, payload, signature };
}

function algorithmOf(value: CborValue | undefined): SignatureAlgorithm {
  for (const algorithm of ['ES256', 'SM2'] as const) {
    if (value === COSE_ALGORITHM[algorithm]) {
      return algorithm;
    }
  }
  throw malformed('protected header names no algorithm of ES256 and SM2');
}

function malformed(reason: string): ServiceError {
  return new ServiceError('CODE_MALFORMED', `not a COSE_Sign1: ${reason}`);
}
