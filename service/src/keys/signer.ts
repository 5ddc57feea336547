/** `ES256` is ECDSA on P-256 with SHA-256 (RFC 7518 §3.4); `SM2` is SM2 with SM3 and the default user id. */
export type SignatureAlgorithm = 'ES256' | 'SM2';

/**
 * `RS256` is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2): keys that other authorities handed out as PKCS#12. They sign
 * PDFs and nothing else, so a {@link Signer} is on a curve unless its type says otherwise.
 */
export type SignerAlgorithm = SignatureAlgorithm | 'RS256';

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
  'personalSigner',
] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Signs bytes with one private key that never leaves its store. */
export interface Signer<A extends SignerAlgorithm = SignatureAlgorithm> {
  readonly algorithm: A;
  readonly purpose: KeyPurpose;
  /** DER certificates, leaf first, up to but without the trust anchor. */
  readonly certificationPath: readonly Uint8Array[];
  /** SHA-256 of the leaf certificate, lower-case hex. */
  readonly keyId: string;
  /** @returns r‖s, 64 bytes, big-endian; of an RSA key the signature of its modulus' length. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** What may sign a PDF. */
export type PdfSigner = Signer<'ES256' | 'RS256'>;
