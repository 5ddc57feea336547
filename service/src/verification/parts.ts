import type { TrustAnchorRecord } from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EndorsementTrust } from '../ledger/proofTrust.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import type { Store } from '../store/store.ts';
import type { RevocationCache } from '../trust/revocationCache.ts';
import type { VisibleParts } from './visible/visibleChecks.ts';

/** What a verification works with. */
export interface VerificationParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'licences' | 'seals' | 'personalSignatures' | 'usage'>;
  /** This city's own: codes, credentials and proofs are judged by it. */
  readonly trust: TrustStore;
  /** What else seals and documents may rest on; absent: nothing. */
  readonly recognition?: RecognisedTrust;
  /** Looks at files that are not those that were issued or sealed here; absent: nobody looks. */
  readonly visible?: Pick<VisibleParts, 'reader' | 'pictures'>;
  /** Called before each verification: brings what this city says of revoked certificates up to the hour. */
  readonly prepareTrust?: () => Promise<void>;
  /** Asks others about certificates of theirs; absent: nobody is asked. */
  readonly statusGatherer?: RevocationCache;
  /** Only CAs on the trust list are asked; absent: whoever a certificate below one of our anchors names. */
  readonly asksRecognisedOnly?: boolean;
  /** The organisations that keep the ledger: proofs that are uploaded are judged by their roots. */
  readonly endorsement?: EndorsementTrust;
  /** Known code signers whose certificate's SHA-256 starts with these 8 bytes (lower-case hex). */
  readonly findCodeSigners: (keyIdentifier: string) => Promise<readonly Certificate[]>;
}

/** This city's own trust and the CAs of others on its trust list. */
export interface RecognisedTrust {
  /** As of the last refresh. */
  readonly trust: TrustStore;
  /**
   * Brings both level with the ledger.
   *
   * @returns the age of the ledger's word, seconds.
   * @throws ServiceError `LEDGER_UNAVAILABLE`.
   */
  refresh(): Promise<number>;
  /** The trusted entry of an anchor; null: it is none of the list. @param fingerprint - SHA-256, lower-case hex. */
  find(fingerprint: string): TrustAnchorRecord | null;
}

/** The moment a verdict is about, and what the ledger must have known. */
export interface VerificationTime {
  readonly at: Date;
  readonly knownAt: Date;
  /** Both are the present: the current state answers. */
  readonly isNow: boolean;
  /** Set: a moment ahead was asked for. Periods are judged by it, everything else by the present. */
  readonly aheadAt?: Date;
}

/**
 * @param asked - moments asked for; absent: now.
 * @returns neither lies in the future: nobody knows the states of tomorrow, only which periods will be over.
 */
export function verificationTime(
  clock: Clock,
  asked: Readonly<{ at?: Date | undefined; knownAt?: Date | undefined }>,
): VerificationTime {
  const now = clock.now();
  const notAfterNow = (instant: Date | undefined): Date =>
    instant === undefined || instant > now ? now : instant;
  const at = notAfterNow(asked.at);
  const knownAt = notAfterNow(asked.knownAt);
  const time = { at, knownAt, isNow: at === now && knownAt === now };
  return asked.at !== undefined && asked.at > now ? { ...time, aheadAt: asked.at } : time;
}
