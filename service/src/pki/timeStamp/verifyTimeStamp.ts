/** The one verifier of time-stamp tokens (RFC 3161 §2.2, §2.3, §2.4.2; RFC 5652 §5.4, §5.6; RFC 5816 §2.2.1). */
import { ServiceError } from '../../errors.ts';
import { conclude, failed, indeterminate, noticed, passed, type Check } from '../../report.ts';
import type { Certificate } from '../certificate.ts';
import { verifyCertificateSignature } from '../certificateSignature.ts';
import { validateCertificationPath, type PathAnswer } from '../certificationPath.ts';
import { parseCms, type CmsSignature } from '../cms/cmsParsing.ts';
import {
  checkMessageDigest,
  checkSignatureValue,
  checkSigningCertificate,
  digestByOid,
  findSigner,
  readCertificates,
} from '../cms/cmsVerification.ts';
import { TAG, expectTag, readChildren, readDer, type DerElement } from '../der.ts';
import { EXTENDED_KEY_USAGE } from '../profiles.ts';
import type { TrustStore } from '../trustStore.ts';
import { readTokenInfo, type TimeStampInfo } from './timeStampInfo.ts';

export interface TimeStampQuestion {
  /** Name of the first check, and prefix of the others'. */
  readonly name: string;
  /** DER TimeStampToken; attacker-controlled. */
  readonly token: Uint8Array;
  /** What must have been stamped, in parts; null: it is not at hand, and whether the token was made for it is not judged. */
  readonly stamped: readonly Uint8Array[] | null;
  readonly trust: TrustStore;
  /**
   * Instant by which the token provably existed: that of a later token or of the ledger's act, else that of the
   * verification. It cannot say a later time.
   */
  readonly at: Date;
  /** DER certificates beside the token's own that may help; attacker-controlled. */
  readonly certificates?: readonly Uint8Array[];
}

export interface TimeStampVerdict {
  /** Imprint, signature, signer's name, time, purpose, path: in this order. */
  readonly checks: readonly Check[];
  /** What the token says; null if it cannot be read. */
  readonly info: TimeStampInfo | null;
  /** The stamped bytes existed then; null if the token proves nothing. */
  readonly provenAt: Date | null;
  /** Whether the token has no byte that could have been changed unseen; also of one whose signer is not trusted. */
  readonly isSealedUp: boolean;
  /** From the signer to a trust anchor, or as far as it could be built; empty where the signer is not known. */
  readonly path: readonly Certificate[];
}

const CLAUSE = {
  info: 'RFC 3161 §2.4.2',
  signature: 'RFC 5652 §5.6',
  signer: 'RFC 5816 §2.2.1',
  purpose: 'RFC 3161 §2.3',
} as const;

/** Clocks of time-stamper and verifier may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Verifies a time-stamp token. The time-stamper's certificate is judged at the time of the stamp; revocation, as the
 * trust says, and its end also by the instant at which the token provably existed: a token whose certificate has ended
 * since proves nothing any more.
 *
 * @returns never throws for a bad token.
 */
export function verifyTimeStamp(question: TimeStampQuestion): TimeStampVerdict {
  try {
    const cms = parseCms(new Uint8Array(question.token)); // a copy: the token may be a slice of a document
    return judge(question, { cms, info: readTokenInfo(cms) });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const check = failed(question.name, 'FORMAT_FAILURE', error.message, CLAUSE.info);
    return { checks: [check], info: null, provenAt: null, isSealedUp: false, path: [] };
  }
}

interface ReadToken {
  readonly cms: CmsSignature;
  readonly info: TimeStampInfo;
}

function judge(question: TimeStampQuestion, token: ReadToken): TimeStampVerdict {
  const { name, certificates = [] } = question;
  const { cms, info } = token;
  const signer = findSigner(cms, certificates);
  if (signer === null) {
    const detail = 'the time-stamper’s certificate is not at hand';
    const check = indeterminate(name, 'NO_CERTIFICATE_CHAIN_FOUND', detail, CLAUSE.info);
    const checks = [judgeImprint(question, info), check];
    return { checks, info, provenAt: null, isSealedUp: false, path: [] };
  }
  const own = [
    judgeImprint(question, info),
    checkSignature(question, token, signer),
    withClause(checkSigningCertificate(cms, signer, true, `${name}Signer`), CLAUSE.signer),
  ];
  const { checks: pathChecks, path } = validatePath(question, token, signer);
  const checks = [...own, checkTime(question, info), checkPurpose(name, signer), ...pathChecks];
  const isPassed = hasPassed(checks);
  const isOver = path.some(({ notAfter }) => notAfter < question.at);
  const chain = isPassed ? path : chainInside(cms, signer);
  return {
    checks,
    info,
    provenAt: isPassed && !isOver ? info.at : null,
    isSealedUp: hasPassed(own) && cms.isUsual && isTight(question.token, chain),
    path,
  };
}

function hasPassed(checks: readonly Check[]): boolean {
  return conclude(checks).indication === 'TOTAL-PASSED';
}

/** The token's own certificates from the signer upwards, each signed by the next. */
function chainInside(cms: CmsSignature, signer: Certificate): readonly Certificate[] {
  const others = readCertificates(cms.certificates);
  const chain = [signer];
  for (let last: Certificate | undefined = signer; last !== undefined;) {
    const issued: Certificate = last;
    last = others.find(
      (one) => !chain.includes(one) && verifyCertificateSignature(issued, one) === 'valid',
    );
    if (last !== undefined) chain.push(last);
  }
  return chain;
}

/**
 * Whether a token has nothing that its signature does not bind: no certificate that the chain does without, no lists of
 * revoked certificates, no unsigned attributes. It must hold its signer's.
 */
function isTight(token: Uint8Array, chain: readonly Certificate[]): boolean {
  const [, wrapped] = readChildren(readDer(token, TAG.sequence));
  const [signedData] = readChildren(expectTag(wrapped, 0xa0));
  const [, , , ...rest] = readChildren(expectTag(signedData, TAG.sequence));
  const certificates = rest.length === 2 ? readChildren(expectTag(rest.shift(), 0xa0)) : [];
  const [signerInfo] = readChildren(expectTag(rest[0], TAG.set));
  const last = readChildren(expectTag(signerInfo, TAG.sequence)).at(-1);
  const isOf = ({ bytes }: DerElement, { der }: Certificate): boolean =>
    Buffer.compare(der, bytes) === 0;
  return (
    rest.length === 1 &&
    last?.tag === TAG.octetString &&
    certificates.some((one) => chain[0] !== undefined && isOf(one, chain[0])) &&
    certificates.every((one) => chain.some((used) => isOf(one, used)))
  );
}

function judgeImprint({ name, stamped }: TimeStampQuestion, info: TimeStampInfo): Check {
  if (stamped !== null) return checkImprint({ name, stamped }, info);
  const { hashAlgorithm, digest } = info.imprint;
  const hex = Buffer.from(digest).toString('hex');
  return noticed(name, `made for bytes with the digest ${hex} (${hashAlgorithm})`, CLAUSE.info);
}

/** Whether a time-stamp speaks of these bytes. */
export function checkImprint(
  { name, stamped }: Readonly<{ name: string; stamped: readonly Uint8Array[] }>,
  { imprint }: Pick<TimeStampInfo, 'imprint'>,
): Check {
  const digest = digestByOid(imprint.hashAlgorithm, stamped);
  if (digest === null) {
    const detail = `digest algorithm ${imprint.hashAlgorithm}`;
    return indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', detail, CLAUSE.info);
  }
  return digest.equals(imprint.digest)
    ? passed(name, 'the time-stamp was made for these bytes', CLAUSE.info)
    : failed(name, 'HASH_FAILURE', 'the time-stamp was made for other bytes', CLAUSE.info);
}

/** The signed attributes name type and digest of TSTInfo, and the signature is over them. */
function checkSignature(
  { name }: TimeStampQuestion,
  { cms }: ReadToken,
  signer: Certificate,
): Check {
  const own = `${name}Signature`;
  const content = cms.content ?? new Uint8Array();
  if (cms.signedAttributes === null) {
    return failed(own, 'FORMAT_FAILURE', 'the token has no signed attributes', CLAUSE.signature);
  }
  const digest = checkMessageDigest(cms, [content], own);
  if (digest.subIndication === 'HASH_FAILURE') {
    const detail = 'what the token says is not what its time-stamper signed';
    return failed(own, 'SIG_CRYPTO_FAILURE', detail, CLAUSE.signature);
  }
  if (digest.indication !== 'TOTAL-PASSED') return withClause(digest, CLAUSE.signature);
  const value = checkSignatureValue(cms, signer, [content], own);
  return value.indication === 'TOTAL-PASSED'
    ? passed(own, `signed by ${signer.subject.text}`, CLAUSE.signature)
    : withClause(value, CLAUSE.signature);
}

function checkTime({ name, at }: TimeStampQuestion, info: TimeStampInfo): Check {
  const own = `${name}Time`;
  const detail = `stamped at ${info.at.toISOString()}`;
  return info.at.getTime() > at.getTime() + CLOCK_TOLERANCE_MS + (info.accuracyMs ?? 0)
    ? failed(own, 'NOT_YET_VALID', `${detail}, which is to come`, CLAUSE.info)
    : passed(own, detail, CLAUSE.info);
}

/** One extended key usage, critical. */
function checkPurpose(name: string, signer: Certificate): Check {
  const own = `${name}Purpose`;
  const isOnly = signer.extendedKeyUsages?.join() === EXTENDED_KEY_USAGE.timeStamper;
  return isOnly && signer.isExtendedKeyUsageCritical
    ? passed(own, 'the certificate is for time-stamps and nothing else', CLAUSE.purpose)
    : indeterminate(
        own,
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        'time-stamping is not the only, critical extended key usage of the certificate',
        CLAUSE.purpose,
      );
}

/**
 * What is known to be revoked by now makes the token worthless, whatever it says; where the present is not known, the
 * lists of the time of the stamp must do.
 */
function validatePath(
  { name, trust, at, certificates = [] }: TimeStampQuestion,
  { cms, info }: ReadToken,
  signer: Certificate,
): PathAnswer {
  const question = {
    ...trust,
    leaf: signer,
    intermediates: [
      ...trust.intermediates,
      ...readCertificates([...cms.certificates, ...certificates]),
    ],
    at: info.at,
    purpose: 'timeStamper',
  } as const;
  const now = validateCertificationPath({ ...question, provenAt: at });
  const isUnknown = now.checks.some(({ subIndication }) => subIndication === 'TRY_LATER');
  const { checks, path } = isUnknown ? validateCertificationPath(question) : now;
  const renamed = checks.map((check) => ({
    ...check,
    name: check.name.replace(/^certificationPath/u, `${name}Certificate`),
    clause: check.clause ?? CLAUSE.purpose,
  }));
  return { checks: renamed, path };
}

function withClause(check: Check, clause: string): Check {
  return { ...check, clause: check.clause ?? clause };
}
