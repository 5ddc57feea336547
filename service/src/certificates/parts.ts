import type { Clock } from '../clock.ts';
import type { CityPki, OwnPems } from '../pki/cityPki.ts';
import type { RevokedCertificates } from '../pki/revokedKeys.ts';
import type { Store } from '../store/store.ts';
import type { CurrentTrust } from '../trust/currentTrust.ts';

/** What is revoked, as every signature asks; it only grows. */
export interface RevokedRegister extends RevokedCertificates {
  add(fingerprint: string): void;
}

/** Certificates and lists as files, for verifiers without this service. */
export interface TrustFiles extends OwnPems {
  /** DER. */
  readonly crls: readonly Uint8Array[];
}

/** What the certification authorities' use cases work with. */
export interface CertificateParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'revocations'>;
  readonly pki: CityPki;
  readonly trust: CurrentTrust;
  readonly revoked: RevokedRegister;
  /** Credit code of whoever runs the service: its keys are replaced first. */
  readonly operator: string;
  /** Opens an owner's keys anew and puts successors on the ledger; an owner that is no authority is left alone. */
  readonly replaceKeys: (creditCode: string) => Promise<void>;
  readonly writeTrustFiles: (files: TrustFiles) => Promise<void>;
  /** Told of what will be tried again. */
  readonly onFailure: (error: unknown) => void;
}
