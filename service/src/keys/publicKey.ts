/** Public keys as certificates carry them, and the one place that verifies a signature by algorithm. */
import { ES256_SPKI_PREFIX, isEs256Point, verifyEs256 } from './es256.ts';
import type { SignatureAlgorithm } from './signer.ts';
import { SM2_SPKI_PREFIX, isSm2Point, verifySm2 } from './sm2.ts';

/** `RSA` and `other` occur in foreign certification paths only; nothing here verifies by them. */
export type PublicKeyAlgorithm = SignatureAlgorithm | 'RSA' | 'other';

/** A public key as a certificate holds it. */
export interface PublicKey {
  readonly algorithm: PublicKeyAlgorithm;
  /** 0x04‖x‖y, 65 bytes, on its curve; empty for `RSA` and `other`. */
  readonly point: Uint8Array;
  /** DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
  readonly spki: Uint8Array;
}

const SPKI_PREFIXES: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  ES256: ES256_SPKI_PREFIX,
  SM2: SM2_SPKI_PREFIX,
};

/**
 * Reads the public key of a P-256 or SM2 SubjectPublicKeyInfo; attacker-controlled.
 *
 * @returns `null` if it is neither, not DER, or its point is compressed or not on the curve.
 */
export function parsePublicKey(spki: Uint8Array): PublicKey | null {
  for (const algorithm of ['ES256', 'SM2'] as const) {
    const prefix = SPKI_PREFIXES[algorithm];
    if (
      spki.length === prefix.length + 65 &&
      Buffer.compare(spki.subarray(0, prefix.length), prefix) === 0
    ) {
      const point = spki.slice(prefix.length);
      const isOnCurve = algorithm === 'SM2' ? isSm2Point(point) : isEs256Point(point);
      return isOnCurve ? { algorithm, point, spki: spki.slice() } : null;
    }
  }
  return null;
}

/** @param point - 0x04‖x‖y. @returns the key as DER SubjectPublicKeyInfo. */
export function toSpki(algorithm: SignatureAlgorithm, point: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([SPKI_PREFIXES[algorithm], point]));
}

/**
 * Verifies a signature by the key's own algorithm; the bytes and the signature are attacker-controlled.
 *
 * @param signature - r‖s, 64 bytes.
 * @returns false also for a key that is neither ES256 nor SM2.
 */
export function verifySignature(
  publicKey: PublicKey,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  switch (publicKey.algorithm) {
    case 'ES256':
      return verifyEs256(publicKey.point, bytes, signature);
    case 'SM2':
      return verifySm2(publicKey.point, bytes, signature);
    case 'RSA':
    case 'other':
      return false;
  }
}
