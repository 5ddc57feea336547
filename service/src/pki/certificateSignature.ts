/** The signature on a certificate (RFC 5280 §6.1.3 (a) (1)). */
import { createPublicKey, verify } from 'node:crypto';

import { createBoundedCache } from '../keys/boundedCache.ts';
import { verifySignature, type PublicKey } from '../keys/publicKey.ts';
import { fromDerSignature } from '../keys/signatureValue.ts';
import type { Certificate, CertificateSignatureAlgorithm } from './certificate.ts';

/** `unsupported`: an algorithm, key type or key size this service does not verify by. */
export type CertificateSignatureOutcome = 'valid' | 'wrong' | 'unsupported';

const RSA_HASHES: Readonly<Partial<Record<CertificateSignatureAlgorithm, string>>> = {
  sha256WithRSAEncryption: 'sha256',
  sha384WithRSAEncryption: 'sha384',
  sha512WithRSAEncryption: 'sha512',
};
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

const outcomes = createBoundedCache<CertificateSignatureOutcome>(8192);

/** Verifies a certificate's signature with its issuer's key; each pair is computed once. */
export function verifyCertificateSignature(
  certificate: Certificate,
  issuer: Certificate,
): CertificateSignatureOutcome {
  const pair = certificate.fingerprint + issuer.fingerprint;
  const known = outcomes.get(pair);
  if (known !== undefined) {
    return known;
  }
  const outcome = verifySignedObject(certificate, issuer.publicKey);
  outcomes.set(pair, outcome);
  return outcome;
}

/** Whatever is signed as a certificate is: a certificate, a revocation list, an OCSP response. */
export type SignedObject = Pick<Certificate, 'tbs' | 'signature' | 'signatureAlgorithm'>;

/** Verifies a signature with a key; nothing is remembered. */
export function verifySignedObject(
  signed: SignedObject,
  key: PublicKey,
): CertificateSignatureOutcome {
  const { signatureAlgorithm } = signed;
  const isOurs =
    (signatureAlgorithm === 'ecdsa-with-SHA256' && key.algorithm === 'ES256') ||
    (signatureAlgorithm === 'SM2-with-SM3' && key.algorithm === 'SM2');
  if (isOurs) {
    const raw = fromDerSignature(signed.signature);
    return raw !== null && verifySignature(key, signed.tbs, raw) ? 'valid' : 'wrong';
  }
  const hash = RSA_HASHES[signatureAlgorithm];
  return hash !== undefined && key.algorithm === 'RSA'
    ? verifyRsa(signed, key, hash)
    : 'unsupported';
}

function verifyRsa(
  signed: SignedObject,
  key: PublicKey,
  hash: string,
): CertificateSignatureOutcome {
  try {
    const rsaKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
    const bits = rsaKey.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      return 'unsupported';
    }
    return verify(hash, signed.tbs, rsaKey, signed.signature) ? 'valid' : 'wrong';
  } catch {
    return 'unsupported'; // OpenSSL does not read the key
  }
}
