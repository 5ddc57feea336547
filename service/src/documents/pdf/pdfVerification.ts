import type { TrustStore } from '../../pki/trustStore.ts';
import type { Check } from '../../report.ts';
import type { PdfAttachment } from './pdfContent.ts';
import type { ValidationData } from './validationData.ts';

export interface PdfQuestion {
  /** Roots and helpers the verifier brings. Keep one object as long as the trust does not change. */
  readonly trust: TrustStore;
  /**
   * Instant at which certificates are judged: the proven time of the signature if the caller knows one, else now.
   * Where a verified signature time-stamp, or a later document time-stamp, proves an earlier time, the signer is judged
   * at that.
   */
  readonly at: Date;
  /**
   * Demands the form of our own writer (CMS as we encode it, lower-case hex, zero padding), so that no byte can
   * change unseen, and a certificate of the profile for document signers. Set for licence files judged without the
   * ledger's digest.
   */
  readonly requireOwnForm?: boolean;
}

/** Verdict on one signature of a PDF. */
export interface PdfSignatureResult {
  /** Fully qualified field name. */
  readonly fieldName: string;
  readonly kind: 'signature' | 'documentTimeStamp';
  /** In the order of ETSI EN 319 102-1. */
  readonly checks: readonly Check[];
  /** DER; null if none could be found. */
  readonly signerCertificate: Uint8Array | null;
  /** Every certificate in the CMS, DER, as they stand there. */
  readonly certificates: readonly Uint8Array[];
  /** Claimed time: CMS signing-time, else `M`; null if neither is there. */
  readonly signingTime: Date | null;
  /** SHA-256 of the CMS signature value, lower-case hex; null if unreadable. */
  readonly signatureDigest: string | null;
  /** RFC 3161 token over the signature value, DER; null if there is none. */
  readonly timeStampToken: Uint8Array | null;
  /**
   * Time that a verified signature time-stamp proves, or that a document time-stamp states (whether that one is
   * trusted is said by the checks); null if there is neither.
   */
  readonly timeStampedAt: Date | null;
  /**
   * Earliest time by which this signature provably existed: by its own time-stamp or by a document time-stamp over it.
   * Null if no trusted one says.
   */
  readonly provenAt: Date | null;
  readonly coversWholeFile: boolean;
  /** The signed revision is the file's first n bytes. */
  readonly signedLength: number;
}

export interface PdfVerification {
  /** In the order of their signed lengths, first signature first. */
  readonly signatures: readonly PdfSignatureResult[];
  /** What concerns the file and not one signature; a file without signature fails here with `NOT_SIGNED`. */
  readonly documentChecks: readonly Check[];
  /** The attached metadata file, if one with relationship `Data` is there and covered by the first signature if there is any. */
  readonly metadata: PdfAttachment | null;
  /** From the document security store, DER, unchecked. */
  readonly validationData: ValidationData;
}
