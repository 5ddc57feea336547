import { parseCertificate } from '../pki/certificate.ts';
import { failed, passed, type Check } from '../report.ts';

/**
 * Every authority of a city has a signer under the same roots: it must be that authority's own.
 *
 * @param creditCode - whom the file names.
 * @param signer - DER; null: no signature can be read.
 */
export function checkSigner(name: string, creditCode: string, signer: Uint8Array | null): Check {
  const certified = signer === null ? null : parseCertificate(signer).subject.creditCode;
  return certified === creditCode
    ? passed(name, `the signer's certificate names ${creditCode}`)
    : failed(
        name,
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `made by ${creditCode}, its signer's certificate names ${certified ?? 'no credit code'}`,
      );
}
