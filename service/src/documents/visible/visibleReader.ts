/** Port: looks at files and pictures as a person would. */
import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { Drawing } from '../drawing.ts';
import type { FoundText } from '../findText.ts';
import type { VisibleDocument } from './visiblePage.ts';

/** Tells where a text stands. */
export interface TextFinder {
  /**
   * Finds a text on the first 200 pages of a PDF.
   *
   * @param bytes - attacker-controlled; time and memory are bounded.
   * @param keyword - 1 to 100 characters; blanks do not count.
   * @returns at most 200 places, in the order of pages and painting.
   * @throws ServiceError `REQUEST_MALFORMED` for a keyword of another length; `DOCUMENT_MALFORMED` if the file cannot be
   * read or takes too long; `RATE_LIMITED` if too many wait already.
   */
  find(bytes: Uint8Array, keyword: string): Promise<readonly FoundText[]>;
}

export interface VisibleReader extends TextFinder {
  /**
   * Draws a file and says what there is to see.
   *
   * @param bytes - attacker-controlled; time and memory are bounded.
   * @returns `null` if the file cannot be drawn, takes too long, or too many wait already.
   */
  read(bytes: Uint8Array, format: DocumentFormat): Promise<VisibleDocument | null>;
  /** The red figure of a seal's picture, as `RedMark.mask`; `null` if there is none. */
  maskOf(picture: Drawing): Promise<Uint8Array | null>;
  close(): Promise<void>;
}
