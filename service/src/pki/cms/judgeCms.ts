/** All checks on one CMS signature but for what its content is. */
import { ServiceError } from '../../errors.ts';
import type { KeyPurpose } from '../../keys/signer.ts';
import type { Certificate } from '../certificate.ts';
import { validateCertificationPath, type PathAnswer } from '../certificationPath.ts';
import type { TrustStore } from '../trustStore.ts';
import {
  conclude,
  failed,
  indeterminate,
  passed,
  type Check,
  type Indication,
} from '../../report.ts';
import { OID } from './cmsOids.ts';
import type { CmsSignature } from './cmsParsing.ts';
import {
  checkMessageDigest,
  checkSignatureValue,
  checkSigningCertificate,
  findSigner,
  readCertificates,
} from './cmsVerification.ts';

export interface CmsQuestion {
  readonly cms: CmsSignature;
  /** What is signed, in parts. */
  readonly content: readonly Uint8Array[];
  /** DER certificates beside those of the CMS; attacker-controlled. */
  readonly certificates: readonly Uint8Array[];
  readonly trust: TrustStore;
  /** Instant by which the signature provably existed, at which certificates are judged. */
  readonly at: Date;
  /** When it says that it was made; attacker-controlled. */
  readonly claimedAt?: Date | null;
  /** Profile that the signer's certificate must fit, if it is to be one of ours. */
  readonly purpose: KeyPurpose | null;
  /** Whether the signed attributes must name the signer's certificate. */
  readonly isCertificateNamed: boolean;
}

export interface CmsJudgement {
  /** Digest, signature value, signer, path: in this order. */
  readonly checks: readonly Check[];
  readonly signer: Certificate | null;
  /** From the signer to a trust anchor, or as far as it could be built. */
  readonly path: readonly Certificate[];
}

/** Judges a CMS signature; never throws for a bad one. */
export function judgeCms(question: CmsQuestion): CmsJudgement {
  const { cms, content, certificates, isCertificateNamed } = question;
  const signer = findSigner(cms, certificates);
  const digest = readable('pdf.messageDigest', (name) => checkMessageDigest(cms, content, name));
  if (signer === null) {
    const detail = 'the signer’s certificate is not in the document, or cannot be read';
    const check = indeterminate('pdf.signerCertificate', 'NO_CERTIFICATE_CHAIN_FOUND', detail);
    return { checks: [digest, check], signer, path: [] };
  }
  const { checks, path } = validatePath(question, signer);
  return {
    checks: [
      digest,
      readable('pdf.signatureValue', (name) => checkSignatureValue(cms, signer, content, name)),
      readable('pdf.signingCertificate', (name) =>
        checkSigningCertificate(cms, signer, isCertificateNamed, name),
      ),
      checkKeyUsage(signer, cms.contentType === OID.timeStampInfo),
      ...checks,
    ],
    signer,
    path,
  };
}

/** Members of a CMS that turn out malformed only when a check reads them fail that check. */
function readable(name: string, run: (name: string) => Check): Check {
  try {
    return run(name);
  } catch (error) {
    if (error instanceof ServiceError) return failed(name, 'FORMAT_FAILURE', error.message);
    throw error;
  }
}

function validatePath(question: CmsQuestion, signer: Certificate): PathAnswer {
  const { cms, certificates, trust, at, claimedAt = null, purpose } = question;
  const validateAt = (instant: Date): PathAnswer =>
    validateCertificationPath({
      ...trust,
      leaf: signer,
      intermediates: [
        ...trust.intermediates,
        ...readCertificates([...cms.certificates, ...certificates]),
      ],
      at: instant,
      provenAt: at,
      ...(purpose === null ? {} : { purpose }),
    });
  const answer = validateAt(at);
  if (claimedAt === null || claimedAt >= at || !isRevoked(answer, 'TOTAL-FAILED')) return answer;
  // revoked by then, but perhaps after it was made: nobody proves either
  const claimed = validateAt(claimedAt);
  return isRevoked(claimed, 'INDETERMINATE') ? claimed : answer;
}

function isRevoked({ checks }: PathAnswer, indication: Indication): boolean {
  const conclusion = conclude(checks);
  return conclusion.indication === indication && conclusion.subIndication === 'REVOKED';
}

function checkKeyUsage(signer: Certificate, isTimeStamp: boolean): Check {
  const name = 'pdf.keyUsage';
  const usage = signer.keyUsage;
  const mayTimeStamp = signer.extendedKeyUsages?.join() === OID.timeStamping; // RFC 3161 §2.3
  const maySign =
    !signer.isCa &&
    (usage === null || usage.has('digitalSignature') || usage.has('nonRepudiation')) &&
    isTimeStamp === mayTimeStamp;
  return maySign
    ? passed(name, 'the signer’s certificate is meant for this')
    : indeterminate(
        name,
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        'the signer’s certificate is not meant for this',
      );
}
