/** RFC 3161 time stamps over the signature values of seals and seal signatures, SM2/SM3 or ES256. */
import { createHash } from 'node:crypto';

import { parseCms, readAlgorithm, type CmsSignature } from '../pki/cms/cmsParsing.ts';
import { OID } from '../pki/cms/cmsOids.ts';
import { ServiceError } from '../errors.ts';
import { verifySignature } from '../keys/publicKey.ts';
import { fromDerSignature } from '../keys/signatureValue.ts';
import type { Certificate } from '../pki/certificate.ts';
import { expectTag, malformed, readChildren, readDer, readOid, readTime, TAG } from '../pki/der.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { SEAL_SIGNATURE_ALGORITHMS, SM3 } from './sealAlgorithm.ts';
import { checkCertificate, readCertificate } from './sealCertificate.ts';

export interface TimeStampQuestion {
  /** Prefix of the names of the checks. */
  readonly name: string;
  /** DER; attacker-controlled. */
  readonly token: Uint8Array;
  /** What the stamp is over: the DER signature value. */
  readonly stamped: Uint8Array;
  /** Time claimed for the signature: the stamp cannot be older. */
  readonly claimedAt: Date;
  readonly trust: TrustStore;
  /** Instant of verification: the stamp cannot be younger. */
  readonly at: Date;
}

const CLAUSE = 'RFC 3161 §2.4.2';
/** Clocks of signer, time-stamper and verifier may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;
const HASHES: ReadonlyMap<string, 'sm3' | 'sha256'> = new Map([
  [SM3, 'sm3'],
  [OID.sha256, 'sha256'],
]);

interface TimeStampInformation {
  readonly hashAlgorithm: string;
  readonly imprint: Uint8Array;
  readonly at: Date;
}

/** Checks a time stamp: what it is over, who signed it, when. The time-stamper is judged at the time of the stamp. */
export function verifySealTimeStamp(question: TimeStampQuestion): readonly Check[] {
  try {
    // a copy: the token is a slice of the document
    const cms = parseCms(new Uint8Array(question.token));
    return judge(question, cms, readInformation(cms));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [failed(question.name, 'FORMAT_FAILURE', error.message, CLAUSE)];
  }
}

/** RFC 3161 §2.4.2: TSTInfo up to genTime. */
function readInformation({ contentType, content }: CmsSignature): TimeStampInformation {
  if (contentType !== OID.timeStampInfo || content === null)
    throw malformed('the token stamps no time');
  const [, , messageImprint, , genTime] = readChildren(readDer(content, TAG.sequence));
  const [algorithm, imprint] = readChildren(expectTag(messageImprint, TAG.sequence));
  return {
    hashAlgorithm: readAlgorithm(algorithm).oid,
    imprint: expectTag(imprint, TAG.octetString).content,
    at: readTime(expectTag(genTime, TAG.generalizedTime)),
  };
}

function judge(
  question: TimeStampQuestion,
  cms: CmsSignature,
  information: TimeStampInformation,
): readonly Check[] {
  const signer = findSigner(cms);
  if (signer === null) {
    const detail = "the time-stamper's certificate is not in the token";
    return [indeterminate(question.name, 'NO_CERTIFICATE_CHAIN_FOUND', detail, CLAUSE)];
  }
  const { name, trust } = question;
  const brought = cms.certificates.flatMap((der) => readCertificate(der) ?? []);
  return [
    checkImprint(question, information),
    checkTokenSignature(`${name}Signature`, cms, signer),
    checkStampTime(question, information.at),
    ...checkCertificate({
      name: `${name}Certificate`,
      certificate: signer,
      purpose: 'timeStamper',
      trust: { ...trust, intermediates: [...trust.intermediates, ...brought] },
      at: information.at,
      clause: 'RFC 3161 §2.3',
    }),
  ];
}

function findSigner({ certificates, signer }: CmsSignature): Certificate | null {
  const isNamed = (one: Certificate): boolean =>
    signer.kind === 'subjectKeyId'
      ? one.subjectKeyId === signer.subjectKeyId
      : one.serialNumber === signer.serialNumber &&
        Buffer.compare(one.issuerDer, signer.issuerDer) === 0;
  return certificates.flatMap((der) => readCertificate(der) ?? []).find(isNamed) ?? null;
}

function checkImprint(
  question: TimeStampQuestion,
  { hashAlgorithm, imprint }: TimeStampInformation,
): Check {
  const { name, stamped } = question;
  const hash = HASHES.get(hashAlgorithm);
  if (hash === undefined) {
    return indeterminate(
      name,
      'CRYPTO_CONSTRAINTS_FAILURE',
      `digest algorithm ${hashAlgorithm}`,
      CLAUSE,
    );
  }
  return createHash(hash).update(stamped).digest().equals(imprint)
    ? passed(name, 'made for this signature value', CLAUSE)
    : failed(name, 'HASH_FAILURE', 'made for another signature value', CLAUSE);
}

/** RFC 5652 §5.4 and §5.6: the signed attributes name type and digest of the content, and the signature is over them. */
function checkTokenSignature(name: string, cms: CmsSignature, signer: Certificate): Check {
  const hash = HASHES.get(cms.digestAlgorithm);
  const algorithm = SEAL_SIGNATURE_ALGORITHMS.get(cms.signatureAlgorithm.oid);
  if (hash === undefined || algorithm === undefined) {
    const detail = `algorithms ${cms.digestAlgorithm}, ${cms.signatureAlgorithm.oid}`;
    return indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', detail, 'RFC 5652 §5.6');
  }
  const value = fromDerSignature(cms.signatureValue);
  const isRight =
    cms.signedAttributes !== null &&
    readOid(cms.signedAttribute(OID.contentType) ?? undefined) === cms.contentType &&
    isDigest(cms, hash) &&
    value !== null &&
    signer.publicKey.algorithm === algorithm &&
    verifySignature(signer.publicKey, cms.signedAttributes, value);
  return isRight
    ? passed(name, `signed by ${signer.subject.text}`, 'RFC 5652 §5.6')
    : failed(
        name,
        'SIG_CRYPTO_FAILURE',
        'the token is not what its time-stamper signed',
        'RFC 5652 §5.6',
      );
}

function isDigest(cms: CmsSignature, hash: 'sm3' | 'sha256'): boolean {
  const stated = expectTag(
    cms.signedAttribute(OID.messageDigest) ?? undefined,
    TAG.octetString,
  ).content;
  return createHash(hash)
    .update(cms.content ?? new Uint8Array())
    .digest()
    .equals(stated);
}

function checkStampTime(question: TimeStampQuestion, stampedAt: Date): Check {
  const { claimedAt, at } = question;
  const name = `${question.name}Time`;
  const isPossible =
    stampedAt.getTime() >= claimedAt.getTime() - CLOCK_TOLERANCE_MS &&
    stampedAt.getTime() <= at.getTime() + CLOCK_TOLERANCE_MS;
  const detail = `stamped at ${stampedAt.toISOString()}, claimed at ${claimedAt.toISOString()}`;
  return isPossible ? passed(name, detail, CLAUSE) : failed(name, 'NOT_YET_VALID', detail, CLAUSE);
}
