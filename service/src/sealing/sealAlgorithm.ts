/** Object identifiers of the algorithms in seals. */

export const SM2_WITH_SM3 = '1.2.156.10197.1.501'; // GM/T 0006
export const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'; // RFC 5758 §3.2
export const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'; // RFC 4055 §5
export const SM3 = '1.2.156.10197.1.401'; // GM/T 0006

/** Slips found in old files, and what they mean; read, never written. */
export const SIGNATURE_ALGORITHM_ALIASES: ReadonlyMap<string, string> = new Map([
  ['1.2.156.10197.501', SM2_WITH_SM3], // one arc short
]);

export type SealSignatureAlgorithm = 'SM2' | 'ES256' | 'RSA';

/** Signature algorithms that are verified; RSA in version 1 only, which allows it. */
export const SEAL_SIGNATURE_ALGORITHMS: ReadonlyMap<string, SealSignatureAlgorithm> = new Map([
  [SM2_WITH_SM3, 'SM2'],
  ['1.2.156.10197.501', 'SM2'],
  [ECDSA_WITH_SHA256, 'ES256'],
  [SHA256_WITH_RSA, 'RSA'],
]);

/** Names of digest algorithms as seals and OFDs write them, in capitals; those that prove nothing are not among them. */
const DIGEST_NAMES: ReadonlyMap<string, 'sm3' | 'sha256'> = new Map([
  ['SM3', 'sm3'],
  [SM3, 'sm3'],
  [`${SM3}.1`, 'sm3'], // SM3 without key
  [`${SM3}.2`, 'sm3'], // SM3 with key: found on plain digests
  ['SHA256', 'sha256'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'], // id-sha256
]);

/** @param name - attacker-controlled. @returns null for an unknown or a weak one. */
export function digestAlgorithmOf(name: string): 'sm3' | 'sha256' | null {
  return (
    DIGEST_NAMES.get(
      name
        .trim()
        .toUpperCase()
        .replace(/^(SM|SHA)-/u, '$1'),
    ) ?? null
  );
}
