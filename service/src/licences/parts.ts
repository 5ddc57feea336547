import type { Clock } from '../clock.ts';
import type { DocumentPress } from '../documents/documentPress.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { SealOpener } from '../sealing/issuingSeal.ts';
import type { SealUses } from '../sealing/sealUses.ts';
import type { Store } from '../store/store.ts';

/** What the licence use cases work with. */
export interface LicenceParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly recorder: ActRecorder;
  /** Signers of an authority by its credit code. @throws ServiceError `KEY_NOT_FOUND`. */
  readonly signersOf: (creditCode: string) => Promise<AuthoritySigners>;
  /** Opens a seal's file and picture. @throws ServiceError `SEAL_NOT_FOUND`. */
  readonly openSeal: SealOpener;
  /** Stamps signatures with time; null: nothing is stamped. */
  readonly timeStamper: TimeStamper | null;
  readonly sealUses: SealUses;
  /** Origin that codes point to, without trailing slash. */
  readonly publicUrl: string;
  /** CA certificates below the roots, PEM: attached to OFDs so that they verify on their own. */
  readonly intermediatesPem: string;
  /** Writes the licences' files. */
  readonly press: DocumentPress;
}

/** Keyed hash by which a person stands in acts: the same person, the same hash, but no way back to them. */
export function actorHash(store: Pick<Store, 'holders'>, accountId: string): string {
  return store.holders.keyedHash('actor', accountId);
}
