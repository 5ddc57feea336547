import type { Drawing, SealPlacement } from '../drawing.ts';

/** The visible seal and who signs with it. */
export interface PdfSeal {
  /** Vector picture of paths; scaled to the placement. Keep one object a seal: its drawing is remembered by it. */
  readonly picture: Drawing;
  readonly placement: SealPlacement;
  /** DER certificates, leaf (P-256 or RSA) first, up to but without the trust anchor. */
  readonly certificationPath: readonly Uint8Array[];
  /** Claimed signing time (`M`); the CMS carries none, as PAdES has it. */
  readonly signedAt: Date;
  /** Name of the signer (`Name`). */
  readonly signerName: string;
  /** Purpose of the signature (`Reason`), if any. */
  readonly reason?: string;
  /** Room for a time-stamp token over the signature value, bytes; 0 if none is to come. */
  readonly timeStampReserveBytes?: number;
}

/** A PDF that waits for its signature value. */
export interface PreparedPdfSignature {
  /** DER of the CMS signed attributes: what ES256 or RS256 (RSASSA-PKCS1-v1_5 with SHA-256) signs. */
  readonly toBeSigned: Uint8Array;
  /** DER, of the signer and the authorities above it, as the CMS holds them. */
  readonly certificates: readonly Uint8Array[];
  /** What a signature time-stamp is made over: the signature value as the CMS holds it. */
  signatureValueOf(signature: Uint8Array): Uint8Array;
  /**
   * Puts the signature into the file.
   *
   * @param signature - r‖s, 64 bytes, big-endian; of an RSA key: as many bytes as its modulus has.
   * @param timeStampToken - RFC 3161 token over {@link PreparedPdfSignature.signatureValueOf}, DER, for baseline -T; it
   * must fit `timeStampReserveBytes`.
   */
  complete(signature: Uint8Array, timeStampToken?: Uint8Array | null): Uint8Array;
}
