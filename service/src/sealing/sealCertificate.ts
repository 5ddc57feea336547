/** Certificates around seals: reading them, their signatures, their paths. */
import { ServiceError } from '../errors.ts';
import { verifySignature } from '../keys/publicKey.ts';
import { fromDerSignature } from '../keys/signatureValue.ts';
import type { KeyPurpose } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import type { Check } from '../report.ts';
import { SEAL_SIGNATURE_ALGORITHMS } from './sealAlgorithm.ts';

/** What seals and seal signatures have in common. */
export interface SignedStructure {
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signatureValue: Uint8Array;
}

/** Whether the value is a signature of the certificate's key by the algorithm named; strict DER, default user id. */
export function isSignedBy(certificate: Certificate, structure: SignedStructure): boolean {
  const value = fromDerSignature(structure.signatureValue);
  return (
    value !== null &&
    SEAL_SIGNATURE_ALGORITHMS.get(structure.signatureAlgorithm) ===
      certificate.publicKey.algorithm &&
    verifySignature(certificate.publicKey, structure.signedBytes, value)
  );
}

/** @returns null if the bytes are no certificate. */
export function readCertificate(der: Uint8Array): Certificate | null {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof ServiceError) return null; // attacker-controlled: a check says so
    throw error;
  }
}

export interface CertificateQuestion {
  /** Prefix of the names of the checks. */
  readonly name: string;
  readonly certificate: Certificate;
  readonly purpose: KeyPurpose;
  readonly trust: TrustStore;
  readonly at: Date;
  readonly clause: string;
}

/** Path, periods and purpose of a maker's or signer's certificate. */
export function checkCertificate(question: CertificateQuestion): readonly Check[] {
  const { name, certificate, purpose, trust, at, clause } = question;
  const { checks } = validateCertificationPath({ ...trust, leaf: certificate, at, purpose });
  return checks.map((check) => ({
    ...check,
    name: check.name.replace(/^certificationPath/u, name),
    clause: check.clause ?? clause,
  }));
}
