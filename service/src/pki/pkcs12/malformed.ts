import { ServiceError } from '../../errors.ts';

/** The error for a PKCS#12 file that cannot be read. */
export function malformedPkcs12(what: string): ServiceError {
  return new ServiceError('PKCS12_MALFORMED', `the PKCS#12 file cannot be read: ${what}`);
}
