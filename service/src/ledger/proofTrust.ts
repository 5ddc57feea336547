import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';

/** What the reader of a proof brings. */
export interface ProofTrust {
  /** Roots; empty: nothing can be said for sure. */
  readonly anchors: readonly Certificate[];
  /** Moment of verification. */
  readonly at: Date;
  /** What time-stamps over checkpoints are judged by; absent: the same roots. */
  readonly timeStamps?: TrustStore;
  /** What is asked of the organisations that keep the ledger. */
  readonly endorsement?: EndorsementTrust;
}

/** What a reader of proofs asks of the organisations that keep a ledger together. Everything may be left out. */
export interface EndorsementTrust {
  /**
   * Roots of the organisations. Absent: those of the reader's roots that have no part in the proof otherwise, so that who
   * certifies node and authorities cannot stand in for a second organisation.
   */
  readonly anchors?: readonly Certificate[];
  /** Roots that count beside those, and for nothing else in a proof. */
  readonly furtherAnchors?: readonly Certificate[];
  /** CA certificates between peers and roots. */
  readonly intermediates?: readonly Certificate[];
  /** Names of the ledger; both `yinxin` by default. */
  readonly channel?: string;
  readonly chaincode?: string;
  /**
   * How many organisations must answer for every batch. Absent: two where a proof has endorsements, and none where it has
   * none.
   */
  readonly organisations?: number;
}
