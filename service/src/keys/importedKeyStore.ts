/** Where keys live that others made and an authority handed in. They sign PDFs and nothing else. */
import type { KeyObject } from 'node:crypto';
import type { SigningPeriod } from './keyStore.ts';
import type { PdfSigner } from './signer.ts';

/** What may be known of an imported key outside its store. */
export interface ImportedKey {
  /** SHA-256 of its certificate, lower-case hex. */
  readonly keyId: string;
  /** Credit code of the authority that signs with it. */
  readonly owner: string;
  readonly purpose: 'documentSigner';
  readonly algorithm: PdfSigner['algorithm'];
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER certificates, leaf first. */
  readonly certificationPath: readonly Uint8Array[];
  readonly importedAt: Date;
  /** Account id. */
  readonly importedBy: string;
}

/** A key to be taken in. */
export type KeyToImport = Omit<ImportedKey, 'keyId' | 'purpose'> & {
  readonly privateKey: KeyObject;
};

/** The port to wherever imported keys live; private halves never leave it. */
export interface ImportedKeyStore {
  /**
   * Keeps a key.
   *
   * @throws ServiceError `KEY_ALREADY_EXISTS` if this key was imported before, by whomever; `KEY_UNFIT` if its certificate
   * is not for it or not for documents.
   */
  add(key: KeyToImport): Promise<ImportedKey>;
  /** Keys of an authority, newest first. */
  list(owner: string): Promise<readonly ImportedKey[]>;
  /**
   * Opens a signer. It refuses to sign (`KEY_UNFIT`) outside its certificate's period.
   *
   * @throws ServiceError `KEY_NOT_FOUND`; `KEY_UNFIT` if its file was changed.
   */
  open(key: ImportedKey): Promise<PdfSigner>;
  /** Forgets a key for good. @throws ServiceError `KEY_NOT_FOUND`. */
  remove(key: ImportedKey): Promise<void>;
}

/**
 * Says when an imported key may sign (`pki/pkcs12/judgeImportedKey.ts` has the rule; a store is given it).
 *
 * @throws ServiceError `KEY_UNFIT`.
 */
export type ImportedFitnessRule = (
  key: Pick<ImportedKey, 'spki' | 'certificationPath'>,
) => SigningPeriod;
