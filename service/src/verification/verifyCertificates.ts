import type { Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, indeterminate, type Check, type Subject } from '../report.ts';

export interface CertificatesVerdict {
  readonly subject: Subject;
  readonly checks: readonly Check[];
}

/**
 * Verifies a certificate by itself: that it leads to an anchor, and that it was not revoked. Pure.
 *
 * @param certificates - leaf first; the others may help to build the path.
 */
export function verifyCertificates(
  certificates: readonly Certificate[],
  { trust, at }: Readonly<{ trust: TrustStore; at: Date }>,
): CertificatesVerdict {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) {
    return {
      subject: { kind: 'certificate', identifier: '' },
      checks: [failed('certificationPath', 'FORMAT_FAILURE', 'there is no certificate')],
    };
  }
  const intermediates = [...others, ...trust.intermediates];
  const path = { ...withStatusOfAll(trust), leaf, intermediates, at };
  const { checks } = validateCertificationPath(path);
  const revocation = indeterminate(
    'certificate.revocation',
    'TRY_LATER',
    'no revocation list is at hand',
  );
  return {
    subject: { kind: 'certificate', identifier: leaf.fingerprint },
    checks: path.revocation === undefined ? [...checks, revocation] : checks,
  };
}

/** The status is what is asked about a certificate: whatever is at hand must tell it. */
function withStatusOfAll({ revocation, ...trust }: TrustStore): TrustStore {
  const isAnyAtHand =
    revocation !== undefined && revocation.crls.length + revocation.ocspResponses.length > 0;
  return isAnyAtHand ? { ...trust, revocation: { ...revocation, demand: 'always' } } : trust;
}
