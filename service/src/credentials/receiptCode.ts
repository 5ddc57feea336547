/** The code printed on a receipt: COSE_Sign1 over CWT claims, as digits behind a web address; see `documentCode.ts`. */
import { createHash } from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from './cbor.ts';
import {
  isCodeText,
  parseCode,
  prepareCode,
  readCodeText,
  type CodeKind,
  type CodeSigner,
  type SignedCode,
} from './signedCode.ts';

const RECEIPT_CODE: CodeKind = { mark: 'YXR', maxTextLength: 4096, malformed };
const DIGEST_BYTES = 16;
const MAX_LICENCES = 100;
const CLAIM = {
  issuer: 1, // RFC 8392 §3.1.1
  issuedAt: 6, // RFC 8392 §3.1.6
  receipt: -70020, // private use
} as const;
const INDICATIONS = ['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE'] as const;

/** One licence in a code. */
export interface CodedLicence {
  readonly identifier: string;
  readonly indication: string;
  readonly subIndication: string | null;
}

export interface ReceiptCodeClaims {
  /** Credit code of the organisation that signs. */
  readonly issuer: string;
  /** When the receipt was made, whole seconds. */
  readonly issuedAt: Date;
  readonly receiptId: string;
  /** First 16 bytes of SHA-256 of the receipt's JWS, lower-case hex. */
  readonly digest: string;
  /** Code of the matter; null: none. */
  readonly matter: string | null;
  /** The first of the receipt's licences. */
  readonly licences: readonly CodedLicence[];
  /** Licences of the receipt that have no room in its code. */
  readonly furtherLicences: number;
}

export interface PreparedReceiptCode {
  readonly toBeSigned: Uint8Array;
  /** @param signature - r‖s, 64 bytes. @returns what the QR symbol holds: `https://<host>/v#YXR.<digits>`. */
  complete(signature: Uint8Array): string;
}

/** A code that was read, but not verified. */
export interface ReceiptCode extends SignedCode {
  readonly claims: ReceiptCodeClaims;
}

/** The digest of a receipt's JWS that its code holds. */
export function receiptDigest(jws: string): string {
  return createHash('sha256')
    .update(jws, 'latin1')
    .digest('hex')
    .slice(0, 2 * DIGEST_BYTES);
}

/** Builds the code's content. Pure. */
export function prepareReceiptCode(
  claims: ReceiptCodeClaims,
  { signer, publicUrl }: Readonly<{ signer: CodeSigner; publicUrl: string }>,
): PreparedReceiptCode {
  const payload = encodeClaims(claims);
  const prepared = prepareCode(RECEIPT_CODE, { payload, signer, publicUrl });
  const { toBeSigned } = prepared;
  return { toBeSigned, complete: (signature) => prepared.complete(signature).text };
}

/** Whether a text looks like the code of a receipt, so that it should be read as one and no other kind. */
export function isReceiptCodeText(text: string): boolean {
  return isCodeText(RECEIPT_CODE, text);
}

/**
 * Reads the text of a receipt's code, with or without its address.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED`.
 */
export function parseReceiptCode(text: string): ReceiptCode {
  const code = parseCode(RECEIPT_CODE, readCodeText(RECEIPT_CODE, text));
  return { ...code, claims: parseClaims(code.sign1.payload) };
}

function encodeClaims(claims: ReceiptCodeClaims): Uint8Array {
  const licences = claims.licences.map(({ identifier, indication, subIndication }) => {
    const place = INDICATIONS.findIndex((one) => one === indication);
    return [identifier, place < 0 ? 2 : place, ...(subIndication === null ? [] : [subIndication])];
  });
  return encodeCbor(
    new Map<CborKey, CborValue>([
      [CLAIM.issuer, claims.issuer],
      [CLAIM.issuedAt, Math.floor(claims.issuedAt.getTime() / 1000)],
      [
        CLAIM.receipt,
        [
          claims.receiptId,
          Uint8Array.from(Buffer.from(claims.digest, 'hex')),
          claims.matter ?? '',
          licences,
          claims.furtherLicences,
        ],
      ],
    ]),
  );
}

function parseClaims(bytes: Uint8Array): ReceiptCodeClaims {
  const map = decodeCbor(bytes);
  if (!isMap(map) || map.size !== 3) throw malformed('claims are no map of the known claims');
  const members = map.get(CLAIM.receipt);
  if (!isArray(members) || members.length !== 5) throw malformed('it names no receipt');
  const [receiptId, digest, matter, licences, further] = members;
  const matterCode = text(matter, /^.{0,64}$/u);
  return {
    issuer: text(map.get(CLAIM.issuer), /^[0-9A-Z]{18}$/),
    issuedAt: new Date(count(map.get(CLAIM.issuedAt), 253_402_300_799) * 1000),
    receiptId: text(receiptId, /^[0-9A-HJKMNP-TV-Z]{26}$/),
    digest: parseDigest(digest),
    matter: matterCode === '' ? null : matterCode,
    licences: parseLicences(licences),
    furtherLicences: count(further, MAX_LICENCES),
  };
}

function parseDigest(value: CborValue | undefined): string {
  if (!(value instanceof Uint8Array) || value.length !== DIGEST_BYTES) {
    throw malformed('it has no digest');
  }
  return Buffer.from(value).toString('hex');
}

function parseLicences(value: CborValue | undefined): readonly CodedLicence[] {
  if (!isArray(value) || value.length === 0 || value.length > MAX_LICENCES) {
    throw malformed(`it names not 1 to ${MAX_LICENCES} licences`);
  }
  return value.map(parseLicence);
}

function parseLicence(value: CborValue): CodedLicence {
  if (!isArray(value) || value.length < 2 || value.length > 3) throw malformed('a licence is none');
  const [identifier, place, subIndication] = value;
  return {
    identifier: text(identifier, /^[0-9A-Za-z.-]{1,128}$/),
    indication: INDICATIONS[count(place, INDICATIONS.length - 1)] ?? 'INDETERMINATE',
    subIndication: subIndication === undefined ? null : text(subIndication, /^[A-Z_]{1,64}$/),
  };
}

function text(value: CborValue | undefined, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw malformed('a text is not as agreed');
  return value;
}

function count(value: CborValue | undefined, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw malformed('a number is out of range');
  }
  return value;
}

function isMap(value: CborValue): value is CborMap {
  return value instanceof Map;
}

function isArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

function malformed(reason: string): ServiceError {
  return new ServiceError('CODE_MALFORMED', `not a receipt's code: ${reason}`);
}
