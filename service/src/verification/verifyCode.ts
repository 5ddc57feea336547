import { formatIdentifier, parseIdentifier } from '@yinxin/chaincode/model';
import type { DocumentCode } from '../credentials/documentCode.ts';
import type {
  LicenceCodeSubject,
  SealSignatureCodeSubject,
} from '../credentials/documentCodeClaims.ts';
import { verifyDocumentCode } from '../credentials/documentCodeVerification.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { ifInReach, viewLicence, viewSealing, type LicenceView } from './ledgerView.ts';
import { checkLicence, checkSealing } from './licenceChecks.ts';
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
    checks: [
      ...genuine.filter((check) => !isPeriodOfCode(check)),
      ...(recorded === null ? [] : [recorded]),
      ...checkLicence(asked, view, time),
      ...genuine.filter(isPeriodOfCode),
    ],
  };
}

/** Judged last: a revoked licence that has also expired is called revoked. */
function isPeriodOfCode({ name }: Check): boolean {
  return name === 'code.issuedAt' || name === 'code.expiresAt';
}

async function verifySealSignatureCode(
  parts: VerificationParts,
  code: DocumentCode,
  subject: SealSignatureCodeSubject,
  time: VerificationTime,
): Promise<Finding> {
  const { esId, actId } = subject;
  const signature = await parts.store.seals.findSignature(actId); // says which document it is
  const claimedAt = code.claims.issuedAt;
  const sha256 = signature?.document.sha256 ?? null;
  const view = await viewSealing(parts.ledger, { esId, sha256, claimedAt }, time);
  const { record } = view;
  const isNamed = record?.codeDigest === code.digest;
  return {
    subject: { kind: 'seal-signature', identifier: actId },
    licence: null,
    esId,
    statusAgeSeconds: view.ageSeconds,
    since: undefined,
    currentIdentifier: undefined,
    checks: [
      ...(await checkGenuine(parts, code, { at: time.at, isIssueProven: isNamed })),
      ...(record === null || isNamed
        ? []
        : [failed('code.recorded', 'HASH_FAILURE', `act ${record.actId} names another code`)]),
      ...checkSealing(view, { claimedAt, time }),
    ],
  };
}

async function checkGenuine(
  parts: VerificationParts,
  code: DocumentCode,
  proven: Readonly<{ at: Date; isIssueProven: boolean }>,
): Promise<readonly Check[]> {
  const signers = await ifInReach(parts.findCodeSigners(code.keyIdentifier));
  if (signers === null) {
    return [indeterminate('code.signer', 'TRY_LATER', 'the ledger is out of reach')];
  }
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
