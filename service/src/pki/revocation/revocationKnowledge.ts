import type { Certificate } from '../certificate.ts';

/** What a verifier knows of revoked certificates when it judges a path; gathered beforehand, so judging stays pure. */
export interface RevocationKnowledge {
  /** DER certificate revocation lists (RFC 5280 §5), in any order; attacker-controlled where a document brought them. */
  readonly crls: readonly Uint8Array[];
  /** DER OCSP responses (RFC 6960 §4.2.1); attacker-controlled where a document brought them. */
  readonly ocspResponses: readonly Uint8Array[];
  /**
   * `always`: the status of every certificate below the anchor must be known. `whereNamed`: of those that name a list or a
   * responder, and of those whose issuer's list is at hand; an issuer that publishes none cannot be asked.
   */
  readonly demand: 'always' | 'whereNamed';
  /** Told of each certificate whose status could not be told, on a path to an anchor: for whoever may go and ask. */
  readonly onUnknown?: (certificate: Certificate, issuer: Certificate, anchor: Certificate) => void;
}
