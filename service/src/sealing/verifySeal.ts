/** The steps of checking a seal, one named check each, in the standard's order. */
import { createHash } from 'node:crypto';

import { createBoundedCache } from '../keys/boundedCache.ts';
import { verifySignature } from '../keys/publicKey.ts';
import { fromDerSignature } from '../keys/signatureValue.ts';
import { ServiceError } from '../errors.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import { failed, passed, type Check } from '../report.ts';
import { SEAL_SIGNATURE_ALGORITHMS } from './sealAlgorithm.ts';
import type { Seal } from './seal.ts';

export interface SealTrust {
  /** Certificates that the verifier trusts. Empty: paths are `INDETERMINATE` with `NO_TRUST`. Keep the array as long as the trust does not change. */
  readonly anchors: readonly Certificate[];
  /** Certificates that may help to build a path; trusted in nothing. */
  readonly intermediates: readonly Certificate[];
}

const CLAUSE = {
  format: 'GM/T 0031-2014, verification of a seal, step a',
  signature: 'GM/T 0031-2014, verification of a seal, step b',
  makerCertificate: 'GM/T 0031-2014, verification of a seal, step c',
  period: 'GM/T 0031-2014, verification of a seal, step d',
} as const;

/**
 * Checks a seal: the maker's signature, the maker's certificate, the seal's period.
 *
 * @param at - instant at which seal and certificate are judged: the signing time for a seal inside a signature.
 * @returns the checks in the order of GM/T 0031-2014. Revocation is not looked at here.
 */
export function verifySeal(seal: Seal, trust: SealTrust, at: Date): readonly Check[] {
  const maker = readCertificate(seal.makerCertificate);
  const format = passed(
    'seal.format',
    `seal ${seal.esId} of version ${seal.version}`,
    CLAUSE.format,
  );
  if (maker === null) {
    const detail = 'the certificate of the seal maker cannot be read';
    return [
      format,
      failed('seal.makerCertificate.format', 'FORMAT_FAILURE', detail, CLAUSE.makerCertificate),
    ];
  }
  return [
    format,
    checkMakerSignature(seal, maker),
    ...checkCertificate({
      name: 'seal.makerCertificate',
      certificate: maker,
      purpose: 'sealMaker',
      trust,
      // GM/T 0031-2025 judges the maker by the day the seal was made
      at: seal.version === 5 ? seal.createdAt : at,
      clause: CLAUSE.makerCertificate,
    }),
    checkPeriod(seal, at),
  ];
}

/** By SHA-256 of the seal: a signature value that was right stays right. */
const verifiedSeals = createBoundedCache<boolean>(1024);

function checkMakerSignature(seal: Seal, maker: Certificate): Check {
  const name = createHash('sha256').update(seal.bytes).digest('hex');
  const isRight = verifiedSeals.get(name) ?? isSignedBy(maker, seal);
  verifiedSeals.set(name, isRight);
  return isRight
    ? passed('seal.makerSignature', `signed by ${maker.subject.text}`, CLAUSE.signature)
    : failed(
        'seal.makerSignature',
        'SIG_CRYPTO_FAILURE',
        'the seal is not what its maker signed',
        CLAUSE.signature,
      );
}

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

function checkPeriod({ validFrom, validUntil }: Seal, at: Date): Check {
  const period = `${validFrom.toISOString()} to ${validUntil.toISOString()}`;
  if (at < validFrom) {
    const detail = `used at ${at.toISOString()}; valid from ${period}`;
    return failed('seal.period', 'SEAL_NOT_YET_VALID_AT_SIGNING', detail, CLAUSE.period);
  }
  if (at > validUntil) {
    const detail = `used at ${at.toISOString()}; valid from ${period}`;
    return failed('seal.period', 'SEAL_EXPIRED_AT_SIGNING', detail, CLAUSE.period);
  }
  return passed('seal.period', `valid from ${period}`, CLAUSE.period);
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
  readonly purpose: 'sealMaker' | 'documentSigner';
  readonly trust: SealTrust;
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
