/** The steps of checking a seal signature, one named check each, in the standard's order. */
import { createHash } from 'node:crypto';

import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import type { CertificateDigest, Seal } from './seal.ts';
import type { SealSignature } from './sealSignature.ts';
import { verifySealTimeStamp } from './sealTimeStamp.ts';
import { checkCertificate, isSignedBy, readCertificate } from './sealCertificate.ts';
import { verifySeal } from './verifySeal.ts';

export interface SealSignatureQuestion {
  readonly signature: SealSignature;
  /** SM3 of the original, computed by the caller over what the document holds. */
  readonly documentDigest: Uint8Array;
  readonly trust: TrustStore;
  /** Instant of verification: no signature may claim a later time. */
  readonly at: Date;
}

const CLAUSE = {
  format: 'GM/T 0031-2014, verification of a seal signature, step 1',
  value: 'GM/T 0031-2014, verification of a seal signature, step 2',
  signerCertificate: 'GM/T 0031-2014, verification of a seal signature, step 3',
  time: 'GM/T 0031-2014, verification of a seal signature, step 4',
  original: 'GM/T 0031-2014, verification of a seal signature, step 5',
} as const;

/** Clocks of signer and verifier may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Checks a seal signature and the seal inside. Seal and certificates are judged at the signing time.
 *
 * The order is that of version 4 as implementations of GB/T 38540 have it: signature value, signer in the seal's list,
 * seal, signer's certificate, time, original; a time stamp last. Revocation is not looked at here.
 */
export function verifySealSignature(question: SealSignatureQuestion): readonly Check[] {
  const { signature, trust } = question;
  const format = passed('signature.format', `version ${signature.version}`, CLAUSE.format);
  const signer = readCertificate(signature.signerCertificate);
  if (signer === null) {
    const detail = "the signer's certificate cannot be read";
    return [
      format,
      failed(
        'signature.signerCertificate.format',
        'FORMAT_FAILURE',
        detail,
        CLAUSE.signerCertificate,
      ),
    ];
  }
  const value = checkValue(signature, signer);
  const { signedAt } = signature;
  if (signedAt === null) {
    return [
      format,
      value,
      indeterminate(
        'signature.time',
        'FORMAT_FAILURE',
        'no signing time that can be read',
        CLAUSE.time,
      ),
    ];
  }
  return [
    format,
    value,
    checkSignerInSeal(signature.seal, signer),
    ...verifySeal(signature.seal, trust, signedAt),
    ...checkCertificate({
      name: 'signature.signerCertificate',
      certificate: signer,
      purpose: 'documentSigner',
      trust,
      at: signedAt,
      clause: CLAUSE.signerCertificate,
    }),
    checkTime(signedAt, question.at),
    checkOriginal(signature, question.documentDigest),
    ...checkTimeStamp(question, signedAt),
  ];
}

function checkValue(signature: SealSignature, signer: Certificate): Check {
  return isSignedBy(signer, signature)
    ? passed('signature.value', `signed by ${signer.subject.text}`, CLAUSE.value)
    : failed(
        'signature.value',
        'SIG_CRYPTO_FAILURE',
        'not a signature of the signer over these bytes',
        CLAUSE.value,
      );
}

/** The signer's certificate is outside of what versions 4 and 5 sign: only this list binds it to the seal. */
function checkSignerInSeal({ signers }: Seal, signer: Certificate): Check {
  const isListed =
    signers.kind === 'certificates'
      ? signers.certificates.some((listed) => Buffer.compare(listed, signer.der) === 0)
      : signers.digests.some((digest) => isDigestOf(digest, signer.der));
  const name = 'signature.signerInSeal';
  return isListed
    ? passed(name, 'the seal lists the signer')
    : failed(name, 'SIGNER_NOT_IN_SEAL', 'the seal does not list this signer');
}

const DIGEST_NAMES: ReadonlyMap<string, string> = new Map([
  ['SM3', 'sm3'],
  ['1.2.156.10197.1.401', 'sm3'],
  ['SHA256', 'sha256'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
]);

/** The names are the makers' own; of those known only strong algorithms count, and of unknown ones none. */
function isDigestOf({ type, value }: CertificateDigest, der: Uint8Array): boolean {
  const algorithm = DIGEST_NAMES.get(type.toUpperCase().replace('-', ''));
  return (
    algorithm !== undefined &&
    Buffer.compare(createHash(algorithm).update(der).digest(), value) === 0
  );
}

function checkTime(signedAt: Date, at: Date): Check {
  return signedAt.getTime() > at.getTime() + CLOCK_TOLERANCE_MS
    ? failed(
        'signature.time',
        'NOT_YET_VALID',
        `claims ${signedAt.toISOString()}, which is to come`,
        CLAUSE.time,
      )
    : passed('signature.time', `claims ${signedAt.toISOString()}`, CLAUSE.time);
}

function checkTimeStamp(
  { signature, trust, at }: SealSignatureQuestion,
  claimedAt: Date,
): readonly Check[] {
  const { timeStampToken: token, signatureValue: stamped } = signature;
  return token === null
    ? []
    : verifySealTimeStamp({ name: 'signature.timeStamp', token, stamped, claimedAt, trust, at })
        .checks;
}

function checkOriginal(signature: SealSignature, documentDigest: Uint8Array): Check {
  const name = 'signature.documentDigest';
  return Buffer.compare(signature.documentDigest, documentDigest) === 0
    ? passed(name, 'the protected content is what was signed', CLAUSE.original)
    : failed(name, 'HASH_FAILURE', 'the protected content has another digest', CLAUSE.original);
}
