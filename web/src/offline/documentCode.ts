/** The code printed on a file: COSE_Sign1 (RFC 9052) over CWT claims (RFC 8392), as digits. */
import { checkCharacter, checkIdentifier, IDENTIFIER_ROOT } from '../identifier.ts';
import { encodeUtf8 } from './bytes.ts';
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
  type Sign1,
} from './cose.ts';
import { decodeDigits } from './digits.ts';
import { STATUS_LIST_SIZE } from './statusList.ts';

const MAX_TEXT_LENGTH = 2048;
const CLAIM = {
  issuer: 1,
  expiresAt: 4,
  issuedAt: 6,
  status: 65535,
  licence: -70010,
  sealSignature: -70011,
} as const;
const MAX_NAME_BYTES = 60;
const MAX_DAY = 2_932_896; // 9999-12-31
const STATUS_URI = /^https?:\/\/[^/?#\s]{1,255}\/s\/(?:0|[1-9][0-9]{0,8})$/;

/** A place in a status list. */
export interface StatusReference {
  readonly uri: string;
  readonly index: number;
}

/** What every code says of itself, whatever it is printed on. */
export interface SignedCode extends Sign1 {
  /** Credit code. */
  readonly issuer: string;
  readonly issuedAt: Date;
  /** First instant at which it is no longer good; null: unlimited. */
  readonly expiresAt: Date | null;
}

/** A code that was read, but not verified: nothing in it may be relied on. */
export interface DocumentCode extends SignedCode {
  readonly subject: { readonly kind: 'licence' | 'seal-signature'; readonly identifier: string };
  /** Null for a seal signature. */
  readonly status: StatusReference | null;
}

/**
 * Reads the text of a code: `https://<host>/v#YX1.<digits>` (any host), `#YX1.<digits>` or `YX1.<digits>`.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `CODE_MALFORMED`.
 */
export function parseDocumentCode(text: string): DocumentCode {
  const match =
    text.length > MAX_TEXT_LENGTH
      ? null
      : /^(?:(?:https?:\/\/[^/?#\s]{1,255}\/v)?#)?YX1\.([0-9]+)$/.exec(text.trim());
  if (match === null) throw malformed('text is not of the form YX1.<digits>');
  const { sign1, claims } = parseSign1(decodeDigits(match[1] ?? ''));
  return { ...sign1, ...readClaims(claims) };
}

type Claims = Pick<DocumentCode, 'subject' | 'issuer' | 'issuedAt' | 'expiresAt' | 'status'>;

/** A licence must have a status and a seal signature none, and no other claim may stand beside. */
function readClaims(map: CborValue): Claims {
  const known: readonly (number | string)[] = Object.values(CLAIM);
  if (!isMap(map) || [...map.keys()].some((key) => !known.includes(key))) {
    throw malformed('claims are no map of known claims');
  }
  const issuer = readText(map.get(CLAIM.issuer), /^[0-9A-Z]{18}$/);
  const licence = map.get(CLAIM.licence);
  const sealSignature = map.get(CLAIM.sealSignature);
  const { subject, isLimited } = readSubject(licence, sealSignature, issuer);
  const isLicence = subject.kind === 'licence';
  if (isLicence !== map.has(CLAIM.status) || isLimited !== map.has(CLAIM.expiresAt)) {
    throw malformed('status or exp is missing or out of place');
  }
  return {
    subject,
    issuer,
    issuedAt: readInstant(map.get(CLAIM.issuedAt)),
    expiresAt: isLimited ? readInstant(map.get(CLAIM.expiresAt)) : null,
    status: isLicence ? readStatusReference(map.get(CLAIM.status)) : null,
  };
}

interface FoundSubject {
  readonly subject: DocumentCode['subject'];
  readonly isLimited: boolean;
}

function readSubject(
  licence: CborValue | undefined,
  sealSignature: CborValue | undefined,
  issuer: string,
): FoundSubject {
  if (isArray(licence) && licence.length === 6 && sealSignature === undefined) {
    return readLicence(licence, issuer);
  }
  if (isArray(sealSignature) && sealSignature.length === 5 && licence === undefined) {
    return readSealSignature(sealSignature);
  }
  throw malformed('not exactly one subject');
}

function readLicence(members: readonly CborValue[], issuer: string): FoundSubject {
  const [typeCode, serial, version, contentDigest, holderName, validUntilDay] = members;
  const typeText = readText(typeCode, /^[0-9A-Z]{21}$/);
  const serialText = readText(serial, /^[0-9A-Z]{1,32}$/);
  const versionText = String(readWhole(version, 1, 999)).padStart(3, '0');
  requireDigestAndName(contentDigest, holderName);
  if (validUntilDay !== null) readWhole(validUntilDay, 0, MAX_DAY);
  const check = checkCharacter(typeText + issuer + serialText + versionText);
  const parts = [IDENTIFIER_ROOT, typeText, issuer, serialText, versionText, check];
  const identifier = parts.join('.');
  const { fault, next } = checkIdentifier(identifier);
  if (fault !== null || next !== null) throw malformed('it names no possible licence');
  return { subject: { kind: 'licence', identifier }, isLimited: validUntilDay !== null };
}

function readSealSignature(members: readonly CborValue[]): FoundSubject {
  const [esId, format, actId, contentDigest, holderName] = members;
  readText(esId, /^[0-9A-Za-z_-]{1,64}$/);
  readWhole(format, 0, 1);
  requireDigestAndName(contentDigest, holderName);
  const identifier = readText(actId, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  return { subject: { kind: 'seal-signature', identifier }, isLimited: false };
}

function readStatusReference(value: CborValue | undefined): StatusReference {
  const list = isMap(value) && value.size === 1 ? value.get('status_list') : undefined;
  if (!isMap(list) || list.size !== 2) throw malformed('status is no reference to a status list');
  return {
    index: readWhole(list.get('idx'), 0, STATUS_LIST_SIZE - 1),
    uri: readText(list.get('uri'), STATUS_URI),
  };
}

function requireDigestAndName(digest: CborValue | undefined, name: CborValue | undefined): void {
  if (!isBytes(digest) || digest.length !== 16) throw malformed('content digest has not 16 bytes');
  if (typeof name !== 'string' || encodeUtf8(name).length > MAX_NAME_BYTES) {
    throw malformed('holder name is missing or too long');
  }
}
