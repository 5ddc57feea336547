/** Signed JSON: compact JWS (RFC 7515) over canonical JSON, with its own `typ` and the certificates in `x5c`. */

import { canonicalise, ContractError, parseCanonical } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';
import { verifySignature } from '../keys/publicKey.ts';
import type { KeyPurpose, Signer } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, passed, type Check } from '../report.ts';

/** Longest text {@link parseJws} takes unless told otherwise: 4 MiB, for a trust bundle or an export. */
export const MAX_JWS_LENGTH = 4 * 1024 * 1024;

const MAX_HEADER_LENGTH = 64 * 1024;
const MAX_CERTIFICATES = 8;
const SIGNATURE_BYTES = 64;
const SIGNATURE_CLAUSE = 'RFC 7515 §5.2';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };
export type JsonObject = { readonly [member: string]: JsonValue };

/** A JWS that was read, but not verified. */
export interface Jws {
  readonly typ: string;
  readonly payload: JsonObject;
  /** Leaf first, as they stand in `x5c`. */
  readonly certificates: readonly Certificate[];
  readonly signingInput: Uint8Array;
  /** r‖s, 64 bytes. */
  readonly signature: Uint8Array;
}

export interface JwsQuestion {
  readonly trust: TrustStore;
  /** Instant at which the certification path is judged: the time of signing if that is proven, else now. */
  readonly at: Date;
  /** Instant by which the signature provably existed: a revocation after it takes nothing away. Absent: `at`. */
  readonly provenAt?: Date;
  readonly purpose: KeyPurpose;
}

/** What names a signing key in a header. */
export type JwsSigner = Pick<Signer, 'algorithm' | 'certificationPath' | 'keyId'>;

export interface PreparedJws {
  readonly toBeSigned: Uint8Array;
  /** @param signature - r‖s, 64 bytes. */
  complete(signature: Uint8Array): string;
}

/**
 * Builds the signing input of a JSON object under ES256. Pure.
 *
 * @param typ - media type without `application/`, for instance `yinxin-receipt+jws`.
 * @throws ServiceError `KEY_UNFIT` if the key is not an ES256 key.
 */
export function prepareJws(typ: string, payload: JsonObject, signer: JwsSigner): PreparedJws {
  if (signer.algorithm !== 'ES256') {
    throw new ServiceError('KEY_UNFIT', `key ${signer.keyId} does not sign ES256`);
  }
  const signingInput = `${encodedHeader(typ, signer)}.${base64url(canonicalise(payload))}`;
  return {
    toBeSigned: new Uint8Array(Buffer.from(signingInput, 'latin1')),
    complete: (signature) => `${signingInput}.${Buffer.from(signature).toString('base64url')}`,
  };
}

/** Signs a JSON object; see {@link prepareJws}. */
export async function signJws(typ: string, payload: JsonObject, signer: Signer): Promise<string> {
  const prepared = prepareJws(typ, payload, signer);
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

/**
 * Reads a compact JWS of the given type: header exactly `alg` (ES256), `typ` and `x5c`, header and payload in
 * canonical JSON (so no member stands twice), base64url without padding or stray bits.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED` for anything else.
 */
export function parseJws(
  text: string,
  typ: string,
  limits: { readonly maxLength: number } = { maxLength: MAX_JWS_LENGTH },
): Jws {
  const [header = '', payload = '', signature = '', ...others] =
    text.length > limits.maxLength ? [] : text.split('.', 4);
  if (others.length > 0 || header.length > MAX_HEADER_LENGTH || signature.length > 88) {
    throw malformed('not three bounded parts');
  }
  const signatureBytes = decodeBase64url(signature);
  if (signatureBytes.length !== SIGNATURE_BYTES) {
    throw malformed('signature value has not 64 bytes');
  }
  return {
    typ,
    certificates: parseHeader(decodeBase64url(header), typ),
    payload: parseCanonicalObject(decodeBase64url(payload)),
    signingInput: Buffer.from(`${header}.${payload}`, 'latin1'),
    signature: signatureBytes,
  };
}

/**
 * Verifies signature value and certification path.
 *
 * @returns `jws.signature`, then the path's own checks; never throws for a JWS that is not genuine.
 */
export function verifyJws(jws: Jws, question: JwsQuestion): readonly Check[] {
  const [leaf, ...intermediates] = jws.certificates;
  if (
    leaf?.publicKey.algorithm !== 'ES256' ||
    !verifySignature(leaf.publicKey, jws.signingInput, jws.signature)
  ) {
    const detail = 'signature value does not fit content and certificate';
    return [failed('jws.signature', 'SIG_CRYPTO_FAILURE', detail, SIGNATURE_CLAUSE)];
  }
  return [
    passed('jws.signature', 'ES256 signature value is right', SIGNATURE_CLAUSE),
    ...validateCertificationPath({
      ...question.trust,
      leaf,
      intermediates: [...intermediates, ...question.trust.intermediates],
      at: question.at,
      ...(question.provenAt === undefined ? {} : { provenAt: question.provenAt }),
      purpose: question.purpose,
    }).checks,
  ];
}

const headers = new WeakMap<JwsSigner, Map<string, string>>();

/** The header of a signer never changes, so it is encoded once a type. */
function encodedHeader(typ: string, signer: JwsSigner): string {
  const known = headers.get(signer) ?? new Map<string, string>();
  headers.set(signer, known);
  const encoded = known.get(typ) ?? base64url(canonicalise(headerOf(typ, signer)));
  known.set(typ, encoded);
  return encoded;
}

function headerOf(typ: string, signer: JwsSigner): JsonObject {
  const x5c = signer.certificationPath.map((der) => Buffer.from(der).toString('base64'));
  return { alg: 'ES256', typ, x5c };
}

function parseHeader(bytes: Uint8Array, typ: string): readonly Certificate[] {
  const { alg, typ: foundTyp, x5c, ...others } = parseCanonicalObject(bytes);
  if (alg !== 'ES256' || foundTyp !== typ || Object.keys(others).length > 0) {
    throw malformed(`header is not that of ${typ}`);
  }
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > MAX_CERTIFICATES) {
    throw malformed(`header has not 1 to ${MAX_CERTIFICATES} certificates`);
  }
  return (x5c as readonly JsonValue[]).map(readCertificate); // Array.isArray forgets the member type
}

function readCertificate(text: JsonValue): Certificate {
  if (typeof text !== 'string') {
    throw malformed('a certificate is no text');
  }
  try {
    return parseCertificate(decodeBase64(text));
  } catch (cause) {
    if (cause instanceof ServiceError && cause.code === 'CERTIFICATE_MALFORMED') {
      throw malformed('a certificate is not readable', cause);
    }
    throw cause;
  }
}

function parseCanonicalObject(bytes: Uint8Array): JsonObject {
  const value = parseCanonicalBytes(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('a part is no JSON object');
  }
  return value as JsonObject; // what JSON.parse makes and is neither null nor an array
}

function parseCanonicalBytes(bytes: Uint8Array): unknown {
  try {
    return parseCanonical(decodeUtf8(bytes));
  } catch (cause) {
    if (cause instanceof ContractError) {
      throw malformed('a part is no canonical JSON', cause);
    }
    throw cause;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformed('a part is not UTF-8', cause); // the decoder throws for nothing else
  }
}

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

function decodeBase64url(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) {
    throw malformed('a part is not base64url');
  }
  return new Uint8Array(bytes);
}

function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) {
    throw malformed('a certificate is not base64');
  }
  return new Uint8Array(bytes);
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a signed JSON object: ${reason}`, { cause });
}
