import type { Logger } from 'pino';
import type { ImportedSigners } from '../authorities/importedSigners.ts';
import type { AuthorityParts } from '../authorities/registerAuthority.ts';
import type { Clock } from '../clock.ts';
import type { Vitals } from '../health/readHealth.ts';
import type { ImportRunner } from '../imports/importRunner.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { StatusListPublisher } from '../licences/statusLists.ts';
import type { ReceiptParts } from '../receipts/receipt.ts';
import type { SealParts } from '../seals/parts.ts';
import type { CertificateService } from '../composition/openCertificates.ts';
import type { PresentationParts } from '../presentations/parts.ts';
import type { IdentitySettings } from '../people/identityProvider.ts';
import type { Store } from '../store/store.ts';
import type { TimeStampingAuthority } from '../pki/timeStamp/timeStampingAuthority.ts';
import type { TrustParts } from '../trust/parts.ts';
import type { VerificationParts } from '../verification/parts.ts';
import type { Metrics } from './metrics.ts';

/** What the routes work with. */
export interface AppParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly licences: LicenceParts;
  readonly seals: SealParts;
  readonly receipts: ReceiptParts;
  readonly verification: VerificationParts;
  readonly presentations: PresentationParts;
  readonly trustParts: TrustParts;
  readonly identity: IdentitySettings;
  readonly certificates: CertificateService;
  readonly authorities: AuthorityParts;
  readonly documentSigners: ImportedSigners;
  readonly imports: ImportRunner;
  readonly timeStampingAuthority: TimeStampingAuthority;
  readonly publishStatusList: StatusListPublisher;
  /** Origin of the service as its users see it, without trailing slash. */
  readonly publicUrl: string;
  /** Requests a second and address on public routes; null: no limit. */
  readonly publicRate: number | null;
  /** How long personal data of an ended licence are kept. */
  readonly retentionYears: number;
  /** False: answers are checked against the API's own description, at the price of speed. */
  readonly isProduction: boolean;
  /** Folder with the built public page; it may be missing. */
  readonly webRoot: string;
  /** Whether the ledger could record an act when it was last asked. */
  readonly isLedgerUp: () => boolean;
  /** What this process knows of itself. */
  readonly vitals: Vitals;
  /** Why the service is not ready, as codes for operators; empty: it is. */
  readiness(): readonly string[];
  /** Counts requests; absent: nobody asks for them. */
  readonly metrics?: Metrics;
}
