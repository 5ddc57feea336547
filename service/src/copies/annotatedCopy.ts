import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { Language } from '../language.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { UseContext, UseDetails } from '../usage/recordUse.ts';
import type { VerificationParts } from '../verification/parts.ts';

/** What making annotated copies works with. */
export interface CopyParts {
  readonly licences: LicenceParts;
  readonly verification: VerificationParts;
}

/** A copy to be made. Whether the asker may have it is the caller's to ask. */
export interface CopyOrder {
  /** Of the licence. */
  readonly identifier: string;
  readonly format: DocumentFormat;
  /** Names of the fields that it may show, the holder's among them; all others are masked. */
  readonly fields: readonly string[] | 'all';
  /** Printed on it, and bound to it: 1 to 500 characters. */
  readonly purpose: string;
  readonly matter: { readonly code: string; readonly name: string } | null;
  /** Whose window makes it, and whose service seal (窗口业务专用章) it bears. */
  readonly organisation: { readonly creditCode: string; readonly name: string };
  readonly window: { readonly code: string; readonly name: string } | null;
  /** Good until then, or until the licence ends where that is earlier. */
  readonly validUntil: Date;
  readonly receiptId: string | null;
  /** Account id of who stands for the seal's use. */
  readonly requesterId: string;
  /** For the usage record, which the holder sees. */
  readonly context: UseContext;
  readonly details: Omit<UseDetails, 'fields' | 'copy'>;
  readonly language: Language;
}

export interface AnnotatedCopy {
  /** ULID. */
  readonly id: string;
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
  readonly validUntil: Date;
}
