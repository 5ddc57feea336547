/** The steps of checking a seal signature, one named check each, in the standard's order. */
import { createHash } from 'node:crypto';

import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { checkDialects } from './dialectCheck.ts';
import type { CertificateDigest, Seal } from './seal.ts';
import { digestAlgorithmOf } from './sealAlgorithm.ts';
import {
  checkOutcome,
  judgeCertificate,
  judgeSignature,
  readCertificate,
} from './sealCertificate.ts';
import { CHINA_OFFSET_MS } from './sealDialect.ts';
import type { SealSignature } from './sealSignature.ts';
import { verifySealTimeStamp, type SealTimeStampVerdict } from './sealTimeStamp.ts';
import { verifySeal } from './verifySeal.ts';

export interface SealSignatureQuestion {
  readonly signature: SealSignature;
  /** SM3 of the original, computed by the caller over what the document holds. */
  readonly documentDigest: Uint8Array;
  readonly trust: TrustStore;
  /** Instant of verification: no signature may claim a later time. */
  readonly at: Date;
  /** Demands that a stamp have no byte that could change unseen. */
  readonly requireOwnForm?: boolean;
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
 * Checks a seal signature and the seal inside. Seal and certificates are judged at the signing time; a revocation takes
 * nothing away if it came after the time that a stamp proves, or else after the verification.
 *
 * The order is that of version 4 as implementations of GB/T 38540 have it: signature value, signer in the seal's list,
 * seal, signer's certificate, time, original; a time stamp last.
 */
export function verifySealSignature(question: SealSignatureQuestion): readonly Check[] {
  const { signature, documentDigest } = question;
  const format = [
    passed('signature.format', `version ${signature.version}`, CLAUSE.format),
    ...checkDialects('signature.dialect', signature.dialects),
  ];
  const signer = readCertificate(signature.signerCertificate);
  if (signer === null) {
    const name = 'signature.signerCertificate.format';
    const detail = "the signer's certificate cannot be read";
    return [...format, failed(name, 'FORMAT_FAILURE', detail, CLAUSE.signerCertificate)];
  }
  const { signedAt } = signature;
  const judged = signedAt === null ? [NO_TIME] : judgeAt(question, signer, signedAt);
  return [
    ...format,
    checkValue(signature, signer),
    ...judged,
    ...(signedAt === null ? [checkOriginal(signature, documentDigest)] : []),
  ];
}

const NO_TIME = indeterminate(
  'signature.time',
  'FORMAT_FAILURE',
  'no signing time that can be read',
  CLAUSE.time,
);

/** Everything that hangs on the time claimed. */
function judgeAt(
  question: SealSignatureQuestion,
  signer: Certificate,
  claimedAt: Date,
): readonly Check[] {
  const { signature, trust, at, documentDigest } = question;
  const stamp = judgeStamp(question, claimedAt);
  const offsetMs = stamp?.isLocalTime === true ? CHINA_OFFSET_MS : 0;
  const signedAt = new Date(claimedAt.getTime() - offsetMs);
  const provenAt = stamp?.provenAt ?? at;
  return [
    checkSignerInSeal(signature.seal, signer),
    ...verifySeal(signature.seal, trust, signedAt, { provenAt, knownAt: at }),
    ...judgeCertificate({
      name: 'signature.signerCertificate',
      certificate: signer,
      purpose: 'documentSigner',
      trust,
      at: signedAt,
      provenAt,
      clause: CLAUSE.signerCertificate,
    }).checks,
    checkTime(signedAt, at),
    checkOriginal(signature, documentDigest),
    ...(stamp?.checks ?? []),
    ...(question.requireOwnForm === true ? checkStampForm(stamp) : []),
  ];
}

function checkValue(signature: SealSignature, signer: Certificate): Check {
  return checkOutcome(judgeSignature(signer, signature), signer, {
    name: 'signature.value',
    wrong: 'not a signature of the signer over these bytes',
    algorithm: signature.signatureAlgorithm,
    clause: CLAUSE.value,
  });
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

/** The names are the makers' own; of those known only strong algorithms count, and of unknown ones none. */
function isDigestOf({ type, value }: CertificateDigest, der: Uint8Array): boolean {
  const algorithm = digestAlgorithmOf(type);
  return (
    algorithm !== null && Buffer.compare(createHash(algorithm).update(der).digest(), value) === 0
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

function judgeStamp(
  { signature, trust, at }: SealSignatureQuestion,
  claimedAt: Date,
): SealTimeStampVerdict | null {
  const { timeStampToken: token, signatureValue: stamped } = signature;
  return token === null
    ? null
    : verifySealTimeStamp({ name: 'signature.timeStamp', token, stamped, claimedAt, trust, at });
}

function checkStampForm(stamp: SealTimeStampVerdict | null): readonly Check[] {
  if (stamp === null) return [];
  const name = 'signature.timeStampForm';
  return [
    stamp.isSealedUp
      ? passed(name, 'the token holds nothing that its signature does not bind')
      : failed(name, 'FORMAT_FAILURE', 'the token holds bytes that nothing vouches for'),
  ];
}

function checkOriginal(signature: SealSignature, documentDigest: Uint8Array): Check {
  const name = 'signature.documentDigest';
  return Buffer.compare(signature.documentDigest, documentDigest) === 0
    ? passed(name, 'the protected content is what was signed', CLAUSE.original)
    : failed(name, 'HASH_FAILURE', 'the protected content has another digest', CLAUSE.original);
}
