/** `ES256` is ECDSA on P-256 with SHA-256 (RFC 7518 §3.4); `SM2` is SM2 with SM3 and the default user id. */
export type SignatureAlgorithm = 'ES256' | 'SM2';

/** One key, one purpose; the certificate profile of the same name says which extensions it carries. */
export const KEY_PURPOSES = [
  'rootCa',
  'intermediateCa',
  'sealMaker',
  'act',
  'documentSigner',
  'codeSigner',
  'credentialSigner',
  'timeStamper',
  'node',
] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Signs bytes with one private key that never leaves its store. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  readonly purpose: KeyPurpose;
  /** DER certificates, leaf first, up to but without the trust anchor. */
  readonly certificationPath: readonly Uint8Array[];
  /** SHA-256 of the leaf certificate, lower-case hex. */
  readonly keyId: string;
  /** @returns r‖s, 64 bytes, big-endian. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
