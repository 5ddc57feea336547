/** COSE_Sign1, tagged (RFC 9052 §4.2), as codes hold it: one protected header of alg, kid and typ, nothing beside it. */
import { MalformedError, toHex, type Bytes } from './bytes.ts';
import { decodeCbor, encodeSignatureInput, type CborMap, type CborValue } from './cbor.ts';

const SIGN1_TAG = 18;
const HEADER = { algorithm: 1, keyIdentifier: 4, type: 16 } as const;
const CWT_TYPE = 61; // CoAP content format of application/cwt
const ALGORITHMS: readonly (readonly [number, 'ES256' | 'SM2'])[] = [
  [-7, 'ES256'],
  [-70001, 'SM2'],
];

/** A message that was read, but not verified. */
export interface Sign1 {
  /** First 8 bytes of SHA-256 of the signer's certificate, lower-case hex. */
  readonly keyIdentifier: string;
  readonly algorithm: 'ES256' | 'SM2';
  readonly toBeSigned: Bytes;
  /** r‖s, 64 bytes. */
  readonly signature: Bytes;
}

/**
 * Reads a message and the CBOR in it.
 *
 * @param bytes - attacker-controlled.
 * @throws MalformedError `CODE_MALFORMED`.
 */
export function parseSign1(bytes: Bytes): Readonly<{ sign1: Sign1; claims: CborValue }> {
  const [protectedBytes, unprotected, payload, signature] = readParts(decodeCbor(bytes));
  if (!isMap(unprotected) || unprotected.size !== 0) throw malformed('a header is not protected');
  if (!isBytes(protectedBytes) || !isBytes(payload) || !isBytes(signature)) {
    throw malformed('members are not of the types of RFC 9052 §4.2');
  }
  if (signature.length !== 64) throw malformed('signature value has not 64 bytes');
  const toBeSigned = encodeSignatureInput('Signature1', [
    protectedBytes,
    new Uint8Array(),
    payload,
  ]);
  return {
    sign1: { ...readHeader(decodeCbor(protectedBytes)), toBeSigned, signature },
    claims: decodeCbor(payload),
  };
}

function readParts(value: CborValue): readonly CborValue[] {
  const parts = isTag(value) && value.tag === SIGN1_TAG ? value.value : null;
  if (!isArray(parts) || parts.length !== 4) throw malformed('not a tagged array of four');
  return parts;
}

/** Exactly alg, kid and typ. */
function readHeader(header: CborValue): Pick<Sign1, 'keyIdentifier' | 'algorithm'> {
  const map = isMap(header) ? header : null;
  const keyIdentifier = map?.get(HEADER.keyIdentifier);
  const algorithm = ALGORITHMS.find(([number]) => number === map?.get(HEADER.algorithm))?.[1];
  const isWhole = map?.size === 3 && map.get(HEADER.type) === CWT_TYPE;
  if (
    !isWhole ||
    algorithm === undefined ||
    !isBytes(keyIdentifier) ||
    keyIdentifier.length !== 8
  ) {
    throw malformed('header is not exactly alg, kid and typ');
  }
  return { keyIdentifier: toHex(keyIdentifier), algorithm };
}

type Maybe = CborValue | undefined;
export const isArray = (value: Maybe): value is readonly CborValue[] => Array.isArray(value);
export const isMap = (value: Maybe): value is CborMap => value instanceof Map;
export const isBytes = (value: Maybe): value is Bytes => value instanceof Uint8Array;
const isTag = (value: CborValue): value is { readonly tag: number; readonly value: CborValue } =>
  typeof value === 'object' && value !== null && 'tag' in value;

/** A whole number within bounds. @throws MalformedError `CODE_MALFORMED`. */
export function readWhole(value: Maybe, from: number, to: number): number {
  if (typeof value !== 'number' || value < from || value > to) {
    throw malformed('a number is missing or out of range');
  }
  return value;
}

/** A text of a form. @throws MalformedError `CODE_MALFORMED`. */
export function readText(value: Maybe, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw malformed('a text is missing or of another form');
  }
  return value;
}

/** Whole seconds since 1970, up to the end of the year 9999. @throws MalformedError `CODE_MALFORMED`. */
export function readInstant(value: Maybe): Date {
  return new Date(readWhole(value, 0, 253_402_300_799) * 1000);
}

export function malformed(reason: string): MalformedError {
  return new MalformedError('CODE_MALFORMED', `not a code of this service: ${reason}`);
}
