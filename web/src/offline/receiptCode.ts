/** The code printed on a receipt: COSE_Sign1 over CWT claims, as digits. */
import type { CborValue } from './cbor.ts';
import {
  isArray,
  isBytes,
  isMap,
  malformed,
  parseSign1,
  readInstant,
  readText,
  readWhole,
} from './cose.ts';
import { decodeDigits } from './digits.ts';
import type { SignedCode } from './documentCode.ts';

const MAX_TEXT_LENGTH = 4096;
const MAX_LICENCES = 100;
const DIGEST_BYTES = 16;
const CLAIM = { issuer: 1, issuedAt: 6, receipt: -70020 } as const;
const INDICATIONS = ['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE'] as const;

/** One licence of a receipt, and the verdict on it then. */
export interface ReceiptLicence {
  readonly identifier: string;
  /** Empty: not said. */
  readonly typeName: string;
  readonly indication: string;
  readonly subIndication: string | null;
}

/** A code that was read, but not verified. */
export interface ReceiptCode extends SignedCode {
  readonly receiptId: string;
  readonly licences: readonly ReceiptLicence[];
  /** Licences of the receipt that have no room in its code. */
  readonly furtherLicences: number;
}

export function isReceiptCodeText(text: string): boolean {
  return /^(?:[^#]{0,300}#)?YXR\./.test(text.trimStart());
}

/**
 * Reads the text of a receipt's code, with or without its address.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `CODE_MALFORMED`.
 */
export function parseReceiptCode(text: string): ReceiptCode {
  const match =
    text.length > MAX_TEXT_LENGTH
      ? null
      : /^(?:(?:https?:\/\/[^/?#\s]{1,255}\/v)?#)?YXR\.([0-9]+)$/.exec(text.trim());
  if (match === null) throw malformed('text is not of the form YXR.<digits>');
  const { sign1, claims } = parseSign1(decodeDigits(match[1] ?? ''));
  if (!isMap(claims) || claims.size !== 3) throw malformed('claims are no map of known claims');
  return {
    ...sign1,
    issuer: readText(claims.get(CLAIM.issuer), /^[0-9A-Z]{18}$/),
    issuedAt: readInstant(claims.get(CLAIM.issuedAt)),
    expiresAt: null,
    ...readReceipt(claims.get(CLAIM.receipt)),
  };
}

function readReceipt(
  members: CborValue | undefined,
): Pick<ReceiptCode, 'receiptId' | 'licences' | 'furtherLicences'> {
  if (!isArray(members) || members.length !== 5) throw malformed('it names no receipt');
  const [receiptId, digest, matter, licences, further] = members;
  if (!isBytes(digest) || digest.length !== DIGEST_BYTES) throw malformed('it has no digest');
  if (!isArray(licences) || licences.length === 0 || licences.length > MAX_LICENCES) {
    throw malformed(`it names not 1 to ${MAX_LICENCES} licences`);
  }
  readText(matter, /^.{0,64}$/u);
  return {
    receiptId: readText(receiptId, /^[0-9A-HJKMNP-TV-Z]{26}$/),
    licences: licences.map(readLicence),
    furtherLicences: readWhole(further, 0, MAX_LICENCES),
  };
}

function readLicence(value: CborValue): ReceiptLicence {
  if (!isArray(value) || value.length < 2 || value.length > 3) throw malformed('a licence is none');
  const [identifier, place, subIndication] = value;
  return {
    identifier: readText(identifier, /^[0-9A-Za-z.-]{1,128}$/),
    typeName: '',
    indication: INDICATIONS[readWhole(place, 0, INDICATIONS.length - 1)] ?? 'INDETERMINATE',
    subIndication: subIndication === undefined ? null : readText(subIndication, /^[A-Z_]{1,64}$/),
  };
}
