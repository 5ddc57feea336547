import type { SealRecord } from '@yinxin/chaincode/model';
import { formatOf, sha256Hex } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import { verifyProof } from '../ledger/verifyProof.ts';
import { unscopedAnchors } from '../pki/trustStore.ts';
import { conclude, failed, indeterminate, passed, type Check } from '../report.ts';
import type { Seal } from '../sealing/seal.ts';
import { verifySeal } from '../sealing/verifySeal.ts';
import { detectSigned, type Signed } from './detectEvidence.ts';
import { viewSeal } from './ledgerView.ts';
import { checkSeal } from './licenceChecks.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import { proofStatement } from './proofStatement.ts';
import { evidenceFinding, type Finding } from './report.ts';
import { verifyCertificates } from './verifyCertificates.ts';
import { verifyCode } from './verifyCode.ts';
import { verifyReadCredential } from './verifyCredentialText.ts';
import { verifyExport } from './verifyExport.ts';
import { verifyFile } from './verifyFile.ts';
import { verifyReceiptCodeOnline, verifyReceiptText } from './verifyReceiptUpload.ts';
import { verifyTimeStampToken } from './verifyTimeStampToken.ts';

/**
 * Verifies an uploaded file of any kind we know, recognised by its content: OFD, PDF, seal, proof, receipt, export,
 * credential, code, certificates, time-stamp.
 *
 * @param bytes - attacker-controlled.
 * @param purpose - what an annotated copy is to be accepted for.
 * @throws ServiceError `DOCUMENT_MALFORMED`, `CODE_MALFORMED`, `CERTIFICATE_MALFORMED`.
 */
export async function verifyUpload(
  parts: VerificationParts,
  bytes: Uint8Array,
  time: VerificationTime,
  purpose?: string,
): Promise<Finding> {
  if (formatOf(bytes) !== null) return await verifyFile(parts, bytes, time, purpose);
  const evidence = detectSigned(bytes);
  const verify = VERIFIERS[evidence.kind] as UploadVerifier<Signed>; // the one of its kind
  return await verify(evidence, { parts, bytes, time });
}

interface UploadQuestion {
  readonly parts: VerificationParts;
  readonly bytes: Uint8Array;
  readonly time: VerificationTime;
}

type UploadVerifier<E> = (evidence: E, question: UploadQuestion) => Finding | Promise<Finding>;

const VERIFIERS: {
  readonly [K in Signed['kind']]: UploadVerifier<Signed & { readonly kind: K }>;
} = {
  ofd: notHere, // documents are read before
  pdf: notHere,
  seal: ({ seal }, { parts, bytes, time }) => verifySealFile(parts, bytes, time, seal),
  proof: ({ proof }, { parts, time }) => verifyProofFile(parts, proof, time),
  credential: ({ credential }, { parts, time }) => verifyReadCredential(parts, credential, time),
  code: ({ code }, { parts, time }) => verifyCode(parts, code, time),
  receipt: ({ receipt }, { parts, time }) =>
    'sign1' in receipt
      ? verifyReceiptCodeOnline(parts, receipt, time)
      : verifyReceiptText(parts, receipt, time),
  export: ({ export: read }, { parts, time: { at } }) =>
    evidenceFinding(verifyExport(read, { ...parts, at })),
  timeStamp: ({ token }, { parts: { trust }, time: { at } }) =>
    evidenceFinding(verifyTimeStampToken(token, { trust, at })),
  certificates: ({ certificates }, { parts: { trust }, time: { at } }) =>
    evidenceFinding(verifyCertificates(certificates, { trust, at })),
};

function notHere(): never {
  throw new ServiceError('DOCUMENT_MALFORMED', 'no document in a form that is read');
}

async function verifySealFile(
  parts: VerificationParts,
  bytes: Uint8Array,
  time: VerificationTime,
  seal: Seal,
): Promise<Finding> {
  const { esId } = seal;
  const view = await viewSeal(parts.ledger, esId, { sealedAt: time.at, time });
  const { seal: known, ageSeconds } = view;
  return {
    subject: { kind: 'seal', identifier: esId },
    licence: null,
    esId: known === null ? null : esId,
    statusAgeSeconds: ageSeconds,
    since: known?.atSealing?.since,
    currentIdentifier: undefined,
    checks: [
      ...verifySeal(seal, parts.trust, time.at),
      ...(ageSeconds === null ? [] : [checkRecorded(bytes, known?.seal ?? null)]),
      ...checkSeal(view, time.at.toISOString()),
    ],
  };
}

function checkRecorded(bytes: Uint8Array, seal: SealRecord | null): Check {
  const name = 'seal.recorded';
  if (seal === null) return indeterminate(name, 'SEAL_UNKNOWN', 'the seal is not on this ledger');
  return seal.file.sha256 === sha256Hex(bytes)
    ? passed(name, `made by act ${seal.actId}`)
    : failed(name, 'HASH_FAILURE', `act ${seal.actId} made another file of this seal`);
}

/** A proof speaks for the acts in it, not for what is in force now. */
function verifyProofFile(
  parts: VerificationParts,
  proof: LedgerProof,
  time: VerificationTime,
): Finding {
  const { trust, endorsement = {} } = parts;
  const verdict = verifyProof(proof, {
    anchors: unscopedAnchors(trust),
    at: time.at,
    timeStamps: trust,
    endorsement,
  });
  const { subject } = verdict;
  const isHolding = conclude(verdict.checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'proof', identifier: subject.identifier },
    licence: subject.kind === 'licence' ? subject.identifier : null,
    esId: subject.kind === 'seal' ? subject.identifier : null,
    statusAgeSeconds: null,
    since: verdict.state?.since,
    currentIdentifier: undefined,
    ...(isHolding ? { statement: proofStatement(verdict) } : {}),
    checks: verdict.checks,
  };
}
