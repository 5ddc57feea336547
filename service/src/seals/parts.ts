import type { Clock } from '../clock.ts';
import type { ValidationSource } from '../documents/pdf/longTermData.ts';
import type { TextFinder } from '../documents/visible/visibleReader.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import type { PdfSigner, SignatureAlgorithm, Signer } from '../keys/signer.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import type { PersonName } from '../pki/personalSigner.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { SealOpener } from '../sealing/issuingSeal.ts';
import type { SealUses } from '../sealing/sealUses.ts';
import type { Store } from '../store/store.ts';

/** Signers of an authority whose keys were made elsewhere, newest first. */
export interface ImportedSignerSource {
  /** All of them; whoever is unfit refuses to sign (`KEY_UNFIT`). */
  all(creditCode: string): Promise<readonly PdfSigner[]>;
  /** Those that may sign now. @throws ServiceError `LEDGER_UNAVAILABLE`. */
  fit(creditCode: string): Promise<readonly PdfSigner[]>;
}

/** What the seal use cases work with. */
export interface SealParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly recorder: ActRecorder;
  /** Signers of an authority by its credit code. @throws ServiceError `KEY_NOT_FOUND`. */
  readonly signersOf: (creditCode: string) => Promise<AuthoritySigners>;
  readonly importedSigners: ImportedSignerSource;
  readonly openSeal: SealOpener;
  /** Stamps signatures with time; null: nothing is stamped. */
  readonly timeStamper: TimeStamper | null;
  /** Looks for keywords in PDFs. */
  readonly textFinder: TextFinder;
  /** Proofs about certificates that a PDF takes along at level `LT`. */
  readonly validationSource: ValidationSource;
  readonly sealUses: SealUses;
  /** Makes a signer for one signature of a person. */
  readonly personalSigner: (person: PersonName, algorithm: SignatureAlgorithm) => Promise<Signer>;
  /** SM2 key that signs seals. */
  readonly sealMaker: Signer;
  /** Origin that codes point to, without trailing slash. */
  readonly publicUrl: string;
}
