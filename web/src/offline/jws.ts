/** Signed JSON: compact JWS (RFC 7515) over canonical JSON, with its own `typ` and the certificates in `x5c`. */
import { isRecord, type Check } from '../report.ts';
import {
  decodeBase64,
  decodeBase64url,
  decodeUtf8,
  MalformedError,
  toBytes,
  type Bytes,
} from './bytes.ts';
import { parseCanonical } from './canonicalJson.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { validateCertificationPath, type Trust } from './certificationPath.ts';
import { failed, havePassed, passed } from './check.ts';
import { verifySignature } from './publicKey.ts';

const MAX_HEADER_LENGTH = 64 * 1024;
const MAX_CERTIFICATES = 8;
const SIGNATURE_BYTES = 64;
const SIGNATURE_CLAUSE = 'RFC 7515 §5.2';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A JWS that was read, but not verified. */
export interface Jws {
  readonly payload: JsonObject;
  /** Leaf first, as they stand in `x5c`. */
  readonly certificates: readonly Certificate[];
  readonly signingInput: Bytes;
  /** r‖s, 64 bytes. */
  readonly signature: Bytes;
}

/**
 * Reads a compact JWS of the given type: header exactly `alg` (ES256), `typ` and `x5c`, header and payload in canonical
 * JSON, base64url without padding or stray bits.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `DOCUMENT_MALFORMED` for anything else.
 */
export async function parseJws(text: string, typ: string, maxLength: number): Promise<Jws> {
  const parts = text.length > maxLength ? [] : text.split('.', 4);
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || header.length > MAX_HEADER_LENGTH || signature.length > 88) {
    throw malformed('not three bounded parts');
  }
  const signatureBytes = decode(signature);
  if (signatureBytes.length !== SIGNATURE_BYTES) throw malformed('signature has not 64 bytes');
  return {
    certificates: await readHeader(readObject(decode(header)), typ),
    payload: readObject(decode(payload)),
    signingInput: toBytes(`${header}.${payload}`),
    signature: signatureBytes,
  };
}

/** Verifies signature value and certification path. @returns `jws.signature`, then the path's own checks. */
export async function verifyJws(
  jws: Jws,
  { trust, at, provenAt = at }: Readonly<{ trust: Trust; at: Date; provenAt?: Date }>,
): Promise<readonly Check[]> {
  const [leaf, ...brought] = jws.certificates;
  const isRight =
    leaf?.key.algorithm === 'ES256' &&
    (await verifySignature(leaf.key, jws.signingInput, jws.signature)) === 'right';
  if (!isRight) {
    const detail = 'signature value does not fit content and certificate';
    return [failed('jws.signature', 'SIG_CRYPTO_FAILURE', detail, SIGNATURE_CLAUSE)];
  }
  const { checks } = await validateCertificationPath({
    ...{ trust, leaf, brought, at, provenAt, purpose: 'credentialSigner' },
  });
  return [passed('jws.signature', 'ES256 signature value is right', SIGNATURE_CLAUSE), ...checks];
}

/**
 * Whether a signed object is the word of the operator of a city: its signer is the issuer it names, and so is whoever
 * runs a CA above it. Departments have credential keys under the same roots, but no CA.
 *
 * @param question - `issuer`: credit code that the object names.
 * @returns the JWS's checks, then `jws.operator`.
 */
export async function verifyOperatorSignature(
  jws: Jws,
  question: Readonly<{ trust: Trust; at: Date; issuer: string }>,
): Promise<readonly Check[]> {
  const { trust, at, issuer } = question;
  const checks = await verifyJws(jws, question);
  const [leaf, ...brought] = jws.certificates;
  if (leaf === undefined || !havePassed(checks)) return checks;
  const { path } = await validateCertificationPath({
    ...{ trust, leaf, brought, at, purpose: 'credentialSigner' },
  });
  const isOperator =
    leaf.subject.creditCode === issuer &&
    path.slice(1).some(({ subject }) => subject.creditCode === issuer);
  return [
    ...checks,
    isOperator
      ? passed('jws.operator', `${issuer} signs it and runs a CA above its key`)
      : failed(
          'jws.operator',
          'CERTIFICATE_CONSTRAINTS_FAILURE',
          `issued by ${issuer}, whose own word it is not`,
        ),
  ];
}

async function readHeader(header: JsonObject, typ: string): Promise<readonly Certificate[]> {
  const { alg, typ: foundTyp, x5c, ...others } = header;
  if (alg !== 'ES256' || foundTyp !== typ || Object.keys(others).length > 0) {
    throw malformed(`header is not that of ${typ}`);
  }
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > MAX_CERTIFICATES) {
    throw malformed(`header has not 1 to ${MAX_CERTIFICATES} certificates`);
  }
  return await Promise.all(x5c.map(readCertificate));
}

/** @param text - base64 of a DER. @throws MalformedError `DOCUMENT_MALFORMED`. */
export async function readCertificate(text: unknown): Promise<Certificate> {
  const der = typeof text === 'string' ? decodeBase64(text) : null;
  if (der === null) throw malformed('a certificate is not base64');
  try {
    return await parseCertificate(der);
  } catch (cause) {
    if (!(cause instanceof MalformedError)) throw cause;
    throw malformed('a certificate is not readable', cause);
  }
}

function readObject(bytes: Uint8Array): JsonObject {
  const text = decodeUtf8(bytes);
  const value = text === null ? undefined : parseCanonical(text);
  if (!isRecord(value)) throw malformed('a part is no JSON object in canonical form');
  return value;
}

function decode(text: string): Bytes {
  const bytes = decodeBase64url(text);
  if (bytes === null) throw malformed('a part is not base64url');
  return bytes;
}

function malformed(reason: string, cause?: unknown): MalformedError {
  return new MalformedError('DOCUMENT_MALFORMED', `not a signed JSON object: ${reason}`, cause);
}
