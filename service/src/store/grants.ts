/** Port: grants (授权), by which somebody acts with licences that another one holds. */
import type { Page, PageRequest } from './licences.ts';
import type { Holder } from './people.ts';
import type { UsageRecord } from './usageRecords.ts';

/** `delegation` was given by the holder; the others are registered at a window, with their basis in law. */
export const GRANT_KINDS = ['delegation', 'guardianship', 'legalRepresentative'] as const;
export type GrantKind = (typeof GRANT_KINDS)[number];

/** What a grant reaches; each member narrows it, null does not. */
export interface GrantScope {
  /** Identifiers; each means the licence in all its versions. */
  readonly licences: readonly string[] | null;
  readonly typeCodes: readonly string[] | null;
  readonly matters: readonly string[] | null;
}

/** `withdrawn` by the holder or at a window, `renounced` by the agent, `superseded` by a later one. */
export type GrantEnd = 'withdrawn' | 'renounced' | 'superseded';

/** A grant without personal data. */
export interface Grant {
  /** ULID of `createdAt`. */
  readonly id: string;
  readonly kind: GrantKind;
  /** Keyed hashes of their codes; null once they are erased. */
  readonly holderHash: string | null;
  readonly agentHash: string | null;
  readonly scope: GrantScope;
  /** Both ends are inside. */
  readonly validFrom: Date;
  /** Null: until it is ended. */
  readonly validUntil: Date | null;
  /** Account id. */
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Code of the window where it was registered; null for delegations. */
  readonly window: string | null;
  readonly ended: { readonly at: Date; readonly by: string; readonly how: GrantEnd } | null;
}

/** A grant with the names of those concerned; each is null once they are erased. */
export interface NamedGrant extends Grant {
  readonly holder: Holder | null;
  readonly agent: Holder | null;
  /** The provision or document it rests on; null for delegations. */
  readonly basis: string | null;
  /** Why it was ended, where that was said. */
  readonly note: string | null;
}

export type NewGrant = Omit<
  NamedGrant,
  'holderHash' | 'agentHash' | 'holder' | 'agent' | 'ended' | 'note'
> & {
  readonly holder: Holder;
  readonly agent: Holder;
};

export interface GrantStore {
  /**
   * Keeps a grant and the record of its making in one commit. A legal representative takes the place of the
   * enterprise's former one.
   */
  add(grant: NewGrant, use: UsageRecord): Promise<void>;
  find(id: string): Promise<NamedGrant | null>;
  /**
   * Ends a grant, with its record in the same commit; it counts at once in every process.
   *
   * @throws ServiceError `GRANT_STATE_CONFLICT` if it has ended before.
   */
  end(
    id: string,
    end: Readonly<{ at: Date; by: string; how: GrantEnd; note: string | null }>,
    use: UsageRecord,
  ): Promise<void>;
  /** Grants from one to the other that are in force at `at`, oldest first. */
  inForce(
    between: Readonly<{ holderHash: string; agentHash: string }>,
    at: Date,
  ): Promise<readonly Grant[]>;
  /** What somebody gave and was given, newest first. */
  list(party: string, page: PageRequest): Promise<Page<NamedGrant>>;
  /** What is registered for a holder, newest first; without delegations. */
  listRegistered(holderHash: string, page: PageRequest): Promise<Page<NamedGrant>>;
}
