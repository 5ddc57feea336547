import { formatIdentifier, parseIdentifier } from '@yinxin/chaincode/model';
import type { DocumentCode } from '../credentials/documentCode.ts';
import type {
  LicenceCodeSubject,
  SealSignatureCodeSubject,
} from '../credentials/documentCodeClaims.ts';
import { verifyDocumentCode } from '../credentials/documentCodeVerification.ts';
import { encodeDigits } from '../credentials/digits.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { viewLicence, viewSeal, type LicenceView } from './ledgerView.ts';
import { checkLicence, checkSealState } from './licenceChecks.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import type { Finding } from './report.ts';

/** Verifies a code that was read: genuine, and what it stands for still good. */
export async function verifyCode(
  parts: VerificationParts,
  code: DocumentCode,
  time: VerificationTime,
): Promise<Finding> {
  const { subject } = code.claims;
  return subject.kind === 'licence'
    ? await verifyLicenceCode(parts, code, subject, time)
    : await verifySealSignatureCode(parts, code, subject, time);
}

async function verifyLicenceCode(
  parts: VerificationParts,
  code: DocumentCode,
  subject: LicenceCodeSubject,
  time: VerificationTime,
): Promise<Finding> {
  const identifier = formatIdentifier({ ...subject, issuer: code.claims.issuer });
  const asked = parseIdentifier(identifier);
  const view = await viewLicence(parts.ledger, asked, time);
  const recorded = checkRecordedCode(code, subject, view);
  const genuine = await checkGenuine(parts, code, {
    at: time.at,
    isIssueProven: recorded?.indication === 'TOTAL-PASSED',
  });
  return {
    subject: { kind: 'licence', identifier },
    licence: identifier,
    esId: view.version?.sealSignature.esId ?? null,
    statusAgeSeconds: view.ageSeconds,
    since: view.licence?.since,
    currentIdentifier: view.licence?.identifier,
    // expiry last: a revoked licence that has also expired is called revoked
    checks: [
      ...genuine.filter((check) => check.name !== 'code.expiresAt'),
      ...(recorded === null ? [] : [recorded]),
      ...checkLicence(asked, view, time),
      ...genuine.filter((check) => check.name === 'code.expiresAt'),
    ],
  };
}

async function verifySealSignatureCode(
  parts: VerificationParts,
  code: DocumentCode,
  subject: SealSignatureCodeSubject,
  time: VerificationTime,
): Promise<Finding> {
  const signature = await parts.store.seals.findSignature(subject.actId);
  const isRecorded = signature?.codeText?.endsWith(`YX1.${encodeDigits(code.bytes)}`) === true;
  const sealedAt = code.claims.issuedAt;
  const seal = await viewSeal(parts.ledger, subject.esId, { sealedAt, time });
  return {
    subject: { kind: 'seal-signature', identifier: subject.actId },
    licence: null,
    esId: subject.esId,
    statusAgeSeconds: 0,
    since: undefined,
    currentIdentifier: undefined,
    checks: [
      ...(await checkGenuine(parts, code, { at: time.at, isIssueProven: isRecorded })),
      isRecorded
        ? passed('sealSignature.recorded', `recorded by act ${subject.actId}`)
        : indeterminate('sealSignature.recorded', 'NOT_RECORDED', `no act ${subject.actId}`),
      checkSealState(seal, signature?.sealedAt.toISOString() ?? sealedAt.toISOString()),
    ],
  };
}

async function checkGenuine(
  parts: VerificationParts,
  code: DocumentCode,
  proven: Readonly<{ at: Date; isIssueProven: boolean }>,
): Promise<readonly Check[]> {
  const signers = await parts.findCodeSigners(code.keyIdentifier);
  return verifyDocumentCode(code, { findSigners: () => signers, trust: parts.trust, ...proven })
    .checks;
}

/** The issue act names the digest of its code: another code for the same licence is not the one that was issued. */
function checkRecordedCode(
  code: DocumentCode,
  subject: LicenceCodeSubject,
  { version }: LicenceView,
): Check | null {
  if (version === null) return null;
  const isSame =
    version.codeDigest === code.digest && version.contentDigest.startsWith(subject.contentDigest);
  return isSame
    ? passed('code.recorded', `the issue act ${version.actId} names this code`)
    : failed('code.recorded', 'HASH_FAILURE', `the issue act ${version.actId} names another code`);
}
