/** Object identifiers of the algorithms in seals. */

export const SM2_WITH_SM3 = '1.2.156.10197.1.501'; // GM/T 0006
export const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'; // RFC 5758 §3.2
export const SM3 = '1.2.156.10197.1.401'; // GM/T 0006

/** Signature algorithms that are verified; `1.2.156.10197.501` is a slip found in old files, never written. */
export const SEAL_SIGNATURE_ALGORITHMS: ReadonlyMap<string, 'SM2' | 'ES256'> = new Map([
  [SM2_WITH_SM3, 'SM2'],
  ['1.2.156.10197.501', 'SM2'],
  [ECDSA_WITH_SHA256, 'ES256'],
]);
