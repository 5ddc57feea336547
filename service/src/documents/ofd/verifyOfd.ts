import type { Check } from '../../report.ts';
import type { SealPlacement } from '../drawing.ts';
import type { OfdMetadatum } from './writeOfd.ts';

export interface OfdTrust {
  /** DER certificates that the verifier trusts. */
  readonly anchors: readonly Uint8Array[];
  /** DER certificates that may help to build a path; trusted in nothing. Certificates attached to the file are tried too. */
  readonly intermediates: readonly Uint8Array[];
  /** Instant of verification: no signature may claim a later time. Seal and certificates are judged at signing time. */
  readonly at: Date;
  /**
   * Demands the package form of our own writer, so that no byte can change unseen. Set for licence files judged without
   * the ledger's digest.
   */
  readonly requireOwnForm?: boolean;
}

/** Verdict on one seal signature of an OFD. */
export interface OfdSealResult {
  /** ID in the list of signatures. */
  readonly id: string;
  /** In the order of the standard. */
  readonly checks: readonly Check[];
  /** Null where the seal signature cannot be read. */
  readonly esId: string | null;
  readonly sealName: string | null;
  /** DER. */
  readonly makerCertificate: Uint8Array | null;
  readonly signerCertificate: Uint8Array | null;
  readonly sealingTime: Date | null;
  /** SHA-256 of the signature value (DER in the BIT STRING), lower-case hex. */
  readonly signatureDigest: string | null;
  /** SHA-256 of the seal as embedded, lower-case hex. */
  readonly sealFileSha256: string | null;
  /** RFC 3161 token over the signature value. */
  readonly timeStampToken: Uint8Array | null;
  readonly placements: readonly SealPlacement[];
}

export interface OfdVerification {
  /** In the order of the list of signatures. */
  readonly seals: readonly OfdSealResult[];
  /** What concerns the file and not one seal: `NOT_SIGNED`, `UNSIGNED_CONTENT`, own form. */
  readonly documentChecks: readonly Check[];
  /** CustomDatas of the first document. */
  readonly metadata: readonly OfdMetadatum[];
  /** DER certificates found in covered attachments (PEM). */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Verifies every seal of an OFD.
 *
 * @param bytes - attacker-controlled; work and memory are bounded.
 * @throws ServiceError `DOCUMENT_MALFORMED` if the bytes are no OFD that can be read, or demand too much work.
 */
export function verifyOfd(bytes: Uint8Array, trust: OfdTrust): OfdVerification {
  throw new Error(`not written yet: ${bytes.length} ${trust.at.toISOString()}`);
}
