/** Certification paths: building and validating them. */
import type { KeyPurpose } from '../keys/signer.ts';
import { type Check, indeterminate } from '../report.ts';
import type { Certificate } from './certificate.ts';

export interface PathQuestion {
  readonly leaf: Certificate;
  /** Foreign certificates that may help, for instance from the document; attacker-controlled. */
  readonly intermediates: readonly Certificate[];
  /** Keep one array as long as the trust does not change: validated paths are remembered by its identity. */
  readonly anchors: readonly Certificate[];
  /** Instant of validation; both ends of each validity period are inside it (RFC 5280 §4.1.2.5). */
  readonly at: Date;
  /** The leaf must then be of this purpose's profile. */
  readonly purpose?: KeyPurpose;
}

export interface PathAnswer {
  /** In the order of RFC 5280 §6.1.3 and §6.1.4; `conclude` them together with the caller's own. */
  readonly checks: readonly Check[];
  /** Leaf first, trust anchor last; as far as it could be built. */
  readonly path: readonly Certificate[];
}

/**
 * Builds and validates a certification path. Revocation is not looked at here.
 *
 * @returns never throws for an untrusted path.
 */
export function validateCertificationPath(question: PathQuestion): PathAnswer {
  return {
    checks: [indeterminate('certificationPath.trustAnchor', 'NO_TRUST', 'no path was built')],
    path: [question.leaf],
  };
}
