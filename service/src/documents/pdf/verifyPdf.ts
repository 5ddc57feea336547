import type { Check } from '../../report.ts';
import type { PdfAttachment } from './writePdf.ts';

export interface PdfTrust {
  /** DER certificates that the verifier trusts. */
  readonly anchors: readonly Uint8Array[];
  /** DER certificates that may help to build a path; trusted in nothing. */
  readonly intermediates: readonly Uint8Array[];
  /** Instant at which certificates are judged: the proven time of the signature if there is one, else now. */
  readonly at: Date;
  /**
   * Demands the form of our own writer: CMS as we encode it, lower-case hex, zero padding, so that no byte can
   * change unseen. Set for licence files judged without the ledger's digest.
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
  /** RFC 3161 token over the signature value, DER, unchecked; null if there is none. */
  readonly timeStampToken: Uint8Array | null;
  readonly coversWholeFile: boolean;
  /** The signed revision is the file's first n bytes. */
  readonly signedLength: number;
}

export interface PdfVerification {
  /** In the order of their signed lengths, first signature first. */
  readonly signatures: readonly PdfSignatureResult[];
  /** What concerns the file and not one signature; a file without signature fails here with `NOT_SIGNED`. */
  readonly documentChecks: readonly Check[];
  /** The attached metadata file, if one with relationship `Data` is there and covered by the first signature. */
  readonly metadata: PdfAttachment | null;
}

/**
 * Verifies every signature of a PDF in the order of ETSI EN 319 102-1 §5.
 *
 * @param bytes - attacker-controlled, at most 256 MiB; work is bounded.
 * @throws ServiceError `DOCUMENT_MALFORMED` if the bytes are no PDF that can be read, or demand too much work.
 */
export function verifyPdf(bytes: Uint8Array, trust: PdfTrust): PdfVerification {
  throw new Error(`not written yet: ${bytes.length} ${trust.at.toISOString()}`);
}
