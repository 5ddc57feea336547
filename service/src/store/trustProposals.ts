/** Port: what people propose of the trust list. */
import type { ActBodies, SignedAct } from '@yinxin/chaincode/model';

/** `open`: waits for a second person. `recording`: approved, the ledger's answer is not known yet. */
export type TrustProposalState = 'open' | 'recording' | 'approved' | 'refused' | 'withdrawn';

/** The body of an act that a first person proposes, by the act's name. */
export type ProposedTrustAct =
  | {
      readonly act: 'authority.putTrustAnchor';
      readonly body: ActBodies['authority.putTrustAnchor'];
    }
  | {
      readonly act: 'authority.withdrawTrustAnchor';
      readonly body: ActBodies['authority.withdrawTrustAnchor'];
    };

export type TrustProposal = ProposedTrustAct & {
  /** ULID; newest sorts last. */
  readonly id: string;
  /** Credit code of the authority in whose name it is. */
  readonly authority: string;
  /** SHA-256 of the anchor's certificate, lower-case hex. */
  readonly fingerprint: string;
  /** Who sent the list it came from; null: typed in. */
  readonly origin: string | null;
  readonly state: TrustProposalState;
  /** Account ids. */
  readonly makerId: string;
  readonly approverId: string | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  /** The act as it was signed when it was approved; it is this one that is sent again. */
  readonly signedAct: SignedAct | null;
  /** Code and sentence of the ledger's refusal. */
  readonly refusal: string | null;
};

export interface TrustProposalStore {
  add(proposal: TrustProposal): Promise<void>;
  find(id: string): Promise<TrustProposal | null>;
  /** Newest first. */
  list(): Promise<readonly TrustProposal[]>;
  /**
   * Goes on from one state to another.
   *
   * @returns false, and nothing is changed, unless it was in state `from`.
   */
  move(
    id: string,
    from: TrustProposalState,
    to: Pick<TrustProposal, 'state'> &
      Partial<Pick<TrustProposal, 'approverId' | 'decidedAt' | 'signedAct' | 'refusal'>>,
  ): Promise<boolean>;
}
