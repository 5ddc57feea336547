/** Verdicts without ledger and network: on the evidence and the roots its reader brings, nothing else. */
import { verifyDocumentCode } from '../credentials/documentCodeVerification.ts';
import type { DocumentCode } from '../credentials/documentCode.ts';
import type { ReceiptCode } from '../credentials/receiptCode.ts';
import type { ReceiptFile } from '../credentials/receiptFile.ts';
import { verifyCredential, type Credential } from '../credentials/sdJwt.ts';
import type { Language, Text } from '../language.ts';
import type { Certificate } from '../pki/certificate.ts';
import { conclude, indeterminate, type Check, type Report } from '../report.ts';
import type { Seal } from '../sealing/seal.ts';
import { verifySeal } from '../sealing/verifySeal.ts';
import type { Evidence, EvidenceKind } from '../verification/detectEvidence.ts';
import type { VerificationTime } from '../verification/parts.ts';
import { toReport } from '../verification/report.ts';
import { verifyCertificates } from '../verification/verifyCertificates.ts';
import { verifyExport } from '../verification/verifyExport.ts';
import { verifyReceipt } from '../verification/verifyReceipt.ts';
import { verifyReceiptCode } from '../verification/verifyReceiptCode.ts';
import { verifyTimeStampToken } from '../verification/verifyTimeStampToken.ts';
import { isSealMadeForLedger } from './ledgerSeals.ts';
import {
  GENUINE,
  statusOutOfReach,
  type Brought,
  type OfflineFinding,
  type OfflineQuestion,
} from './question.ts';
import { licenceStatus, openTrustBundle, trustWithBundle } from './trustBundle.ts';
import { verifyOfflineFile } from './verifyOfflineFile.ts';
import { verifyOfflineProof } from './verifyOfflineProof.ts';

/**
 * Verifies evidence offline. Without roots the answer is `INDETERMINATE` / `NO_TRUST`; a genuine licence, seal or
 * certificate is `INDETERMINATE` / `TRY_LATER` where its status is not here: a licence's is in a trust bundle.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` for a file that cannot be read.
 */
export function verifyOffline(
  evidence: Evidence,
  brought: Brought,
  asked: Readonly<{ time: VerificationTime; language: Language }>,
): Report {
  const { time, language } = asked;
  const hasTrust = brought.trust.anchors.length > 0;
  const noTrust = indeterminate('trust.anchors', 'NO_TRUST', 'no trusted roots were given');
  const { question, bundleChecks } = prepare(brought, time);
  const finding = findEvidence(evidence, question);
  const checks = [...(hasTrust ? bundleChecks : [noTrust]), ...finding.checks];
  const statement = finding.statement ?? genuineStatement(finding, checks);
  return toReport(
    {
      ...{ subject: finding.subject, checks, licence: null, esId: null },
      ...{ since: undefined, currentIdentifier: undefined, statusSource: 'status-list' },
      statusAgeSeconds: finding.statusAgeSeconds ?? null,
      ...(statement === undefined ? {} : { statement }),
    },
    time,
    language,
  );
}

/** Opens the bundle, if there is one: what is in it counts only as far as it is genuine and in its time. */
function prepare(
  { bundle: read, ...brought }: Brought,
  time: VerificationTime,
): Readonly<{ question: OfflineQuestion; bundleChecks: readonly Check[] }> {
  const question = { ...brought, at: time.at, time, bundle: null };
  if (read === undefined) return { question, bundleChecks: [] };
  const { checks, bundle } = openTrustBundle(read, { trust: brought.trust, now: time.knownAt });
  if (bundle === null) return { question, bundleChecks: checks };
  return {
    bundleChecks: checks,
    question: {
      ...{ ...question, bundle },
      trust: trustWithBundle(brought.trust, bundle),
      codeSigners: [...brought.codeSigners, ...bundle.codeSigners],
    },
  };
}

function findEvidence(evidence: Evidence, question: OfflineQuestion): OfflineFinding {
  const verify = VERIFIERS[evidence.kind] as Verifier<Evidence>; // the one of its kind
  return verify(evidence, question);
}

type Verifier<E> = (evidence: E, question: OfflineQuestion) => OfflineFinding;

const VERIFIERS: { readonly [K in EvidenceKind]: Verifier<Evidence & { readonly kind: K }> } = {
  ofd: ({ bytes }, question) => verifyOfflineFile('ofd', bytes, question),
  pdf: ({ bytes }, question) => verifyOfflineFile('pdf', bytes, question),
  proof: ({ proof }, question) => verifyOfflineProof(proof, question),
  export: ({ export: read }, question) => verifyExport(read, question),
  receipt: ({ receipt }, question) => verifyAnyReceipt(receipt, question),
  code: ({ code }, question) => verifyCode(code, question),
  timeStamp: ({ token }, question) => ({
    ...verifyTimeStampToken(token, question),
    genuine: 'timeStamp',
  }),
  certificates: ({ certificates }, question) => ({
    ...verifyCertificates(certificates, question),
    genuine: 'certificate',
  }),
  seal: ({ seal }, question) => verifySealFile(seal, question),
  credential: ({ credential }, question) => verifyCredentialText(credential, question),
  identifier: ({ identifier }) => ({
    subject: { kind: 'licence', identifier },
    checks: [statusOutOfReach('licence.known')],
  }),
};

function verifySealFile(seal: Seal, { trust, at }: OfflineQuestion): OfflineFinding {
  const subject = { kind: 'seal', identifier: seal.esId } as const;
  const checks = verifySeal(seal, trust, at);
  return isSealMadeForLedger(seal.makerCertificate)
    ? { subject, checks: [...checks, statusOutOfReach('seal.state')], genuine: 'seal' }
    : { subject, checks };
}

function verifyAnyReceipt(
  receipt: ReceiptFile | ReceiptCode,
  question: OfflineQuestion,
): OfflineFinding {
  return 'sign1' in receipt
    ? verifyReceiptCode(receipt, {
        ...{ trust: question.trust, at: question.at, findSigners: signersIn(question) },
      })
    : verifyReceipt(receipt, question);
}

function signersIn({
  codeSigners,
}: OfflineQuestion): (keyIdentifier: string) => readonly Certificate[] {
  return (keyIdentifier) =>
    codeSigners.filter(({ fingerprint }) => fingerprint.startsWith(keyIdentifier));
}

function verifyCode(code: DocumentCode, question: OfflineQuestion): OfflineFinding {
  const { checks } = verifyDocumentCode(code, {
    findSigners: signersIn(question),
    trust: question.trust,
    at: question.at,
    isIssueProven: false,
  });
  const { subject, claims } = code;
  if (subject.kind !== 'licence') {
    return { subject, checks: [...checks, statusOutOfReach('seal.state')], genuine: 'seal' };
  }
  const { identifier } = subject;
  const { issuer, status: place } = claims;
  const status = licenceStatus(question, { identifier, issuer, place });
  return { ...status, subject, checks: [...checks, ...status.checks], genuine: 'licence' };
}

function verifyCredentialText(credential: Credential, question: OfflineQuestion): OfflineFinding {
  const { identifier, issuer, status: place } = credential;
  const status = licenceStatus(question, { identifier, issuer, place });
  return {
    ...status,
    subject: { kind: 'credential', identifier },
    checks: [...verifyCredential(credential, question), ...status.checks],
    genuine: 'licence',
  };
}

/** Everything else passed: missing status, of things or of certificates, is all that keeps the verdict open. */
function genuineStatement(finding: OfflineFinding, checks: readonly Check[]): Text | undefined {
  if (finding.genuine === undefined || conclude(checks).subIndication !== 'TRY_LATER') {
    return undefined;
  }
  const open = checks.filter((check) => check.indication !== 'TOTAL-PASSED');
  return open.every(({ subIndication }) => subIndication === 'TRY_LATER')
    ? GENUINE[finding.genuine]
    : undefined;
}
