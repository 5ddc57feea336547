import type { Clock } from '../clock.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import type { AuthorityName, AuthoritySigners } from '../pki/cityPki.ts';
import type { Store } from '../store/store.ts';
import type { CurrentTrust } from './currentTrust.ts';
import type { TrustListKeeper } from './trustList.ts';

/** What the use cases of the trust list work with. */
export interface TrustParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'trustProposals' | 'holders' | 'organisations' | 'status'>;
  readonly ledger: Ledger;
  readonly recorder: ActRecorder;
  readonly trust: CurrentTrust;
  readonly trustList: TrustListKeeper;
  readonly operator: AuthorityName;
  /** Origin of the service as others reach it, without trailing slash. */
  readonly publicUrl: string;
  /** The present trust bundle. */
  readonly publishBundle: () => Promise<string>;
  /** Signers of an authority by its credit code. @throws ServiceError `KEY_NOT_FOUND`. */
  readonly signersOf: (creditCode: string) => Promise<AuthoritySigners>;
}
