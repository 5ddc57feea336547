import type { Drawing, SealPlacement } from '../drawing.ts';
import type { PdfContent } from './writePdf.ts';

/** The visible seal and who signs with it. */
export interface PdfSeal {
  /** Vector picture; scaled to the placement. */
  readonly picture: Drawing;
  readonly placement: SealPlacement;
  /** DER certificates, leaf (P-256) first, up to but without the trust anchor. */
  readonly certificationPath: readonly Uint8Array[];
  /** Claimed signing time (`M`); the CMS carries none (ETSI EN 319 142-1 §6.3). */
  readonly signedAt: Date;
  /** Name of the signer (`Name`). */
  readonly signerName: string;
  /** Purpose of the signature (`Reason`), if any. */
  readonly reason?: string;
}

/** A PDF that waits for its signature value. */
export interface PreparedPdfSignature {
  /** DER of the CMS signed attributes: what ES256 signs. */
  readonly toBeSigned: Uint8Array;
  /**
   * Puts the signature into the file.
   *
   * @param signature - r‖s, 64 bytes, big-endian.
   */
  complete(signature: Uint8Array): Uint8Array;
}

/**
 * Writes a PDF whose visible signature field shows the seal: PAdES-BASELINE-B in two phases
 * (ETSI EN 319 142-1 §6).
 *
 * @throws ServiceError `GLYPH_MISSING` if the font lacks a character.
 */
export function signPdf(content: PdfContent, seal: PdfSeal): PreparedPdfSignature {
  throw new Error(`not written yet: ${content.title} ${seal.signerName}`);
}
