/** Port: receipts (免证明回执) of what was seen at a window in place of paper. */
import type { Page, PageRequest } from './licences.ts';

/** `pending` until every use that it names is anchored and its proofs are at hand. */
export type ReceiptState = 'pending' | 'complete';

/** What a receipt says of one licence. */
export interface ReceiptLicence {
  readonly identifier: string;
  readonly typeCode: string;
  readonly typeName: string;
  readonly indication: string;
  readonly subIndication: string | null;
  /** Names of the fields that were disclosed, without values. */
  readonly fields: readonly string[];
  /** Id and leaf hash (lower-case hex) of the usage record. */
  readonly use: { readonly record: string; readonly leaf: string };
}

/** A receipt as it is stored; people stand in it as account ids, `jws` and `purpose` are encrypted at rest. */
export interface Receipt {
  /** ULID of `at`. */
  readonly id: string;
  readonly at: Date;
  /** Account id. */
  readonly clerkId: string;
  /** Credit code of the organisation at whose window it was made. */
  readonly organisation: string;
  readonly window: string | null;
  readonly matter: string | null;
  readonly purpose: string;
  readonly caseId: string | null;
  readonly holderHash: string | null;
  readonly licences: readonly ReceiptLicence[];
  /** Never changes: proofs stand beside it. */
  readonly jws: string;
}

/** A receipt with what never leaves with it. */
export interface NewReceiptRow extends Receipt {
  /**
   * 32 random bytes from which the salts of all field digests are derived. Encrypted under the holder's data key: once
   * the holder is erased, no digest can be opened.
   */
  readonly saltSecret: Uint8Array;
}

export interface StoredReceipt extends Receipt {
  readonly state: ReceiptState;
  /** Null while pending. */
  readonly evidence: ReceiptEvidence | null;
  /** Id of the seal signature of the PDF that was made of it in its present state; null: none was made. */
  readonly pdfSignature: string | null;
}

/** What completes a receipt. */
export interface ReceiptEvidence {
  /** Canonical JSON of the proofs, one a use, in the order of the licences. */
  readonly proofs: string;
  /** RFC 3161 token over the JWS, DER, base64; null: no time-stamping authority is there. */
  readonly timeStamp: string | null;
}

export interface ReceiptFilter {
  readonly caseId?: string;
  readonly holderHash?: string;
  /** Credit codes: made at windows of one of them. */
  readonly organisations?: readonly string[];
}

export interface ReceiptStore {
  /** Durable when it resolves. A receipt that goes with other rows is written by `ReceiptRows.prepare`. */
  add(receipt: NewReceiptRow): Promise<void>;
  find(id: string): Promise<StoredReceipt | null>;
  /** Of a case, oldest first, at most 1,000. */
  listByCase(caseId: string): Promise<readonly StoredReceipt[]>;
  /** Newest first. */
  listByHolder(holderHash: string, page: PageRequest): Promise<Page<StoredReceipt>>;
  /** Newest first. */
  list(filter: ReceiptFilter, page: PageRequest): Promise<Page<StoredReceipt>>;
  /** Pending ones after that id, oldest first. @param after - '' for the first. */
  pending(after: string, limit: number): Promise<readonly StoredReceipt[]>;
  /** Completes a pending one. @returns false if it was complete already: then nothing changed. */
  complete(id: string, evidence: ReceiptEvidence): Promise<boolean>;
  /** Notes the PDF made of a receipt in this state; of an earlier state nothing is noted. */
  setPdf(id: string, state: ReceiptState, pdfSignature: string): Promise<void>;
  /** Null once its holder was erased. */
  saltSecret(id: string): Promise<Uint8Array | null>;
}
