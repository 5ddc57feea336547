import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EndorsementTrust } from '../ledger/proofTrust.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import type { Store } from '../store/store.ts';

/** What a verification works with. */
export interface VerificationParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'licences' | 'seals' | 'usage'>;
  readonly trust: TrustStore;
  /** The organisations that keep the ledger: proofs that are uploaded are judged by their roots. */
  readonly endorsement?: EndorsementTrust;
  /** Known code signers whose certificate's SHA-256 starts with these 8 bytes (lower-case hex). */
  readonly findCodeSigners: (keyIdentifier: string) => Promise<readonly Certificate[]>;
}

/** The moment a verdict is about, and what the ledger must have known. */
export interface VerificationTime {
  readonly at: Date;
  readonly knownAt: Date;
  /** Both are the present: the current state answers. */
  readonly isNow: boolean;
}

/**
 * @param asked - moments asked for; absent: now.
 * @returns neither lies in the future.
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
  return { at, knownAt, isNow: at === now && knownAt === now };
}
