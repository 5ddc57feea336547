/** Whether a list speaks of a certificate, and for which reasons (RFC 5280 §6.3.3 (b), (d)). */
import type { Certificate } from '../certificate.ts';
import { ALL_REASONS, keysOfPointName, type DistributionPoint } from '../distributionPoints.ts';
import { keyOfName } from '../generalName.ts';
import type { Crl, CrlScope } from './crl.ts';

/**
 * A certificate's own distribution points, and the one that is assumed where they do not suffice: its issuer's name
 * (RFC 5280 §6.3.3, after (l)).
 */
export type AskedPoint = DistributionPoint | 'issuer';

/** Comparison keys of the names by which lists of a point may be issued. */
export function crlIssuersOf(point: AskedPoint, { issuer }: Certificate): readonly string[] {
  if (point === 'issuer' || point.crlIssuer === null) {
    return [issuer.comparisonKey];
  }
  return point.crlIssuer.flatMap((one) =>
    one.form === 'directoryName' ? [one.name.comparisonKey] : [],
  );
}

/** @param crl - of one of {@link crlIssuersOf}. */
export function isInScope(crl: Crl, point: AskedPoint, certificate: Certificate): boolean {
  const { scope } = crl;
  const isOfOther = point !== 'issuer' && point.crlIssuer !== null;
  if (scope === null) {
    return !isOfOther; // (b) (1)
  }
  return (
    (!isOfOther || scope.isIndirect) &&
    isForKind(scope, certificate) &&
    isForPoint(crl, scope, point, certificate)
  );
}

/** Bit mask of the reasons for which a list speaks of the certificates of a point. */
export function reasonsOf({ scope }: Crl, point: AskedPoint): number {
  const ofList = scope?.onlySomeReasons ?? ALL_REASONS;
  const ofPoint = point === 'issuer' ? ALL_REASONS : (point.reasons ?? ALL_REASONS);
  return ofList & ofPoint;
}

/** (b) (2) (ii) to (iv). */
function isForKind({ onlyContains }: CrlScope, { isCa }: Certificate): boolean {
  return onlyContains === null || onlyContains === (isCa ? 'caCerts' : 'userCerts');
}

/** (b) (2) (i). */
function isForPoint(
  crl: Crl,
  { name }: CrlScope,
  point: AskedPoint,
  { issuer }: Certificate,
): boolean {
  if (name === null) {
    return true;
  }
  const keys = new Set(keysOfPointName(name, crl.issuer));
  return keysOfPoint(point, crl, issuer).some((key) => keys.has(key));
}

function keysOfPoint(
  point: AskedPoint,
  crl: Crl,
  issuer: Certificate['issuer'],
): readonly string[] {
  if (point === 'issuer') {
    return [keyOfName(issuer.comparisonKey)];
  }
  return point.name === null
    ? (point.crlIssuer ?? []).map(({ key }) => key)
    : keysOfPointName(point.name, crl.issuer); // the list's issuer is the point's, or the certificate's
}
