/** What the service and the thread that draws files say to each other. */
import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { Drawing } from '../drawing.ts';
import type { FoundText } from '../findText.ts';
import type { VisibleDocument } from './visiblePage.ts';

export type VisibleRequest =
  | {
      readonly kind: 'document';
      readonly id: number;
      readonly format: DocumentFormat;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'picture'; readonly id: number; readonly picture: Drawing }
  | {
      /** Of a PDF. */
      readonly kind: 'find';
      readonly id: number;
      readonly bytes: Uint8Array;
      /** Of `readKeyword`. */
      readonly wanted: readonly string[];
    };

export type VisibleReply =
  | { readonly kind: 'document'; readonly id: number; readonly document: VisibleDocument }
  /** `null`: nothing of the size of a seal. */
  | { readonly kind: 'picture'; readonly id: number; readonly mask: Uint8Array | null }
  | { readonly kind: 'find'; readonly id: number; readonly found: readonly FoundText[] }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
