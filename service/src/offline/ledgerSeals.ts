/** Which seals have a ledger that knows their state: those of cities that run this service. */
import { ServiceError } from '../errors.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { EXTENDED_KEY_USAGE } from '../pki/profiles.ts';
import type { SignatureOrigin } from '../verification/recognition.ts';

/**
 * Tells whether the seal behind a signature stands on a ledger: its maker's certificate has our own usage, or, where the
 * format carries no seal, its signer's certificate is of our profile. Other makers keep no ledger that could be asked.
 *
 * @returns true also for what cannot be read: then nobody knows.
 */
export function isSealOnLedger({ maker, signer }: SignatureOrigin): boolean {
  try {
    if (maker !== null) return isLedgerMaker(parseCertificate(maker));
    return signer === null || isLedgerSigner(parseCertificate(signer));
  } catch (error) {
    if (error instanceof ServiceError) return true;
    throw error;
  }
}

/** @param maker - DER of a seal maker's certificate. */
export function isSealMadeForLedger(maker: Uint8Array): boolean {
  return isSealOnLedger({ maker, signer: null, certificates: [], signedAt: null });
}

function isLedgerMaker({ extendedKeyUsages }: Certificate): boolean {
  return extendedKeyUsages?.includes(EXTENDED_KEY_USAGE.sealMaker) === true;
}

function isLedgerSigner({ subject, extendedKeyUsages }: Certificate): boolean {
  return (
    subject.creditCode !== null &&
    extendedKeyUsages?.includes(EXTENDED_KEY_USAGE.documentSigner) === true
  );
}
