import type { Drawing } from '../drawing.ts';

/** What a PDF shows and carries, signature apart. */
export interface PdfContent {
  /** One drawing a page, in order; at least one. */
  readonly pages: readonly Drawing[];
  /** Document title (Info, XMP `dc:title`, window title). */
  readonly title: string;
  /** Licence identifier (XMP `dc:identifier`). */
  readonly identifier: string;
  /** Name of the issuing authority (Info `Author`, XMP `dc:creator`). */
  readonly author: string;
  readonly createdAt: Date;
  /** Machine-readable metadata, embedded as a file with relationship `Data` (ISO 32000-2 §7.11.3). */
  readonly attachment: PdfAttachment | null;
}

export interface PdfAttachment {
  /** File name, such as `licence.json`. */
  readonly name: string;
  /** Media type, such as `application/json`. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
