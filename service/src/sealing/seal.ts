/** Electronic seal of GB/T 38540-2020 (version 4); versions 1 (GM/T 0031-2014) and 5 (GM/T 0031-2025) are read. */

export type SealVersion = 1 | 4 | 5;

/** What the seal shows: a picture in a format of its own (`ofd`, `png`, …) and the size it is meant to have on paper. */
export interface SealImage {
  /** Upper or lower case as received; we write lower case. */
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Who may use the seal: certificates themselves, or digests of them (certListType 2). */
export type SealSigners =
  | { readonly kind: 'certificates'; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: 'digests'; readonly digests: readonly CertificateDigest[] };

export interface CertificateDigest {
  /** Name of the hash algorithm as written by the maker, such as `SM3`. */
  readonly type: string;
  readonly value: Uint8Array;
}

/** The facts a seal states. */
export interface SealFacts {
  /** Vid: identifier of the vendor, IA5. */
  readonly vendorId: string;
  /** esID: unique number of the seal, IA5. */
  readonly esId: string;
  /** property.type: 1 organisation, 2 person, others as the business defines. */
  readonly type: number;
  readonly name: string;
  readonly signers: SealSigners;
  readonly createdAt: Date;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly image: SealImage;
}

/** A seal as read. All byte arrays are slices of the bytes received; nothing is encoded anew. */
export interface Seal extends SealFacts {
  readonly version: SealVersion;
  /** The whole DER. */
  readonly bytes: Uint8Array;
  /** What the seal maker signed: DER of eSealInfo (v4, v5), of SEQUENCE {info, cert, algorithm} (v1). */
  readonly signedBytes: Uint8Array;
  readonly makerCertificate: Uint8Array;
  /** Dotted OID. */
  readonly signatureAlgorithm: string;
  /** Content of the BIT STRING: DER SEQUENCE {r, s}. */
  readonly signatureValue: Uint8Array;
  /** RFC 3161 token over the signature value (v5 only), unchecked. */
  readonly timeStampToken: Uint8Array | null;
}

/** A seal that waits for the maker's signature. */
export interface PreparedSeal {
  /** DER of eSealInfo: what SM2 signs. */
  readonly toBeSigned: Uint8Array;
  /**
   * Puts the signature in.
   *
   * @param signature - r‖s, 64 bytes, big-endian.
   * @returns the .esl file, DER.
   */
  complete(signature: Uint8Array): Uint8Array;
}

/**
 * Encodes a version 4 seal (GB/T 38540-2020) for its maker to sign with SM2/SM3.
 *
 * @param makerCertificate - DER.
 * @throws ServiceError `SEAL_PERIOD_INVALID` if the period is empty.
 */
export function prepareSeal(facts: SealFacts, makerCertificate: Uint8Array): PreparedSeal {
  throw new Error(`not written yet: ${facts.esId} ${makerCertificate.length}`);
}

/**
 * Reads a seal of version 1, 4 or 5.
 *
 * @param bytes - DER, attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is not strict DER of one of the three structures.
 */
export function parseSeal(bytes: Uint8Array): Seal {
  throw new Error(`not written yet: ${bytes.length}`);
}
