/** Port: organisations, people with accounts, windows, sessions, idempotency keys and holders. */
import type { Page, PageRequest } from './page.ts';

/** Roles of people; each is held in one organisation. */
export const PERSON_ROLES = [
  'sealMaker',
  'issuer',
  'approver',
  'clerk',
  'holder',
  'auditor',
  'system',
  'operator',
  'securityAdmin',
] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** Steps of the administrative division, from the top down (省、市、县、乡镇、村). */
export const ORGANISATION_LEVELS = [
  'province',
  'prefecture',
  'county',
  'township',
  'village',
] as const;
export type OrganisationLevel = (typeof ORGANISATION_LEVELS)[number];

/** An authority or any other organisation of the tree. `creditCode` is its key. */
export interface Organisation {
  readonly creditCode: string;
  readonly name: string;
  /** Credit code of the organisation above; null at the top. */
  readonly parent: string | null;
  /** What it is, in the words of whoever registered it: `sealAuthority`, `department`, `serviceHall`, … */
  readonly kind: string;
  /** Absent: that of the nearest one above that has one. */
  readonly level?: OrganisationLevel;
  readonly createdAt: Date;
  /** Nothing new begins in it from then on; what was done stays, and so do roles until they are taken away. Absent: open. */
  readonly closedAt?: Date;
}

export interface OrganisationStore {
  /** @throws ServiceError `ORGANISATION_ALREADY_EXISTS`; `ORGANISATION_NOT_FOUND` when there is no such parent. */
  add(organisation: Organisation): Promise<void>;
  find(creditCode: string): Promise<Organisation | null>;
  /** All of them, parents before children, then by credit code. */
  list(): Promise<readonly Organisation[]>;
}

export interface HeldRole {
  readonly role: PersonRole;
  /** Credit code of the organisation in which the role is held; null for holders. */
  readonly organisation: string | null;
}

/** An account of a person or of another system. `displayName` is encrypted at rest. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly displayName: string;
  readonly roles: readonly HeldRole[];
  readonly windowCode: string | null;
  /** Keyed hash of the holder's code ({@link HolderStore.holderHash}) for holders' accounts. */
  readonly holderHash: string | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** Somebody else set the password: it must be changed, and is good until then at most. Absent: it is the person's own. */
  readonly passwordUntil?: Date;
}

/** Which accounts a list shall show. */
export interface AccountFilter {
  /** Part of the user name, or of the display name of somebody who holds a role in an organisation. */
  readonly text?: string;
  readonly role?: PersonRole;
  /** Credit codes: only accounts with a role in one of them. */
  readonly organisations?: ReadonlySet<string>;
  readonly windowCode?: string;
}

/** Changes go through the administrative trail (`administration.ts`). */
export interface AccountStore {
  /** @throws ServiceError `ACCOUNT_ALREADY_EXISTS` when the user name is taken. */
  add(account: Account): Promise<void>;
  find(id: string): Promise<Account | null>;
  /** The user name is compared as it stands. */
  findByUsername(username: string): Promise<Account | null>;
  /** Holders' accounts without any other role, the oldest first. */
  findHolders(holderHash: string): Promise<readonly Account[]>;
  /** Newest first. */
  list(filter: AccountFilter, page: PageRequest): Promise<Page<Account>>;
  /** The account to which a subject of an identity provider is bound. @param subjectHash - keyed hash. */
  findByIdentity(subjectHash: string): Promise<Account | null>;
  /** Issuer of the identity by which the account's person signs in elsewhere, and since when; null: none. */
  identityOf(id: string): Promise<{ readonly issuer: string; readonly boundAt: Date } | null>;
}

/** A counter where clerks serve, or a virtual one. */
export interface Window {
  readonly code: string;
  readonly name: string;
  /** Credit code of the service hall or department it belongs to. */
  readonly organisation: string;
  /** Nobody serves there any more. Absent: it is open. */
  readonly closedAt?: Date;
}

export interface WindowStore {
  /** @throws ServiceError `WINDOW_ALREADY_EXISTS`, `ORGANISATION_NOT_FOUND`. */
  add(window: Window): Promise<void>;
  find(code: string): Promise<Window | null>;
  list(): Promise<readonly Window[]>;
}

/** A signed-in session; the token itself is never stored. */
export interface Session {
  /** SHA-256 of the token, lower-case hex. */
  readonly tokenHash: string;
  readonly accountId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** How it began: `external` by an identity provider. Absent: by a password of ours. */
  readonly method?: 'external';
  /** Of the last request, some seconds earlier maybe ({@link SessionStore.touch}); absent: none since it began. */
  readonly lastUsedAt?: Date;
}

export interface SessionStore {
  add(session: Session): Promise<void>;
  /** Those of an account that have not expired at `at`, newest first. */
  listOf(accountId: string, at: Date): Promise<readonly Session[]>;
  /**
   * The session with its account; null when unknown, expired at `at`, or the account is disabled. One indexed read.
   * A clerk's window that is closed is none.
   */
  find(
    tokenHash: string,
    at: Date,
  ): Promise<{ readonly session: Session; readonly account: Account } | null>;
  /** Keeps when a session was used, if what is kept is from `before` or earlier: of many at once, one writes. */
  touch(tokenHash: string, at: Date, before: Date): Promise<void>;
  /** Does nothing when there is none. */
  remove(tokenHash: string): Promise<void>;
  /** Removes sessions that ended before `at`; returns how many. */
  removeExpired(at: Date): Promise<number>;
}

/** One use of an `Idempotency-Key`: `scope` names account and route, so keys of different callers never meet. */
export interface IdempotencyClaim {
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the request body, lower-case hex. */
  readonly requestDigest: string;
  /** After this instant the key is free again. */
  readonly expiresAt: Date;
}

/** `reserved`: run the request, then `complete` or `abandon`. `running`: an equal request is under way. */
export type IdempotencyAnswer =
  | { readonly outcome: 'reserved' }
  | { readonly outcome: 'running' }
  | { readonly outcome: 'completed'; readonly status: number; readonly body: string };

export interface IdempotencyStore {
  /**
   * Claims a key. Of concurrent equal claims exactly one is `reserved`. A claim whose process died is given out again.
   *
   * @throws ServiceError `IDEMPOTENCY_KEY_REUSED` when the key was used with another request.
   */
  reserve(claim: IdempotencyClaim): Promise<IdempotencyAnswer>;
  /** Keeps the answer for the claim's life time; the body is encrypted at rest. */
  complete(
    claim: Pick<IdempotencyClaim, 'scope' | 'key'>,
    answer: { readonly status: number; readonly body: string },
  ): Promise<void>;
  /** Frees the key: the request failed and may be sent again. */
  abandon(claim: Pick<IdempotencyClaim, 'scope' | 'key'>): Promise<void>;
}

/** The code by which a holder is known: `codeType` as in the licence (`idCard`, `creditCode`, …). */
export interface HolderCode {
  readonly code: string;
  readonly codeType: string;
}

/** A holder as printed on a licence. Encrypted at rest under the holder's own data key. */
export interface Holder extends HolderCode {
  readonly name: string;
}

export interface HolderStore {
  /**
   * Keyed hash (HMAC-SHA-256, lower-case hex, 64 characters) of a holder's code, by which rows are found.
   * Spaces are dropped and letters raised first.
   */
  holderHash(holder: HolderCode): string;
  /**
   * Keyed hash for another purpose; `domain` keeps purposes apart (`actor`, `presentation`, …).
   *
   * @returns lower-case hex, 64 characters.
   */
  keyedHash(domain: string, value: string): string;
  /**
   * Destroys the holder's data key: fields, documents and credentials of all their licences can never be read again,
   * here or in a backup restored beside the live key table. Rows stay, without personal data, so the ledger's index holds.
   * Accounts of the holder are closed and nameless, their sessions ended.
   *
   * @returns false when nobody has this hash or the key was destroyed before.
   */
  erase(holderHash: string, at: Date): Promise<boolean>;
}
