/** Signatures on acts: ES256 by an authority's act key whose certificate is on the ledger. */
import { createHash, verify, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { Act, LedgerKey } from './act.js';
import { ContractError } from './errors.js';
import type { AuthorityKey, AuthorityRecord } from './records.js';

const SIGNATURE_BYTES = 64; // RFC 7518 §3.4: r‖s
const MAX_CACHED_KEYS = 1024;

interface ActKey {
  readonly publicKey: KeyObject;
  /** RFC 3339; both ends are inside the period (RFC 5280 §4.1.2.5). */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Parsed act keys by fingerprint: what a certificate says never changes. */
const parsedKeys = new Map<string, ActKey>();

/**
 * Checks that an act carries a good signature by a key which its authority held for acts and had not retired.
 *
 * @param bytes - canonical bytes of the act.
 * @param signature - r‖s, 64 bytes, base64url.
 * @param authority - as it stood when the act was recorded; `by.authority`.
 * @throws ContractError `KEY_NOT_FOUND`, `KEY_UNFIT`, `KEY_RETIRED`, `CERTIFICATE_NOT_YET_VALID`,
 * `CERTIFICATE_EXPIRED`, `SIGNATURE_INVALID`.
 */
export function requireActSignature(
  act: Act,
  bytes: Uint8Array,
  signature: string,
  authority: AuthorityRecord,
): void {
  const { keyId } = act.by;
  const key = parsedActKey(actKeyOf(authority, keyId));
  if (act.at < key.notBefore)
    throw new ContractError('CERTIFICATE_NOT_YET_VALID', `key ${keyId} begins at ${key.notBefore}`);
  if (act.at > key.notAfter)
    throw new ContractError('CERTIFICATE_EXPIRED', `key ${keyId} ended at ${key.notAfter}`);
  const raw = Buffer.from(signature, 'base64url');
  const isGood =
    raw.length === SIGNATURE_BYTES && verify('sha256', bytes, key.publicKey, toDerSignature(raw));
  if (!isGood)
    throw new ContractError(
      'SIGNATURE_INVALID',
      `the signature by key ${keyId} does not fit the act`,
    );
}

/** ECDSA-Sig-Value (RFC 3279 §2.2.3) of r‖s: Node takes half as long again to verify the latter. */
function toDerSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const numbers = [...derInteger(raw.subarray(0, half)), ...derInteger(raw.subarray(half))];
  return Uint8Array.of(0x30, numbers.length, ...numbers);
}

/** DER INTEGER of an unsigned big-endian number of at most 32 bytes. */
function derInteger(bytes: Uint8Array): readonly number[] {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? [0] : [...bytes.subarray(first)];
  const content = (digits[0] as number) > 0x7f ? [0, ...digits] : digits; // never empty
  return [0x02, content.length, ...content];
}

function actKeyOf(authority: AuthorityRecord, keyId: string): AuthorityKey {
  const key = authority.keys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined)
    throw new ContractError(
      'KEY_NOT_FOUND',
      `authority ${authority.creditCode} has no key ${keyId}`,
    );
  if (key.purpose !== 'act')
    throw new ContractError('KEY_UNFIT', `key ${keyId} is not for acts but for ${key.purpose}`);
  if (key.retiredAt !== null)
    throw new ContractError('KEY_RETIRED', `key ${keyId} was retired at ${key.retiredAt}`);
  return key;
}

function parsedActKey(key: AuthorityKey): ActKey {
  const known = parsedKeys.get(key.keyId);
  if (known !== undefined) return known;
  const parsed = toActKey(parseCertificate(key.certificate));
  if (parsedKeys.size >= MAX_CACHED_KEYS) parsedKeys.clear();
  parsedKeys.set(key.keyId, parsed);
  return parsed;
}

/**
 * A key's certificate as it goes on the ledger.
 *
 * @returns the key with its `keyId`.
 * @throws ContractError `CERTIFICATE_MALFORMED`; `KEY_UNFIT` if an act key is not on P-256 or belongs to a CA.
 */
export function toAuthorityKey(key: LedgerKey, since: string): AuthorityKey {
  const certificate = parseCertificate(key.certificate);
  if (key.purpose === 'act') toActKey(certificate);
  return { ...key, keyId: fingerprintOf(key.certificate), since, retiredAt: null };
}

/** SHA-256 of a DER certificate given in base64, lower-case hex. */
export function fingerprintOf(certificate: string): string {
  return createHash('sha256').update(certificate, 'base64').digest('hex');
}

/**
 * Parses a DER certificate in base64 (attacker-controlled).
 *
 * @throws ContractError `CERTIFICATE_MALFORMED`, also for another spelling of the same bytes.
 */
export function parseCertificate(certificate: string): X509Certificate {
  const der = Buffer.from(certificate, 'base64');
  let parsed: X509Certificate | null = null;
  try {
    parsed = new X509Certificate(der);
  } catch {
    // falls through: OpenSSL's own message is no use to the caller
  }
  if (parsed === null || der.toString('base64') !== certificate || !parsed.raw.equals(der))
    throw new ContractError(
      'CERTIFICATE_MALFORMED',
      'the certificate is not base64 of one DER certificate',
    );
  return parsed;
}

function toActKey(certificate: X509Certificate): ActKey {
  const publicKey = publicKeyOf(certificate);
  if (publicKey?.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || certificate.ca)
    throw new ContractError('KEY_UNFIT', 'an act key is an end entity on P-256 (ES256)');
  return {
    publicKey,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
  };
}

function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null; // a curve that this OpenSSL does not know
  }
}
