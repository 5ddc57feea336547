/** Certificates around seals: reading them, their signatures, their paths. */
import { ServiceError } from '../errors.ts';
import type { KeyPurpose } from '../keys/signer.ts';
import {
  parseCertificate,
  type Certificate,
  type CertificateSignatureAlgorithm,
} from '../pki/certificate.ts';
import { verifySignedObject } from '../pki/certificateSignature.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { SEAL_SIGNATURE_ALGORITHMS, type SealSignatureAlgorithm } from './sealAlgorithm.ts';
import type { SealVersion } from './seal.ts';

/** What seals and seal signatures have in common. */
export interface SignedStructure {
  readonly version: SealVersion;
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signatureValue: Uint8Array;
}

/** Names of the algorithms as certificates have them. */
const ALGORITHMS: Readonly<Record<SealSignatureAlgorithm, CertificateSignatureAlgorithm>> = {
  SM2: 'SM2-with-SM3',
  ES256: 'ecdsa-with-SHA256',
  RSA: 'sha256WithRSAEncryption',
};

/** `unsupported`: an algorithm that proves nothing here, SHA-1 among them. */
export type SignatureOutcome = 'right' | 'wrong' | 'unsupported';

/**
 * Whether the value is a signature of the certificate's key by the algorithm named; curves: strict DER, default user
 * id. RSA with SHA-256, from 2,048 bits, counts in version 1 only, whose text allows it.
 */
export function judgeSignature(
  certificate: Certificate,
  { version, signedBytes, signatureAlgorithm, signatureValue }: SignedStructure,
): SignatureOutcome {
  const algorithm = SEAL_SIGNATURE_ALGORITHMS.get(signatureAlgorithm);
  if (algorithm === undefined || (algorithm === 'RSA' && version !== 1)) return 'unsupported';
  if (algorithm !== certificate.publicKey.algorithm) return 'wrong';
  const outcome = verifySignedObject(
    {
      tbs: signedBytes,
      signature: signatureValue,
      signatureAlgorithm: ALGORITHMS[algorithm],
    },
    certificate.publicKey,
  );
  return outcome === 'valid' ? 'right' : outcome;
}

/** The check that tells an outcome. @param wrong - sentence for a wrong signature. */
export function checkOutcome(
  outcome: SignatureOutcome,
  by: Certificate,
  {
    name,
    wrong,
    algorithm,
    clause,
  }: Readonly<Record<'name' | 'wrong' | 'algorithm' | 'clause', string>>,
): Check {
  switch (outcome) {
    case 'right':
      return passed(name, `signed by ${by.subject.text}`, clause);
    case 'wrong':
      return failed(name, 'SIG_CRYPTO_FAILURE', wrong, clause);
    case 'unsupported': {
      const detail = `signature algorithm ${algorithm} with this key proves nothing here`;
      return indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', detail, clause);
    }
  }
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
  /** Instant at which the path is judged. */
  readonly at: Date;
  /** Instant by which what was signed provably existed. */
  readonly provenAt: Date;
  readonly clause: string;
}

export interface CertificateJudgement {
  readonly checks: readonly Check[];
  /** The trust anchor that vouches; null where no path was found. */
  readonly anchor: Certificate | null;
}

/** Path, periods, revocation and purpose of a maker's or signer's certificate. */
export function judgeCertificate(question: CertificateQuestion): CertificateJudgement {
  const { name, certificate, purpose, trust, at, clause } = question;
  const provenAt = question.provenAt < at ? at : question.provenAt;
  const { checks, path } = validateCertificationPath({
    ...trust,
    leaf: certificate,
    at,
    provenAt,
    purpose,
  });
  const last = path.at(-1);
  const isAnchor = trust.anchors.some(({ fingerprint }) => fingerprint === last?.fingerprint);
  return {
    checks: checks.map((check) => ({
      ...check,
      name: check.name.replace(/^certificationPath/u, name),
      clause: check.clause ?? clause,
    })),
    anchor: isAnchor && last !== undefined ? last : null,
  };
}
