/** Port: what holders object to, and what auditors answer. */
import type { Page, PageRequest } from './page.ts';

/** `open`: waits for an answer. */
export type ObjectionState = 'open' | 'upheld' | 'rejected' | 'withdrawn';

/** An objection (异议) to one use. Its texts are encrypted at rest under the holder's data key. */
export interface Objection {
  /** ULID; newest sorts last. */
  readonly id: string;
  /** The use objected to. */
  readonly useId: string;
  /** Null once the holder was erased. */
  readonly holderHash: string | null;
  readonly state: ObjectionState;
  /** In the holder's words; null once the holder was erased. */
  readonly grounds: string | null;
  readonly createdAt: Date;
  /** By when it must be answered. */
  readonly dueAt: Date;
  /** Account id. */
  readonly answeredBy: string | null;
  readonly answeredAt: Date | null;
  readonly answer: string | null;
}

export interface ObjectionFilter {
  readonly holderHash?: string;
  readonly state?: ObjectionState;
}

export interface ObjectionAnswer {
  readonly state: 'upheld' | 'rejected';
  readonly answer: string;
  /** Account id. */
  readonly answeredBy: string;
  readonly answeredAt: Date;
}

export interface ObjectionStore {
  /**
   * @throws ServiceError `OBJECTION_ALREADY_EXISTS` where the use was objected to before; `USAGE_RECORD_NOT_FOUND` if the
   * holder has no data key any more.
   */
  add(
    objection: Objection & { readonly holderHash: string; readonly grounds: string },
  ): Promise<void>;
  find(id: string): Promise<Objection | null>;
  list(filter: ObjectionFilter, page: PageRequest): Promise<Page<Objection>>;
  /** @returns false, and nothing is changed, unless it was open. */
  answer(id: string, answer: ObjectionAnswer): Promise<boolean>;
  /** @returns false, and nothing is changed, unless it was open. */
  withdraw(id: string): Promise<boolean>;
}
