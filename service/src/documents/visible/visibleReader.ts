/** Port: looks at files and pictures as a person would. */
import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { Drawing } from '../drawing.ts';
import type { VisibleDocument } from './visiblePage.ts';

export interface VisibleReader {
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
