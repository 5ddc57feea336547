/** What a list or a responder says of one certificate, before anybody draws a conclusion from it. */
import type { Certificate } from '../certificate.ts';

/** RFC 5280 §5.3.1, in the order of CRLReason; 7 is not used. */
export const REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  null,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;
/** Why a certificate was revoked. */
export type RevocationReason = NonNullable<(typeof REVOCATION_REASONS)[number]>;

/** For which instants a statement about a certificate holds. */
export interface StatusPeriod {
  /** When it was known to be so. */
  readonly thisUpdate: Date;
  /** When something newer will be known; `null`: not said. */
  readonly nextUpdate: Date | null;
  /**
   * Certificates that expired at or after this instant are still spoken of (expiredCertsOnCRL of a list, archive cutoff
   * of a responder); `null`: nothing is said of a certificate that has expired by `thisUpdate`.
   */
  readonly expiredSince: Date | null;
}

/**
 * An authentic statement of the certificate's issuer (its signature was verified), or why there is none. Whether it is
 * fresh enough is not judged here.
 */
export type CertificateStatus =
  | ({ readonly kind: 'good' } & StatusPeriod)
  | ({
      readonly kind: 'revoked';
      /** The earlier of revocation date and invalidity date. */
      readonly revokedAt: Date;
      /** `null`: not said. */
      readonly reason: RevocationReason | null;
    } & StatusPeriod)
  /** The issuer was asked and does not know the certificate. */
  | ({ readonly kind: 'unknown' } & StatusPeriod)
  /** Not about this certificate: look further. */
  | { readonly kind: 'other' }
  /** About this certificate, but forged, malformed, by someone who may not say it, or of a kind that is not read. */
  | { readonly kind: 'fault'; readonly detail: string };

/** Asks one OCSP response about one certificate. */
export interface OcspStatusQuestion {
  readonly certificate: Certificate;
  /** The issuer's certificate in the path that is judged. */
  readonly issuer: Certificate;
  /** DER OCSPResponse (RFC 6960 §4.2.1); attacker-controlled. */
  readonly response: Uint8Array;
}

/**
 * What `service/src/pki/revocation/ocspStatus.ts` offers as `readOcspStatus`: pure, synchronous, never throws for bad
 * bytes, remembers what it verified. The responder is the issuer itself, or a certificate that the issuer signed with
 * id-kp-OCSPSigning (RFC 6960 §4.2.2.2) and that was valid at `producedAt`.
 */
export type ReadOcspStatus = (question: OcspStatusQuestion) => CertificateStatus;
