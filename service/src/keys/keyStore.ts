/** Where private keys live. One key, one purpose; private halves never leave the store. */
import type { KeyPurpose, SignatureAlgorithm, Signer } from './signer.ts';

/** What may be known of a key outside its store. */
export interface KeyDescription {
  readonly name: string;
  readonly purpose: KeyPurpose;
  readonly algorithm: SignatureAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER certificates, leaf first; empty until {@link KeyStore.attach}. */
  readonly certificationPath: readonly Uint8Array[];
}

/** The port to wherever private keys live: files, or a device. */
export interface KeyStore {
  /**
   * Makes a key.
   *
   * @param name - 1 to 120 of `A–Z a–z 0–9 . _ -`, not starting with a dot.
   * @throws ServiceError `KEY_ALREADY_EXISTS`.
   */
  create(
    name: string,
    purpose: KeyPurpose,
    algorithm: SignatureAlgorithm,
  ): Promise<{ readonly spki: Uint8Array }>;
  /**
   * Signs what a key signs before it has a certificate: a root certificate or a certification request.
   *
   * @returns r‖s, 64 bytes.
   * @throws ServiceError `KEY_NOT_FOUND`; `KEY_UNFIT` once the key has a certificate.
   */
  signRequest(name: string, bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Attaches or replaces a key's certificates.
   *
   * @param certificationPath - DER, leaf first, up to but without the trust anchor; for a root the root itself.
   * @throws ServiceError `KEY_NOT_FOUND`; `KEY_UNFIT` if the leaf is not for this key and purpose.
   */
  attach(name: string, certificationPath: readonly Uint8Array[]): Promise<void>;
  /**
   * Opens a signer with the certificates attached so far. It refuses to sign (`KEY_UNFIT`) outside the period
   * in which its certificate allows it.
   *
   * @throws ServiceError `KEY_NOT_FOUND`; `KEY_UNFIT` without a fit certificate.
   */
  open(name: string): Promise<Signer>;
  /** Keys whose name begins with the prefix, in the order of names. */
  list(prefix?: string): Promise<readonly KeyDescription[]>;
}

/** When a certificate lets its key sign; both ends inside. */
export interface SigningPeriod {
  readonly from: Date;
  readonly until: Date;
}

/**
 * Says when a key may sign under its certificate (`pki/profiles.ts` has the rule; a store is given it).
 *
 * @throws ServiceError `KEY_UNFIT` if the leaf is missing, for another key or not of the purpose's profile.
 */
export type FitnessRule = (key: Omit<KeyDescription, 'name'>) => SigningPeriod;
