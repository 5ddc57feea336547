/** The code printed on a file: COSE_Sign1 (RFC 9052) over CWT claims (RFC 8392), as digits. */
import { checkCharacter, checkIdentifier, IDENTIFIER_ROOT } from '../identifier.ts';
import { encodeUtf8, MalformedError, toHex, type Bytes } from './bytes.ts';
import { decodeCbor, encodeSignatureInput, type CborMap, type CborValue } from './cbor.ts';
import { decodeDigits } from './digits.ts';
import { STATUS_LIST_SIZE } from './statusList.ts';

const MAX_TEXT_LENGTH = 2048;
const SIGN1_TAG = 18;
const HEADER = { algorithm: 1, keyIdentifier: 4, type: 16 } as const;
const CWT_TYPE = 61; // CoAP content format of application/cwt
const ALGORITHMS: readonly (readonly [number, 'ES256' | 'SM2'])[] = [
  [-7, 'ES256'],
  [-70001, 'SM2'],
];
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
const MAX_SECONDS = 253_402_300_799; // 9999-12-31T23:59:59Z
const STATUS_URI = /^https?:\/\/[^/?#\s]{1,255}\/s\/(?:0|[1-9][0-9]{0,8})$/;

/** A place in a status list. */
export interface StatusReference {
  readonly uri: string;
  readonly index: number;
}

/** A code that was read, but not verified: nothing in it may be relied on. */
export interface DocumentCode {
  /** First 8 bytes of SHA-256 of the signer's certificate, lower-case hex. */
  readonly keyIdentifier: string;
  readonly algorithm: 'ES256' | 'SM2';
  readonly toBeSigned: Bytes;
  /** r‖s, 64 bytes. */
  readonly signature: Bytes;
  readonly subject: { readonly kind: 'licence' | 'seal-signature'; readonly identifier: string };
  /** Credit code. */
  readonly issuer: string;
  readonly issuedAt: Date;
  /** First instant at which it is no longer good; null: unlimited. */
  readonly expiresAt: Date | null;
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
  return readSign1(decodeCbor(decodeDigits(match[1] ?? '')));
}

/** A tagged array of protected header, empty unprotected header, payload and signature. */
function readSign1(value: CborValue): DocumentCode {
  const [protectedBytes, unprotected, payload, signature] = readParts(value);
  if (!isMap(unprotected) || unprotected.size !== 0) throw malformed('a header is not protected');
  if (!isBytes(protectedBytes) || !isBytes(payload) || !isBytes(signature)) {
    throw malformed('members are not of the types of RFC 9052 §4.2');
  }
  if (signature.length !== 64) throw malformed('signature value has not 64 bytes');
  return {
    ...readHeader(decodeCbor(protectedBytes)),
    toBeSigned: encodeSignatureInput('Signature1', [protectedBytes, new Uint8Array(), payload]),
    signature,
    ...readClaims(decodeCbor(payload)),
  };
}

function readParts(value: CborValue): readonly CborValue[] {
  const parts = isTag(value) && value.tag === SIGN1_TAG ? value.value : null;
  if (!isArray(parts) || parts.length !== 4) throw malformed('not a tagged array of four');
  return parts;
}

/** Exactly alg, kid and typ. */
function readHeader(header: CborValue): Pick<DocumentCode, 'keyIdentifier' | 'algorithm'> {
  const map = isMap(header) ? header : null;
  const keyIdentifier = map?.get(HEADER.keyIdentifier);
  const algorithm = ALGORITHMS.find(([number]) => number === map?.get(HEADER.algorithm))?.[1];
  const isWhole = map?.size === 3 && map.get(HEADER.type) === CWT_TYPE;
  if (
    !isWhole ||
    algorithm === undefined ||
    !isBytes(keyIdentifier) ||
    keyIdentifier.length !== 8
  ) {
    throw malformed('header is not exactly alg, kid and typ');
  }
  return { keyIdentifier: toHex(keyIdentifier), algorithm };
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

function readInstant(value: CborValue | undefined): Date {
  return new Date(readWhole(value, 0, MAX_SECONDS) * 1000);
}

function readWhole(value: CborValue | undefined, from: number, to: number): number {
  if (typeof value !== 'number' || value < from || value > to) {
    throw malformed('a number is missing or out of range');
  }
  return value;
}

function readText(value: CborValue | undefined, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw malformed('a text is missing or of another form');
  }
  return value;
}

type Maybe = CborValue | undefined;
const isArray = (value: Maybe): value is readonly CborValue[] => Array.isArray(value);
const isMap = (value: Maybe): value is CborMap => value instanceof Map;
const isBytes = (value: Maybe): value is Bytes => value instanceof Uint8Array;
const isTag = (value: CborValue): value is { readonly tag: number; readonly value: CborValue } =>
  typeof value === 'object' && value !== null && 'tag' in value;

function malformed(reason: string): MalformedError {
  return new MalformedError('CODE_MALFORMED', `not a document code: ${reason}`);
}
