/** Electronic seal signature of GB/T 38540-2020 (version 4): what sealing a document yields. */
import type { Seal, SealVersion } from './seal.ts';

/** A seal signature as read; byte arrays are slices of the bytes received. */
export interface SealSignature {
  readonly version: SealVersion;
  readonly bytes: Uint8Array;
  readonly seal: Seal;
  /** timeInfo; null if version 1 carries something that is no time. */
  readonly signedAt: Date | null;
  /** dataHash. */
  readonly documentDigest: Uint8Array;
  /** propertyInfo: in OFD the absolute path of Signature.xml. */
  readonly propertyInfo: string;
  readonly signerCertificate: Uint8Array;
  /** Dotted OID. */
  readonly signatureAlgorithm: string;
  /** DER of toSign. */
  readonly signedBytes: Uint8Array;
  /** Content of the BIT STRING: DER SEQUENCE {r, s}. */
  readonly signatureValue: Uint8Array;
  /** RFC 3161 token over the signature value, unchecked. */
  readonly timeStampToken: Uint8Array | null;
}

export interface SealSignatureContent {
  /** The .esl file as made. */
  readonly seal: Uint8Array;
  /** SM3, 32 bytes. */
  readonly documentDigest: Uint8Array;
  readonly propertyInfo: string;
  /** Whole seconds are written. */
  readonly signedAt: Date;
  /** DER. */
  readonly signerCertificate: Uint8Array;
}

/** A seal signature that waits for its value. */
export interface PreparedSealSignature {
  /** DER of TBS_Sign: what SM2 signs. */
  readonly toBeSigned: Uint8Array;
  /**
   * Puts the signature in.
   *
   * @param signature - r‖s, 64 bytes, big-endian.
   * @param timeStampToken - RFC 3161 token over the DER signature value, if there is one.
   * @returns SES_Signature, DER.
   */
  complete(signature: Uint8Array, timeStampToken?: Uint8Array): Uint8Array;
}

/** Encodes a version 4 seal signature for the signer to sign with SM2/SM3. */
export function prepareSealSignature(content: SealSignatureContent): PreparedSealSignature {
  throw new Error(`not written yet: ${content.propertyInfo}`);
}

/**
 * Reads a seal signature of version 1, 4 or 5.
 *
 * @param bytes - DER, attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is not strict DER of one of the three structures.
 */
export function parseSealSignature(bytes: Uint8Array): SealSignature {
  throw new Error(`not written yet: ${bytes.length}`);
}
