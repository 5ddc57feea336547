/** Sealing an OFD in two phases: who seals, and what waits for its signature. */
import type { SealPlacement } from '../drawing.ts';

/** The seal to put on and who signs with it. */
export interface OfdSeal {
  /** The .esl file. */
  readonly seal: Uint8Array;
  /** Where the picture is shown; at least one. */
  readonly placements: readonly SealPlacement[];
  /** DER; listed in the seal. */
  readonly signerCertificate: Uint8Array;
  /** Whole seconds are written. */
  readonly signedAt: Date;
}

/** An OFD that waits for its signature value. */
export interface PreparedOfdSignature {
  /** DER of TBS_Sign: what SM2 signs. */
  readonly toBeSigned: Uint8Array;
  /**
   * Puts the signature into the package.
   *
   * @param signature - r‖s, 64 bytes, big-endian.
   * @param timeStampToken - RFC 3161 token over the DER signature value, if there is one.
   */
  complete(signature: Uint8Array, timeStampToken?: Uint8Array): Uint8Array;
}
