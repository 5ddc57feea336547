import { createHash, type KeyObject } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import { signEs256 } from '../../keys/es256.ts';
import { signRs256 } from '../../keys/rs256.ts';
import type { PdfSigner } from '../../keys/signer.ts';
import { parseCertificate } from '../certificate.ts';
import { findPurposeFault } from '../profiles.ts';
import type { OpenedPkcs12 } from './openPkcs12.ts';

const SIGN: Readonly<
  Record<PdfSigner['algorithm'], (privateKey: KeyObject, bytes: Uint8Array) => Uint8Array>
> = {
  ES256: signEs256,
  RS256: signRs256,
};

/**
 * Makes a signer for PDFs of an opened PKCS#12 file. It signs documents and nothing else, within its certificate's period.
 *
 * @throws ServiceError `KEY_UNFIT` for a certificate that is not for documents, or an SM2 key: PDFs are not sealed by SM2.
 */
export function createPkcs12Signer(opened: OpenedPkcs12, clock: Clock): PdfSigner {
  const { algorithm, privateKey, certificationPath } = opened;
  if (algorithm === 'SM2') throw new ServiceError('KEY_UNFIT', 'a PDF is not sealed by SM2');
  const [leaf = new Uint8Array()] = certificationPath;
  const certificate = parseCertificate(leaf);
  const fault = findPurposeFault(certificate, 'documentSigner');
  if (fault !== null) {
    throw new ServiceError('KEY_UNFIT', `certificate ${certificate.fingerprint}: ${fault}`);
  }
  const { notBefore, notAfter } = certificate;
  return {
    algorithm,
    purpose: 'documentSigner',
    certificationPath,
    keyId: createHash('sha256').update(leaf).digest('hex'),
    sign: (bytes) =>
      new Promise((resolve) => {
        const now = clock.now();
        if (now < notBefore || now > notAfter) {
          const period = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
          throw new ServiceError('KEY_UNFIT', `the certificate is valid from ${period} only`);
        }
        resolve(SIGN[algorithm](privateKey, bytes));
      }),
  };
}
