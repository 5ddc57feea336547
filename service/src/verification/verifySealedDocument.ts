import type { SealedDocumentRecord } from '@yinxin/chaincode/model';
import { sha256Hex } from '../documents/digest.ts';
import { conclude } from '../report.ts';
import { checkEarlierSignatures } from './earlierSignatures.ts';
import { viewSealing, type SealingView } from './ledgerView.ts';
import { checkSealing } from './licenceChecks.ts';
import type { VerificationParts } from './parts.ts';
import {
  checkPdfSigner,
  readAtProvenTime,
  type KnownFile,
  type ReadFile,
} from './readSealedFile.ts';
import { recognise } from './recognition.ts';
import { evidenceFinding, type Finding } from './report.ts';
import { recognisedStatement } from './statement.ts';
import { verifyPersonal } from './verifyPersonal.ts';

/** A document that is no licence: signed by a person here, or sealed. */
export async function verifySignedDocument(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: KnownFile,
): Promise<Finding> {
  const personal = await parts.store.personalSignatures.findByDigest(sha256Hex(bytes));
  return personal === null
    ? await verifySealedDocument(parts, bytes, known)
    : await verifyPersonal(parts, personal, known.file, known.time);
}

async function verifySealedDocument(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: KnownFile,
): Promise<Finding> {
  const { file, time } = known;
  const sha256 = sha256Hex(bytes);
  const signature = await parts.store.seals.findSignatureByDigest(sha256);
  const esId = signature?.esId ?? file.esId;
  const claimedAt = file.signingTime ?? time.at;
  const seen = await viewSealing(parts.ledger, { esId, sha256, claimedAt }, time);
  const view = { ...seen, record: requireSignature(file, seen.record) };
  const foreign = view.record === null ? verifyForeignDocument(sha256, known) : null;
  return foreign ?? (await verifyOwnDocument(parts, known, { view, esId, sha256, claimedAt }));
}

async function verifyOwnDocument(
  parts: VerificationParts,
  known: KnownFile,
  sealing: Readonly<{
    view: SealingView;
    esId: string | null;
    sha256: string;
    claimedAt: Date;
  }>,
): Promise<Finding> {
  const { file, time } = known;
  const { view, esId, sha256, claimedAt } = sealing;
  const { record } = view;
  return {
    subject: { kind: 'seal-signature', identifier: record?.actId ?? sha256 },
    licence: null,
    esId,
    statusAgeSeconds: view.ageSeconds,
    since: undefined,
    currentIdentifier: undefined,
    checks: [
      ...readAtProvenTime(known, record === null ? null : new Date(record.at)).checks,
      ...checkPdfSigner(file.pdfSigners.at(-1), view.seal),
      ...checkSealing(view, { claimedAt, time }),
      ...(await checkEarlierSignatures(parts, file.signatureDigests, time, () => [])),
    ],
  };
}

/** Bytes that an act put in the place of others count only with the signature that was recorded first. */
function requireSignature(
  { signatureDigests }: ReadFile,
  record: SealedDocumentRecord | null,
): SealedDocumentRecord | null {
  return record !== null && signatureDigests.includes(record.signatureDigest) ? record : null;
}

/**
 * Sealed in another city: its ledger is not here, so the verdict is about integrity and recognition.
 *
 * @returns null unless the file rests on the trust list alone.
 */
function verifyForeignDocument(sha256: string, { file, judging, time }: KnownFile): Finding | null {
  const recognition = recognise(judging, file.origins, time.at);
  if (recognition === null) return null;
  const checks = [...file.checks, ...recognition.checks];
  const isPassed = conclude(checks).indication === 'TOTAL-PASSED';
  return evidenceFinding({
    subject: { kind: 'seal-signature', identifier: sha256 },
    checks,
    ...(isPassed ? { statement: recognisedStatement(recognition) } : {}),
  });
}
