import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { parseCertificate } from '../pki/certificate.ts';

/**
 * The instant after which nothing that a signer signs may claim to be good: `notAfter` of its certificate.
 *
 * @throws ServiceError `KEY_UNFIT` if the signer has no certificate.
 */
export function latestEnd(signer: Pick<Signer, 'certificationPath' | 'keyId'>): Date {
  const [leaf] = signer.certificationPath;
  if (leaf === undefined) {
    throw new ServiceError('KEY_UNFIT', `key ${signer.keyId} has no certificate`);
  }
  return parseCertificate(leaf).notAfter;
}
