/** RFC 3161 tokens as document time-stamps carry them. */
import { TAG, expectTag, malformed, readChildren, readDer, readTime } from '../der.ts';
import { ServiceError } from '../../errors.ts';
import type { TrustStore } from '../trustStore.ts';
import { conclude, failed, indeterminate, passed, type Check } from '../../report.ts';
import { parseCms, readAlgorithm, type CmsSignature } from './cmsParsing.ts';
import { judgeCms } from './judgeCms.ts';
import { digestByOid, readCertificates } from './cmsVerification.ts';
import { OID } from './cmsOids.ts';

export interface TimeStamp {
  readonly at: Date;
  /** Checks that the token speaks of these bytes. */
  checkImprint(signed: readonly Uint8Array[]): Check;
}

/**
 * Reads TSTInfo (RFC 3161 §2.4.2).
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED` if the CMS holds none.
 */
export function readTimeStamp(cms: CmsSignature): TimeStamp {
  if (cms.contentType !== OID.timeStampInfo || cms.content === null) {
    throw malformed('the CMS is no time-stamp token');
  }
  const members = readChildren(readDer(cms.content, TAG.sequence));
  const [algorithm, imprint] = readChildren(expectTag(members[2], TAG.sequence));
  const { oid } = readAlgorithm(algorithm);
  const expected = expectTag(imprint, TAG.octetString).content;
  return {
    at: readTime(expectTag(members[4], TAG.generalizedTime)),
    checkImprint(signed) {
      const name = 'pdf.timeStampImprint';
      const computed = digestByOid(oid, signed);
      if (computed === null) {
        return indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', `digest algorithm ${oid}`);
      }
      return computed.equals(expected)
        ? passed(name, 'the time-stamp was made for these bytes')
        : failed(name, 'HASH_FAILURE', 'the time-stamp was made for other bytes');
    },
  };
}

export interface TimeProof {
  /** Passed if the token proves a time; else what the first check against it says. */
  readonly check: Check;
  /** Null if the token proves nothing. */
  readonly provenAt: Date | null;
  /** Whether the token has no byte that could have been changed unseen. */
  readonly isSealedUp: boolean;
}

export interface TimeTrust {
  readonly trust: TrustStore;
  /** Instant at which the time-stamper's certificates are judged. */
  readonly at: Date;
  /** DER certificates that may help; attacker-controlled. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Verifies the signature time-stamp of a CMS (baseline -T): the signature value existed then.
 *
 * @returns null if the CMS carries none.
 */
export function proveTime(cms: CmsSignature, trust: TimeTrust): TimeProof | null {
  if (cms.timeStampToken === null) return null;
  const name = 'pdf.signatureTimeStamp';
  try {
    const token = parseCms(cms.timeStampToken);
    const stamp = readTimeStamp(token);
    const judgement = judgeCms({
      ...trust,
      cms: token,
      content: [token.content ?? new Uint8Array()],
      purpose: null,
      isCertificateNamed: true,
    });
    const checks = [stamp.checkImprint([cms.signatureValue]), ...judgement.checks];
    const { indication } = conclude(checks);
    const decisive = checks.find((check) => check.indication === indication);
    if (decisive !== undefined && indication !== 'TOTAL-PASSED') {
      return { check: { ...decisive, name }, provenAt: null, isSealedUp: false };
    }
    const detail = `the signature existed at ${stamp.at.toISOString()}`;
    const used = new Set(judgement.path.map(({ fingerprint }) => fingerprint));
    const areAllUsed = readCertificates(token.certificates).every((one) =>
      used.has(one.fingerprint),
    );
    const isSealedUp = token.isUsual && areAllUsed;
    return { check: passed(name, detail), provenAt: stamp.at, isSealedUp };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const check = failed(name, 'FORMAT_FAILURE', error.message);
    return { check, provenAt: null, isSealedUp: false };
  }
}
