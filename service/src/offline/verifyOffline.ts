/** Verdicts without ledger and network: on the evidence and the roots its reader brings, nothing else. */
import { verifyDocumentCode } from '../credentials/documentCodeVerification.ts';
import type { DocumentCode } from '../credentials/documentCode.ts';
import { verifyCredential } from '../credentials/sdJwt.ts';
import type { Language, Text } from '../language.ts';
import type { Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import { conclude, failed, indeterminate, type Check, type Report } from '../report.ts';
import { verifySeal } from '../sealing/verifySeal.ts';
import type { VerificationTime } from '../verification/parts.ts';
import { toReport } from '../verification/report.ts';
import type { Evidence } from './detectEvidence.ts';
import {
  GENUINE,
  statusOutOfReach,
  type OfflineFinding,
  type OfflineQuestion,
} from './question.ts';
import { verifyOfflineFile } from './verifyOfflineFile.ts';
import { verifyOfflineProof } from './verifyOfflineProof.ts';

/**
 * Verifies evidence offline. Without roots the answer is `INDETERMINATE` / `NO_TRUST`; a genuine licence, seal or
 * certificate is `INDETERMINATE` / `TRY_LATER`, because its status is not here; only a proof can pass.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` for a file that cannot be read.
 */
export function verifyOffline(
  evidence: Evidence,
  question: Omit<OfflineQuestion, 'at'>,
  asked: Readonly<{ time: VerificationTime; language: Language }>,
): Report {
  const { time, language } = asked;
  const finding = findEvidence(evidence, { ...question, at: time.at });
  const hasTrust = question.trust.anchors.length > 0;
  const noTrust = indeterminate('trust.anchors', 'NO_TRUST', 'no trusted roots were given');
  const checks = hasTrust ? finding.checks : [noTrust, ...finding.checks];
  const statement = finding.statement ?? genuineStatement(finding, checks);
  return toReport(
    {
      ...{ subject: finding.subject, checks, licence: null, esId: null },
      ...{ statusAgeSeconds: null, since: undefined, currentIdentifier: undefined },
      ...(statement === undefined ? {} : { statement }),
    },
    time,
    language,
  );
}

function findEvidence(evidence: Evidence, question: OfflineQuestion): OfflineFinding {
  switch (evidence.kind) {
    case 'ofd':
    case 'pdf':
      return verifyOfflineFile(evidence.kind, evidence.bytes, question);
    case 'proof':
      return verifyOfflineProof(evidence.proof, question);
    case 'code':
      return verifyCode(evidence.code, question);
    case 'certificates':
      return verifyCertificates(evidence.certificates, question);
    case 'seal':
      return {
        subject: { kind: 'seal', identifier: evidence.seal.esId },
        checks: [
          ...verifySeal(evidence.seal, question.trust, question.at),
          statusOutOfReach('seal.state'),
        ],
        genuine: 'seal',
      };
    case 'credential':
      return {
        subject: { kind: 'credential', identifier: evidence.credential.identifier },
        checks: [
          ...verifyCredential(evidence.credential, question),
          statusOutOfReach('licence.state'),
        ],
        genuine: 'licence',
      };
    case 'identifier':
      return {
        subject: { kind: 'licence', identifier: evidence.identifier },
        checks: [statusOutOfReach('licence.known')],
      };
  }
}

function verifyCode(code: DocumentCode, question: OfflineQuestion): OfflineFinding {
  const { checks } = verifyDocumentCode(code, {
    findSigners: (keyIdentifier) =>
      question.codeSigners.filter(({ fingerprint }) => fingerprint.startsWith(keyIdentifier)),
    trust: question.trust,
    at: question.at,
    isIssueProven: false,
  });
  const isLicence = code.subject.kind === 'licence';
  return {
    subject: code.subject,
    checks: [...checks, statusOutOfReach(isLicence ? 'licence.state' : 'seal.state')],
    genuine: isLicence ? 'licence' : 'seal',
  };
}

/** @param certificates - leaf first. */
function verifyCertificates(
  certificates: readonly Certificate[],
  { trust, at }: OfflineQuestion,
): OfflineFinding {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) {
    return {
      subject: { kind: 'certificate', identifier: '' },
      checks: [failed('certificationPath', 'FORMAT_FAILURE', 'there is no certificate')],
    };
  }
  const intermediates = [...others, ...trust.intermediates];
  const { checks } = validateCertificationPath({ leaf, intermediates, anchors: trust.anchors, at });
  const revocation = indeterminate(
    'certificate.revocation',
    'TRY_LATER',
    'no revocation list was given',
  );
  return {
    subject: { kind: 'certificate', identifier: leaf.fingerprint },
    checks: [...checks, revocation],
    genuine: 'certificate',
  };
}

/** Everything else passed: the missing status is all that keeps the verdict open. */
function genuineStatement(finding: OfflineFinding, checks: readonly Check[]): Text | undefined {
  if (finding.genuine === undefined || conclude(checks).subIndication !== 'TRY_LATER') {
    return undefined;
  }
  const open = checks.filter((check) => check.indication !== 'TOTAL-PASSED');
  return open.length === 1 ? GENUINE[finding.genuine] : undefined;
}
