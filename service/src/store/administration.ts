/** Port: changes of organisations, windows, people and clients, each with its entry in the administrative trail. */
import type { Page, PageRequest } from './page.ts';
import type { Account, HeldRole, Organisation, OrganisationLevel, Window } from './people.ts';
import type { ClientChange } from './systems.ts';
import type { UsageAnchor } from './usageRecords.ts';

/** One change. What is left out of a change of several members stays as it is. */
export type AdministrativeChange =
  | { readonly action: 'person.add'; readonly account: Account }
  | {
      readonly action: 'person.setRoles';
      readonly id: string;
      readonly roles: readonly HeldRole[];
      readonly windowCode: string | null;
    }
  /** Ends the account's sessions. @param reason - in the words of whoever disables; the entry keeps it. */
  | {
      readonly action: 'person.disable';
      readonly id: string;
      readonly at: Date;
      readonly reason?: string;
    }
  | { readonly action: 'person.enable'; readonly id: string }
  /** Ends the account's other sessions: all but `keep`, a token's hash. */
  | {
      readonly action: 'person.changePassword';
      readonly id: string;
      readonly passwordHash: string;
      readonly keep: string | null;
    }
  /** Ends the account's sessions; the password must be changed and is good until then. */
  | {
      readonly action: 'person.resetPassword';
      readonly id: string;
      readonly passwordHash: string;
      readonly until: Date;
    }
  /** Takes the place of an earlier identity. */
  | {
      readonly action: 'person.bindIdentity';
      readonly id: string;
      readonly issuer: string;
      readonly subjectHash: string;
      readonly at: Date;
    }
  /** Ends the account's sessions. */
  | { readonly action: 'person.unbindIdentity'; readonly id: string }
  /** @param session - beginning of a token's hash; null: all of them. */
  | { readonly action: 'person.endSessions'; readonly id: string; readonly session: string | null }
  | { readonly action: 'organisation.add'; readonly organisation: Organisation }
  | {
      readonly action: 'organisation.change';
      readonly creditCode: string;
      readonly name?: string | undefined;
      readonly parent?: string | null | undefined;
      readonly kind?: string | undefined;
      readonly level?: OrganisationLevel | null | undefined;
    }
  /** Closes its windows, too. */
  | { readonly action: 'organisation.close'; readonly creditCode: string; readonly at: Date }
  | { readonly action: 'organisation.reopen'; readonly creditCode: string }
  | { readonly action: 'window.add'; readonly window: Window }
  | {
      readonly action: 'window.change';
      readonly code: string;
      readonly name?: string | undefined;
      readonly organisation?: string | undefined;
    }
  | { readonly action: 'window.close'; readonly code: string; readonly at: Date }
  | { readonly action: 'window.reopen'; readonly code: string }
  | ClientChange;

export type AdministrativeAction = AdministrativeChange['action'];

/** What a rule may look at: as it stands in the very transaction of the change. */
export interface AdministeredState {
  /** All of them, parents before children. */
  organisations(): readonly Organisation[];
  window(code: string): Window | null;
  account(id: string): Account | null;
  /** Every account by which somebody with this code signs in. */
  accountsOf(holderHash: string): readonly Account[];
  /** Keyed hash of the subject to which an account is bound; null: none. */
  identityOf(id: string): string | null;
}

/** Who makes a change, and what must hold for it. */
export interface ChangeOrder {
  /** Account id, or the name of what acts without an account. */
  readonly actor: string;
  readonly at: Date;
  /** Runs before the change in its transaction; what it throws prevents it. */
  readonly check?: (state: AdministeredState) => void;
}

/** An entry of the trail. Records hold ids, roles, codes and names of organisations, no names of people but in a reason. */
export interface AdministrationEntry {
  /** Place in the trail, from 1, without gaps. */
  readonly number: number;
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: AdministrativeAction;
  readonly subject: { readonly kind: AdministeredKind; readonly id: string };
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Canonical bytes: the members above, `before`, `after`, `reason` if one was given, and `previous`, the leaf hash of the entry before (null: none). */
  readonly record: Uint8Array;
  /** SHA-256(0x00 ‖ salt ‖ record), lower-case hex. */
  readonly leafHash: string;
  /** Null while pending. */
  readonly anchor: UsageAnchor | null;
}

export type AdministeredKind = 'person' | 'organisation' | 'window' | 'client';

export interface AdministrationFilter {
  readonly actor?: string;
  /** Account id, credit code, code of a window or id of a client. */
  readonly subject?: string;
  /** From, inclusive. */
  readonly from?: Date;
  /** Until, exclusive. */
  readonly until?: Date;
}

export interface AdministrationStore {
  /**
   * Makes a change and writes it into the trail, in one commit.
   *
   * @throws ServiceError `ACCOUNT_NOT_FOUND`, `ORGANISATION_NOT_FOUND`, `WINDOW_NOT_FOUND`, `CLIENT_NOT_FOUND`, `ACCOUNT_ALREADY_EXISTS`,
   * `ORGANISATION_ALREADY_EXISTS`, `WINDOW_ALREADY_EXISTS`, `IDENTITY_ALREADY_BOUND`; what the order's check throws.
   */
  change(change: AdministrativeChange, order: ChangeOrder): Promise<void>;
  find(id: string): Promise<AdministrationEntry | null>;
  /** Newest first. */
  list(filter: AdministrationFilter, page: PageRequest): Promise<Page<AdministrationEntry>>;
  /** Oldest entries that are not anchored. */
  pending(limit: number): Promise<readonly { readonly id: string; readonly leafHash: string }[]>;
  /** Notes that the leaves of `ids`, in this order, stand under `root`. Doing it again changes nothing. */
  markAnchored(root: string, ids: readonly string[]): Promise<void>;
}
