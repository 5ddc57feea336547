import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AuthorityName, AuthoritySigners } from '../pki/cityPki.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import type { SealParts } from '../seals/parts.ts';
import type { LicenceFields, NewReceiptRow, Store, UsageRecord } from '../store/store.ts';
import { ulid } from '../ulid.ts';

/** What the use cases of receipts work with. */
export interface ReceiptParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  /** Signers of a registered authority. @throws ServiceError `ORGANISATION_NOT_FOUND`, `KEY_UNFIT`. */
  readonly signersOf: (creditCode: string) => Promise<AuthoritySigners>;
  /** Signs where no organisation above a window has keys. */
  readonly operator: AuthorityName;
  readonly trust: TrustStore;
  /** Null: nothing is stamped with time. */
  readonly timeStamper: TimeStamper | null;
  /** Seals the PDF of a receipt. */
  readonly seals: SealParts;
  /** Origin that codes point to, without trailing slash. */
  readonly publicUrl: string;
}

/** One licence that was looked at, with the record of that use. */
export interface ReceiptLicenceFacts {
  readonly identifier: string;
  readonly typeCode: string;
  readonly typeName: string;
  readonly indication: string;
  readonly subIndication: string | null;
  /** What was disclosed; the receipt holds salted digests of it only. */
  readonly fields: LicenceFields;
  readonly use: UsageRecord;
}

/** What a receipt vouches for. */
export interface ReceiptFacts {
  /** Of {@link newReceiptId}, where the usage records name it; absent: one is made. */
  readonly id?: string;
  readonly at: Date;
  /** The organisation that the window belongs to. */
  readonly organisation: AuthorityName;
  readonly window: { readonly code: string; readonly name: string } | null;
  readonly clerk: { readonly accountId: string; readonly displayName: string };
  readonly matter: { readonly code: string; readonly name: string } | null;
  readonly purpose: string;
  readonly caseId: string | null;
  readonly holderHash: string | null;
  readonly legalBasis: string | null;
  /** At least one, at most {@link MAX_RECEIPT_LICENCES}. */
  readonly licences: readonly ReceiptLicenceFacts[];
}

/** A signed receipt; it is given to nobody before its row is durable. */
export interface NewReceipt {
  readonly id: string;
  readonly jws: string;
  readonly row: NewReceiptRow;
}

export const MAX_RECEIPT_LICENCES = 100;

/** An id for a receipt, for usage records that must name it beforehand. */
export function newReceiptId(at: Date): string {
  return ulid(at);
}
