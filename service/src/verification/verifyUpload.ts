import type { SealRecord } from '@yinxin/chaincode/model';
import { isReceiptText, parseReceipt } from '../credentials/receiptFile.ts';
import { formatOf, sha256Hex } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import { parseProof } from '../ledger/parseProof.ts';
import { verifyProof } from '../ledger/verifyProof.ts';
import { unscopedAnchors } from '../pki/trustStore.ts';
import { conclude, failed, indeterminate, passed, type Check } from '../report.ts';
import { parseSeal } from '../sealing/seal.ts';
import { verifySeal } from '../sealing/verifySeal.ts';
import { viewSeal } from './ledgerView.ts';
import { checkSeal } from './licenceChecks.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import { proofStatement } from './proofStatement.ts';
import type { Finding } from './report.ts';
import { verifyCredentialText } from './verifyCredentialText.ts';
import { verifyFile } from './verifyFile.ts';
import { verifyReceiptText } from './verifyReceiptUpload.ts';

const DER_SEQUENCE = 0x30;
const JSON_OBJECT = '{'.charCodeAt(0);
const JWT_START = 'ey';

/**
 * Verifies an uploaded file of any kind we know, recognised by its content: OFD, PDF, seal, proof, credential.
 *
 * @param bytes - attacker-controlled.
 * @param purpose - what an annotated copy is to be accepted for.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export async function verifyUpload(
  parts: VerificationParts,
  bytes: Uint8Array,
  time: VerificationTime,
  purpose?: string,
): Promise<Finding> {
  if (formatOf(bytes) !== null) return await verifyFile(parts, bytes, time, purpose);
  if (bytes[0] === DER_SEQUENCE) return await verifySealFile(parts, bytes, time);
  const text = textOf(bytes);
  const receipt = text.trim();
  if (isReceiptText(receipt)) return verifyReceiptText(parts, parseReceipt(receipt), time);
  if (bytes[0] === JSON_OBJECT) return verifyProofFile(parts, text, time);
  if (text.startsWith(JWT_START)) return await verifyCredentialText(parts, text, time);
  throw new ServiceError('DOCUMENT_MALFORMED', 'no file of a known kind');
}

async function verifySealFile(
  parts: VerificationParts,
  bytes: Uint8Array,
  time: VerificationTime,
): Promise<Finding> {
  const seal = parseSeal(bytes);
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
function verifyProofFile(parts: VerificationParts, text: string, time: VerificationTime): Finding {
  const proof = parseProof(text);
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

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ServiceError('DOCUMENT_MALFORMED', 'no file of a known kind'); // not even text
  }
}
