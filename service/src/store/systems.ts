/** Port: clients (other systems), what they may do, their tokens and how often they called. */
import type { Account } from './people.ts';

/** What a client may ask for. */
export const CLIENT_SCOPES = [
  'licence.search',
  'licence.metadata',
  'licence.file',
  'verify',
] as const;
export type ClientScope = (typeof CLIENT_SCOPES)[number];

/** What a client may do, as one version of its registration says. */
export interface ClientTerms {
  readonly scopes: readonly ClientScope[];
  /** Types of licences, each with the names of the fields that may leave. */
  readonly types: readonly { readonly typeCode: string; readonly fields: readonly string[] }[];
  readonly purposes: readonly ClientPurpose[];
  /** Calls within any minute and within any 24 hours. */
  readonly quota: { readonly perMinute: number; readonly perDay: number };
}

export interface ClientPurpose {
  /** By which calls name it. */
  readonly code: string;
  /** In the holder's words. */
  readonly name: string;
  /** The provision it rests on; null: each holder must have granted it to the client's organisation. */
  readonly legalBasis: string | null;
  /** Codes of the matters it is for; null: any. */
  readonly matters: readonly string[] | null;
}

export interface SystemClient {
  /** The client_id: ULID in small letters. */
  readonly id: string;
  readonly accountId: string;
  /** Credit code. */
  readonly organisation: string;
  readonly name: string;
  readonly createdAt: Date;
  /** SHA-256 of the secret, lower-case hex. */
  readonly secretHash: string;
  readonly secretSince: Date;
  /** The secret before, and until when it still opens; null: none does. */
  readonly former: { readonly secretHash: string; readonly until: Date } | null;
  readonly terms: ClientTerms;
  /** Of the terms, from 1. */
  readonly version: number;
}

/** Terms as they were from `at` on. */
export interface ClientVersion {
  readonly version: number;
  readonly terms: ClientTerms;
  readonly at: Date;
  /** Account id. */
  readonly by: string;
}

/** A client's access token; the session of the same hash carries it. */
export interface ClientToken {
  readonly tokenHash: string;
  readonly clientId: string;
  readonly scopes: readonly ClientScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** How a quota stands after a call. */
export interface QuotaState {
  /** Whether the call counts; false: a quota is used up, and nothing was counted. */
  readonly isAdmitted: boolean;
  readonly windows: readonly QuotaWindow[];
}

export interface QuotaWindow {
  readonly name: 'minute' | 'day';
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until one more call will be admitted, if `remaining` is 0, else until the oldest that counts does no more. */
  readonly resetSeconds: number;
}

/** Changes of clients go through the administrative trail (`administration.ts`), as those of people do. */
export type ClientChange =
  | {
      readonly action: 'client.add';
      readonly client: Omit<SystemClient, 'version' | 'former'>;
      /** The account by which it acts; it has the role `system`. */
      readonly account: Account;
      /** Account id of who adds it. */
      readonly by: string;
    }
  /** Adds a version of the terms; it counts with the next call. */
  | {
      readonly action: 'client.putTerms';
      readonly client: string;
      readonly terms: ClientTerms;
      readonly at: Date;
      readonly by: string;
    }
  /** Puts a new secret in place; the former one opens until then, null: no more. */
  | {
      readonly action: 'client.putSecret';
      readonly client: string;
      readonly secretHash: string;
      readonly at: Date;
      readonly formerUntil: Date | null;
    };

export interface SystemStore {
  find(id: string): Promise<SystemClient | null>;
  /** By name. */
  list(): Promise<readonly SystemClient[]>;
  /** Newest first. */
  versions(id: string): Promise<readonly ClientVersion[]>;
  /** Keeps a token and its session in one commit. */
  addToken(token: ClientToken, accountId: string): Promise<void>;
  /** Null when unknown or expired at `at`. */
  findToken(tokenHash: string, at: Date): Promise<ClientToken | null>;
  /**
   * Counts calls if all of them are within the quota, one commit for question and count, whichever process asks. The
   * windows slide: no minute and no 24 hours ever see more than their limit.
   */
  countCalls(
    client: Pick<SystemClient, 'id' | 'terms'>,
    calls: number,
    at: Date,
  ): Promise<QuotaState>;
}
