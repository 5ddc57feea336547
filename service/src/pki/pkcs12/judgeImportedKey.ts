import { ServiceError } from '../../errors.ts';
import type { ImportedFitnessRule } from '../../keys/importedKeyStore.ts';
import { parseCertificate } from '../certificate.ts';
import { findPurposeFault, signingPeriodOf } from '../profiles.ts';

/**
 * The rule an imported key is under: its certificate is for this key and lets it sign documents. Others' certificates are
 * not of our profiles, so what a verifier asks of them is asked here.
 */
export const judgeImportedKey: ImportedFitnessRule = ({ spki, certificationPath }) => {
  const [leaf] = certificationPath;
  if (leaf === undefined) throw new ServiceError('KEY_UNFIT', 'an imported key has no certificate');
  const certificate = parseCertificate(leaf);
  const fault =
    Buffer.compare(certificate.publicKey.spki, spki) === 0
      ? findPurposeFault(certificate, 'documentSigner')
      : 'it is for another key';
  if (fault !== null) {
    throw new ServiceError('KEY_UNFIT', `certificate ${certificate.fingerprint}: ${fault}`);
  }
  return signingPeriodOf(certificate, 'documentSigner');
};
