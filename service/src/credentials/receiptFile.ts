/** The file of a receipt: its JWS with the evidence that its uses are on the ledger, so that it verifies by itself. */
import { canonicalise, ContractError } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { parseProof } from '../ledger/parseProof.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import { isReceiptJws, parseReceiptJws, type ReadReceipt } from './receipt.ts';

/** `type` of the file. */
export const RECEIPT_FILE_TYPE = 'yinxin-receipt';
/** Name under which it is attached to the receipt's PDF. */
export const RECEIPT_ATTACHMENT = 'receipt.json';
/** Longest file that is looked at, characters. */
export const MAX_RECEIPT_FILE_LENGTH = 8 * 1024 * 1024;

/** A receipt that was read with what came with it; nothing is verified. */
export interface ReceiptFile {
  readonly receipt: ReadReceipt;
  /** Null: not anchored when it was given out. */
  readonly proofs: readonly LedgerProof[] | null;
  /** RFC 3161 token over the JWS, DER; null: none. */
  readonly timeStamp: Uint8Array | null;
}

const file = z.strictObject({
  type: z.literal(RECEIPT_FILE_TYPE),
  version: z.literal(1),
  receipt: z.string(),
  proofs: z.array(z.looseObject({})).min(1).max(100).nullable(),
  timeStamp: z.string().max(44_000).nullable(),
});

/** Writes the file: canonical JSON, so that the same receipt has the same bytes. */
export function encodeReceiptFile(
  parts: Readonly<{
    receipt: string;
    /** Null while pending. */
    proofs: readonly LedgerProof[] | null;
    /** DER, base64. */
    timeStamp: string | null;
  }>,
): string {
  const { receipt, proofs, timeStamp } = parts;
  return canonicalise({ type: RECEIPT_FILE_TYPE, version: 1, receipt, proofs, timeStamp });
}

/** Whether a text looks like a receipt, file or bare JWS, so that it should be read as one and no other kind. */
export function isReceiptText(text: string): boolean {
  return isReceiptJws(text) || (text.startsWith('{') && /"type"\s*:\s*"yinxin-receipt"/.test(text));
}

/**
 * Reads a receipt: its file, or its JWS alone.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`, also for a member that stands twice.
 */
export function parseReceipt(text: string): ReceiptFile {
  if (isReceiptJws(text)) {
    return { receipt: parseReceiptJws(text), proofs: null, timeStamp: null };
  }
  const parsed = file.safeParse(readJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`/${issue?.path.join('/') ?? ''} is not as agreed`);
  }
  const { receipt, proofs, timeStamp } = parsed.data;
  return {
    receipt: parseReceiptJws(receipt),
    proofs: proofs?.map((proof) => parseProof(JSON.stringify(proof))) ?? null,
    timeStamp: timeStamp === null ? null : decodeBase64(timeStamp),
  };
}

/**
 * Reads the receipt that a PDF carries.
 *
 * @param attachment - attacker-controlled; null: it carries nothing.
 * @returns null if that is no receipt.
 * @throws ServiceError `DOCUMENT_MALFORMED` for one that cannot be read.
 */
export function receiptIn(
  attachment: Readonly<{ name: string; bytes: Uint8Array }> | null,
): ReceiptFile | null {
  if (attachment?.name !== RECEIPT_ATTACHMENT) return null;
  const text = Buffer.from(attachment.bytes).toString('utf8');
  return isReceiptText(text) ? parseReceipt(text) : null;
}

function readJson(text: string): unknown {
  if (text.length > MAX_RECEIPT_FILE_LENGTH) throw malformed('it is too long');
  try {
    const value: unknown = JSON.parse(text);
    canonicalise(value); // bounded depth, well-formed text
    if (countMembers(value) !== countNames(text)) throw malformed('a member stands twice');
    return value;
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof ContractError) {
      throw malformed('it is not JSON');
    }
    throw cause;
  }
}

/** Strings before a colon. Readers differ on which of two members with one name counts, so there must not be two. */
function countNames(json: string): number {
  let count = 0;
  for (const [, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) {
    if (colon !== undefined) count += 1;
  }
  return count;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, member) => sum + countMembers(member), own);
}

function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw malformed('the time-stamp is not base64');
  return new Uint8Array(bytes);
}

function malformed(reason: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a receipt: ${reason}`);
}
