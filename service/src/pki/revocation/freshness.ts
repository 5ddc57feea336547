/** Whether a statement about a certificate says enough of a given moment. */
import type { Certificate } from '../certificate.ts';
import type { StatusPeriod } from './certificateStatus.ts';

/**
 * A statement made later, or one that was still current, says what held at a moment; but one made after the certificate
 * expired says nothing of it, unless it says that it does (RFC 5280 §5 lets expired certificates leave a list).
 */
export function isFresh(
  { thisUpdate, nextUpdate, expiredSince }: StatusPeriod,
  { notAfter }: Certificate,
  provenAt: Date,
): boolean {
  const isSpokenOf = thisUpdate <= notAfter || (expiredSince !== null && expiredSince <= notAfter);
  return isSpokenOf && (thisUpdate >= provenAt || (nextUpdate !== null && provenAt <= nextUpdate));
}
