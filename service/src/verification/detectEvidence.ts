import { isExportText, parseAuditExport, type AuditExport } from '../credentials/auditExport.ts';
import {
  isDocumentCodeText,
  parseDocumentCode,
  type DocumentCode,
} from '../credentials/documentCode.ts';
import {
  isReceiptCodeText,
  parseReceiptCode,
  type ReceiptCode,
} from '../credentials/receiptCode.ts';
import { isReceiptText, parseReceipt, type ReceiptFile } from '../credentials/receiptFile.ts';
import { parseCredential, type Credential } from '../credentials/sdJwt.ts';
import { formatOf } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { parseProof } from '../ledger/parseProof.ts';
import { PROOF_TYPE, type LedgerProof } from '../ledger/proofFormat.ts';
import { parseCertificate, parseCertificates, type Certificate } from '../pki/certificate.ts';
import { parseCms } from '../pki/cms/cmsParsing.ts';
import { readTokenInfo } from '../pki/timeStamp/timeStampInfo.ts';
import { readTimeStampResponse } from '../pki/timeStamp/timeStampResponse.ts';
import { parseSeal, type Seal } from '../sealing/seal.ts';

/** Something that can be verified, read but not verified. Files of documents are read by whoever verifies them. */
export type Evidence =
  | { readonly kind: 'ofd' | 'pdf'; readonly bytes: Uint8Array }
  | { readonly kind: 'seal'; readonly seal: Seal }
  | { readonly kind: 'code'; readonly code: DocumentCode }
  | { readonly kind: 'identifier'; readonly identifier: string; readonly issuer: string }
  | { readonly kind: 'credential'; readonly credential: Credential }
  | { readonly kind: 'proof'; readonly proof: LedgerProof }
  | { readonly kind: 'export'; readonly export: AuditExport }
  | { readonly kind: 'receipt'; readonly receipt: ReceiptFile | ReceiptCode }
  | { readonly kind: 'timeStamp'; readonly token: Uint8Array }
  | { readonly kind: 'certificates'; readonly certificates: readonly Certificate[] };

export type EvidenceKind = Evidence['kind'];

/** Whatever bears a signature of its own. */
export type Signed = Exclude<Evidence, { readonly kind: 'identifier' }>;

/** Texts are no longer than a proof is. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/**
 * Tells by its content what something is, and reads it. Names and media types play no part.
 *
 * @param bytes - attacker-controlled: a file, or a text in UTF-8, which may be a mere identifier.
 * @throws ServiceError `DOCUMENT_MALFORMED`, `CODE_MALFORMED`, `CERTIFICATE_MALFORMED` for what is of no known kind, or
 * of one and malformed.
 */
export function detectEvidence(bytes: Uint8Array): Evidence {
  const text = textOf(bytes);
  return text === null ? readBytes(bytes) : (readText(text) ?? readName(text));
}

/**
 * The same of a file that was handed in: a text must be signed.
 *
 * @throws ServiceError as {@link detectEvidence}.
 */
export function detectSigned(bytes: Uint8Array): Signed {
  const text = textOf(bytes);
  const evidence = text === null ? readBytes(bytes) : readText(text);
  if (evidence === null) throw unknownKind();
  return evidence;
}

function readBytes(bytes: Uint8Array): Signed {
  const format = formatOf(bytes);
  if (format !== null) return { kind: format, bytes };
  return readDer(bytes);
}

type TextReader = readonly [looksLikeIt: (text: string) => boolean, read: (text: string) => Signed];

/** The first that looks like it decides. */
const TEXTS: readonly TextReader[] = [
  [isReceiptText, (text) => ({ kind: 'receipt', receipt: parseReceipt(text) })],
  [isExportText, (text) => ({ kind: 'export', export: parseAuditExport(text) })],
  [(text) => text.startsWith('{'), readJson],
  [
    (text) => text.includes('-----BEGIN CERTIFICATE-----'),
    (text) => ({ kind: 'certificates', certificates: parseCertificates(text) }),
  ],
  [isReceiptCodeText, (text) => ({ kind: 'receipt', receipt: parseReceiptCode(text) })],
  [isDocumentCodeText, (text) => ({ kind: 'code', code: parseDocumentCode(text) })],
  [
    (text) => /^[\w-]+\.[\w-]+\.[\w-]+~/.test(text),
    (text) => ({ kind: 'credential', credential: parseCredential(text) }),
  ],
];

/** @returns null for a text that is nothing signed. */
function readText(text: string): Signed | null {
  for (const [looksLikeIt, read] of TEXTS) {
    if (looksLikeIt(text)) return read(text);
  }
  return null;
}

function readName(text: string): Evidence {
  if (text.length > 200) throw unknownKind();
  const { text: identifier, issuer } = readIdentifier(text);
  return { kind: 'identifier', identifier, issuer };
}

function readJson(text: string): Signed {
  if (!text.includes(PROOF_TYPE)) throw unknownKind();
  return { kind: 'proof', proof: parseProof(text) };
}

/** The first that can be read. */
const DERS: readonly ((bytes: Uint8Array) => Signed)[] = [
  (bytes) => ({ kind: 'seal', seal: parseSeal(bytes) }),
  (bytes) => ({ kind: 'timeStamp', token: requireToken(bytes) }),
  (bytes) => ({ kind: 'timeStamp', token: requireToken(tokenOfResponse(bytes)) }),
  (bytes) => ({ kind: 'certificates', certificates: [parseCertificate(bytes)] }),
];

function readDer(bytes: Uint8Array): Signed {
  for (const read of DERS) {
    try {
      return read(bytes);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  throw unknownKind();
}

/** @throws ServiceError for what is no token of RFC 3161. */
function requireToken(bytes: Uint8Array): Uint8Array {
  readTokenInfo(parseCms(bytes));
  return bytes;
}

function tokenOfResponse(bytes: Uint8Array): Uint8Array {
  const { token } = readTimeStampResponse(bytes);
  if (token === null) throw unknownKind();
  return token;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @returns null if the bytes are no text, or that of a PDF. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_TEXT_BYTES || isPdf(bytes)) return null;
  try {
    const text = utf8.decode(bytes);
    // eslint-disable-next-line no-control-regex -- what is no text has them
    return /[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text) ? null : text.trim();
  } catch {
    return null; // the decoder says no more than that
  }
}

function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';
}

function unknownKind(): ServiceError {
  return new ServiceError(
    'DOCUMENT_MALFORMED',
    'this is no OFD, PDF, seal, code, identifier, credential, receipt, proof, time-stamp or certificate',
  );
}
