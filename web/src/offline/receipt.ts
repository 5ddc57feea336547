/** Receipts: what was told at a window then. Their signature is verified here; the ledger's proofs of them are not. */
import { isRecord, type Check } from '../report.ts';
import { MalformedError } from './bytes.ts';
import { failed, indeterminate, noticed, passed } from './check.ts';
import type { Trust } from './certificationPath.ts';
import { parseJws, verifyJws, type Jws } from './jws.ts';
import type { ReceiptLicence } from './receiptCode.ts';

const JWS_TYPE = 'yinxin-receipt+jws';
const FILE_TYPE = 'yinxin-receipt';
const MAX_JWS_LENGTH = 512 * 1024;
/** Longest file that is looked at, characters. */
export const MAX_RECEIPT_FILE_LENGTH = 8 * 1024 * 1024;
const MAX_LICENCES = 100;
/** Clocks of the window's service and of this device may differ by this much. */
const CLOCK_TOLERANCE_MS = 300_000;
/** Every receipt's JWS starts so: the header is canonical JSON; the last character depends on what follows. */
const HEADER_START = btoa(`{"alg":"ES256","typ":"${JWS_TYPE}"`).replace(/=+$/, '').slice(0, -1);

/** A receipt that was read, but not verified. */
export interface Receipt {
  readonly jws: Jws;
  readonly id: string;
  readonly issuer: { readonly creditCode: string; readonly name: string };
  readonly at: Date;
  readonly licences: readonly ReceiptLicence[];
  readonly hasProofs: boolean;
  readonly hasTimeStamp: boolean;
}

/** Whether a text looks like a receipt, file or bare JWS. */
export function isReceiptText(text: string): boolean {
  return (
    text.startsWith(HEADER_START) ||
    (text.startsWith('{') && /"type"\s*:\s*"yinxin-receipt"/.test(text))
  );
}

/**
 * Reads a receipt: its file, or its JWS alone.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `DOCUMENT_MALFORMED`.
 */
export async function parseReceipt(text: string): Promise<Receipt> {
  const file = text.startsWith('{')
    ? readFile(text)
    : { receipt: text, proofs: null, timeStamp: null };
  const jws = await parseJws(file.receipt, JWS_TYPE, MAX_JWS_LENGTH);
  const { schemaVersion, id, issuer, at, licences } = jws.payload;
  requireMembers(jws.payload, MEMBERS);
  if (schemaVersion !== 1 || !isRecord(issuer)) throw malformed('it is of no known version');
  requireMembers(issuer, ['creditCode', 'name']);
  if (!Array.isArray(licences) || licences.length === 0 || licences.length > MAX_LICENCES) {
    throw malformed('it names no licences, or too many');
  }
  const instant = new Date(requireText(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/));
  if (Number.isNaN(instant.getTime())) throw malformed('its time does not exist');
  return {
    jws,
    id: requireText(id, /^[0-9A-HJKMNP-TV-Z]{26}$/),
    issuer: {
      creditCode: requireText(issuer['creditCode'], /^.{18}$/u),
      name: requireText(issuer['name'], /^.{1,200}$/su),
    },
    at: instant,
    licences: licences.map(readLicence),
    hasProofs: file.proofs !== null,
    hasTimeStamp: file.timeStamp !== null,
  };
}

/** Signature, path, issuer and time; what is not looked at here is said. */
export async function verifyReceipt(
  receipt: Receipt,
  { trust, now }: Readonly<{ trust: Trust; now: Date }>,
): Promise<readonly Check[]> {
  const { jws, at, issuer } = receipt;
  const [leaf] = jws.certificates;
  const certified = leaf?.subject.creditCode ?? 'no credit code';
  const own = {
    ...trust,
    anchors: trust.anchors.filter((one) => !trust.scopes.has(one.fingerprint)),
  };
  const made = `made at ${at.toISOString()}`;
  const end = leaf?.notAfter ?? at;
  return [
    ...(await verifyJws(jws, { trust: own, at, provenAt: now })),
    certified === issuer.creditCode
      ? passed('receipt.issuer', `the signer's certificate names ${issuer.creditCode}`)
      : failed(
          'receipt.issuer',
          'CERTIFICATE_CONSTRAINTS_FAILURE',
          `issued by ${issuer.creditCode}, its signer's certificate names ${certified}`,
        ),
    at.getTime() > now.getTime() + CLOCK_TOLERANCE_MS
      ? failed('receipt.at', 'NOT_YET_VALID', made)
      : passed('receipt.at', made),
    now > end
      ? indeterminate(
          'receipt.signingTime',
          'EXPIRED',
          `the signer's certificate ended at ${end.toISOString()}; what may prove an earlier signature is not looked at here`,
        )
      : passed('receipt.signingTime', "within the period of its signer's certificate"),
    ...(receipt.hasTimeStamp
      ? [noticed('receipt.timeStamp', 'its time-stamp is not looked at without network')]
      : []),
    receipt.hasProofs
      ? noticed(
          'receipt.proof',
          'the ledger’s proofs of its uses are not looked at without network',
        )
      : noticed('receipt.proof', 'not anchored yet: the ledger’s proofs of its uses are not in it'),
  ];
}

const MEMBERS = [
  'schemaVersion',
  'id',
  'issuer',
  'at',
  'organisation',
  'window',
  'clerk',
  'matter',
  'purpose',
  'legalBasis',
  'caseId',
  'licences',
] as const;
const LICENCE_MEMBERS = [
  'identifier',
  'typeCode',
  'typeName',
  'indication',
  'subIndication',
  'fields',
  'use',
] as const;

function readLicence(value: unknown): ReceiptLicence {
  if (!isRecord(value)) throw malformed('a licence is none');
  requireMembers(value, LICENCE_MEMBERS);
  const { identifier, typeName, indication, subIndication } = value;
  return {
    identifier: requireText(identifier, /^.{1,128}$/su),
    typeName: requireText(typeName, /^.{0,200}$/su),
    indication: requireText(indication, /^.{1,32}$/su),
    subIndication: subIndication === null ? null : requireText(subIndication, /^.{0,64}$/su),
  };
}

interface ReceiptFile {
  readonly receipt: string;
  readonly proofs: unknown;
  readonly timeStamp: unknown;
}

function readFile(text: string): ReceiptFile {
  const value = text.length > MAX_RECEIPT_FILE_LENGTH ? null : parseJson(text);
  if (!isRecord(value)) throw malformed('it is not JSON, or too long');
  requireMembers(value, ['type', 'version', 'receipt', 'proofs', 'timeStamp']);
  const { type, version, receipt, proofs, timeStamp } = value;
  const isTimeStamp = timeStamp === null || typeof timeStamp === 'string';
  if (type !== FILE_TYPE || version !== 1 || !areProofs(proofs) || !isTimeStamp) {
    throw malformed('a member is not as agreed');
  }
  if (countMembers(value) !== countNames(text)) throw malformed('a member stands twice');
  return { receipt: requireText(receipt, /^[\w.-]+$/), proofs, timeStamp };
}

function areProofs(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length > 0 && value.every(isRecord));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
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

function requireMembers(value: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const found = Object.keys(value);
  if (found.length !== names.length || !names.every((name) => found.includes(name))) {
    throw malformed('members are not as agreed');
  }
}

function requireText(value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw malformed('a text is missing');
  return value;
}

function malformed(reason: string): MalformedError {
  return new MalformedError('DOCUMENT_MALFORMED', `not a receipt: ${reason}`);
}
