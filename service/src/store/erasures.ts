/** Port: holders' wishes that their personal data be destroyed. */
import type { Page, PageRequest } from './page.ts';

/** `requested`: waits for the security administrator. `refused`: something must still be kept. */
export type ErasureState = 'requested' | 'refused' | 'withdrawn' | 'done';

/** Why personal data must be kept. */
export interface RetentionReason {
  readonly code: 'LICENCE_IN_FORCE' | 'RETENTION_PERIOD' | 'CASE_OPEN' | 'OBJECTION_OPEN';
  /** Of the licence, the case, the objection. */
  readonly subject: string;
  /** RFC 3339; null: as long as it lasts. */
  readonly until: string | null;
}

export interface Erasure {
  /** ULID; newest sorts last. */
  readonly id: string;
  /** Account of the holder. */
  readonly accountId: string;
  /** Null once it is done. */
  readonly holderHash: string | null;
  readonly state: ErasureState;
  readonly requestedAt: Date;
  /** Empty unless it was refused by a rule. */
  readonly reasons: readonly RetentionReason[];
  /** Account id. */
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

export interface ErasureStore {
  add(erasure: Erasure): Promise<void>;
  find(id: string): Promise<Erasure | null>;
  list(
    filter: { readonly accountId?: string; readonly state?: ErasureState },
    page: PageRequest,
  ): Promise<Page<Erasure>>;
  /** @returns false, and nothing is changed, unless it was `requested`. */
  decide(
    id: string,
    to: Pick<Erasure, 'state' | 'reasons' | 'decidedBy' | 'decidedAt'>,
  ): Promise<boolean>;
}
