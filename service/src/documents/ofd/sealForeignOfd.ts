import type { QrItem } from '../drawing.ts';
import type { OfdSeal, PreparedOfdSignature } from './sealOfd.ts';

/** Seal and document code to put on somebody's own OFD. */
export interface ForeignOfdSeal extends OfdSeal {
  /** The document code, on the page of the first placement; null for none. */
  readonly qr: QrItem | null;
}

/**
 * Seals a person's own OFD. Parts already there keep their bytes but for `OFD.xml` and the lists that must name what is
 * added; a file with seals gets no code on the page and only if its seals left the list of signatures open.
 *
 * @param bytes - attacker-controlled, at most 64 MiB unpacked.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is no OFD that can be read, lacks the page, or is closed to more seals.
 */
export function sealForeignOfd(bytes: Uint8Array, seal: ForeignOfdSeal): PreparedOfdSignature {
  throw new Error(`not written yet: ${bytes.length} ${seal.placements.length}`);
}
