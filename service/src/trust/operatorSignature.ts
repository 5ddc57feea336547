import { verifyJws, type Jws } from '../credentials/jws.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { conclude, failed, passed, type Check } from '../report.ts';

/**
 * Whether a signed object is the word of the operator of a city: its signer is the issuer it names, and so is whoever
 * runs a CA above it. Departments have credential keys under the same roots, but no CA.
 *
 * @param question - `issuer`: credit code that the object names.
 * @returns the JWS's checks, then `jws.operator`.
 */
export function verifyOperatorSignature(
  jws: Jws,
  question: Readonly<{ trust: TrustStore; at: Date; issuer: string }>,
): readonly Check[] {
  const { trust, at, issuer } = question;
  const purpose = 'credentialSigner';
  const checks = verifyJws(jws, { trust, at, purpose });
  const [leaf, ...brought] = jws.certificates;
  if (leaf === undefined || conclude(checks).indication !== 'TOTAL-PASSED') return checks;
  const intermediates = [...brought, ...trust.intermediates];
  const { path } = validateCertificationPath({ ...trust, leaf, intermediates, at, purpose });
  const isOperator =
    leaf.subject.creditCode === issuer &&
    path.slice(1).some(({ subject }) => subject.creditCode === issuer);
  return [
    ...checks,
    isOperator
      ? passed('jws.operator', `${issuer} signs it and runs a CA above its key`)
      : failed(
          'jws.operator',
          'CERTIFICATE_CONSTRAINTS_FAILURE',
          `issued by ${issuer}, signed by ${leaf.subject.creditCode ?? 'no credit code'}, who runs no CA above`,
        ),
  ];
}
