/** What goes into an OFD, signature apart. */
import type { Drawing } from '../drawing.ts';

/** What an OFD shows and carries, signature apart. */
export interface OfdContent {
  /** One drawing a page, in order; at least one. */
  readonly pages: readonly Drawing[];
  readonly title: string;
  /** Name of the issuing authority (`DocInfo/Author`). */
  readonly author: string;
  readonly createdAt: Date;
  /**
   * Metadata by short name of GB/T 36903 as far as known (`ZZBS`, `ZZMC`, …; extensions `KZ_…`), in order. Written twice:
   * as `CustomDatas` and as the attached file `metadata.xml`.
   */
  readonly metadata: readonly OfdMetadatum[];
  /** Further attachments, such as the certificate chain. */
  readonly attachments: readonly OfdAttachment[];
}

export interface OfdMetadatum {
  readonly name: string;
  readonly value: string;
}

export interface OfdAttachment {
  /** File name in ASCII, such as `certificates.pem`. */
  readonly name: string;
  /** Format as OFD says it: `xml`, `pem`, … */
  readonly format: string;
  readonly bytes: Uint8Array;
}
