/** What a document code says, as a CWT claims set (RFC 8392) in deterministic CBOR. */

import type { DocumentFormat } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';
import { decodeCbor, encodeCbor, type CborKey, type CborMap, type CborValue } from './cbor.ts';
import { MAX_NAME_BYTES } from './holderName.ts';
import { toStatusReference, type StatusReference } from './statusReference.ts';

const CLAIM = {
  issuer: 1, // RFC 8392 §3.1.1
  expiresAt: 4, // RFC 8392 §3.1.4
  issuedAt: 6, // RFC 8392 §3.1.6
  status: 65535, // Token Status List, claim `status`
  licence: -70010, // private use
  sealSignature: -70011, // private use
} as const;
const KNOWN_CLAIMS: ReadonlySet<CborKey> = new Set(Object.values(CLAIM));

/** Formats by their number in a code. */
const FORMATS: readonly DocumentFormat[] = ['ofd', 'pdf'];

/** A code printed on a licence's file. */
export interface LicenceCodeSubject {
  readonly kind: 'licence';
  /** 21 characters. */
  readonly typeCode: string;
  /** 1 to 32 digits and capitals. */
  readonly serial: string;
  /** 1 to 999. */
  readonly version: number;
  /** First 16 bytes of the digest of the licence's canonical content, lower-case hex. */
  readonly contentDigest: string;
  /** As `toCodeName` gives it. */
  readonly holderName: string;
  /** Last day of validity in Asia/Shanghai, in days since 1970-01-01; `null`: unlimited. */
  readonly validUntilDay: number | null;
}

/** A code printed on a document that is no licence and was sealed through the service. */
export interface SealSignatureCodeSubject {
  readonly kind: 'seal-signature';
  readonly esId: string;
  readonly format: DocumentFormat;
  /** Id of the ledger act `seal.signDocument`: a ULID. */
  readonly actId: string;
  /** First 16 bytes of SHA-256 of the document as it was handed in, before code and seal; lower-case hex. */
  readonly contentDigest: string;
  /** Name of the seal's holder, as `toCodeName` gives it. */
  readonly holderName: string;
}

export interface DocumentCodeClaims {
  /** Credit code of the issuing authority. */
  readonly issuer: string;
  /** Whole seconds. */
  readonly issuedAt: Date;
  /** First instant at which it is no longer good, whole seconds; `null`: unlimited. */
  readonly expiresAt: Date | null;
  /** `null` for a seal signature, which has no life cycle of its own. */
  readonly status: StatusReference | null;
  readonly subject: LicenceCodeSubject | SealSignatureCodeSubject;
}

export function encodeClaims(claims: DocumentCodeClaims): Uint8Array {
  const map = new Map<CborKey, CborValue>([
    [CLAIM.issuer, claims.issuer],
    [CLAIM.issuedAt, toSeconds(claims.issuedAt)],
  ]);
  if (claims.expiresAt !== null) {
    map.set(CLAIM.expiresAt, toSeconds(claims.expiresAt));
  }
  if (claims.status !== null) {
    const { index, uri } = claims.status;
    const members = new Map<CborKey, CborValue>([
      ['idx', index],
      ['uri', uri],
    ]);
    map.set(CLAIM.status, new Map([['status_list', members]]));
  }
  if (claims.subject.kind === 'licence') {
    map.set(CLAIM.licence, licenceMembers(claims.subject));
  } else {
    map.set(CLAIM.sealSignature, sealSignatureMembers(claims.subject));
  }
  return encodeCbor(map);
}

/**
 * Reads a claims set; a licence must have a status and a seal signature none, and no other claim may stand beside.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED`.
 */
export function parseClaims(bytes: Uint8Array): DocumentCodeClaims {
  const map = decodeCbor(bytes);
  if (!isMap(map) || [...map.keys()].some((key) => !KNOWN_CLAIMS.has(key))) {
    throw malformed('claims are no map of known claims');
  }
  const subject = parseSubject(map);
  const claims = {
    issuer: text(map.get(CLAIM.issuer), /^[0-9A-Z]{18}$/),
    issuedAt: instant(map.get(CLAIM.issuedAt)),
    expiresAt: map.has(CLAIM.expiresAt) ? instant(map.get(CLAIM.expiresAt)) : null,
    status: map.has(CLAIM.status) ? parseStatus(map.get(CLAIM.status)) : null,
    subject,
  };
  if ((subject.kind === 'licence') !== (claims.status !== null)) {
    throw malformed('status is missing or out of place');
  }
  const isLimited = subject.kind === 'licence' && subject.validUntilDay !== null;
  if (isLimited !== (claims.expiresAt !== null)) {
    throw malformed('exp and the last day of validity do not agree');
  }
  return claims;
}

function licenceMembers(subject: LicenceCodeSubject): readonly CborValue[] {
  return [
    subject.typeCode,
    subject.serial,
    subject.version,
    new Uint8Array(Buffer.from(subject.contentDigest, 'hex')),
    subject.holderName,
    subject.validUntilDay,
  ];
}

function sealSignatureMembers(subject: SealSignatureCodeSubject): readonly CborValue[] {
  return [
    subject.esId,
    FORMATS.indexOf(subject.format),
    subject.actId,
    new Uint8Array(Buffer.from(subject.contentDigest, 'hex')),
    subject.holderName,
  ];
}

function parseSubject(map: CborMap): LicenceCodeSubject | SealSignatureCodeSubject {
  const licence = map.get(CLAIM.licence);
  const sealSignature = map.get(CLAIM.sealSignature);
  if (isArray(licence) && licence.length === 6 && sealSignature === undefined) {
    return parseLicence(licence);
  }
  if (isArray(sealSignature) && sealSignature.length === 5 && licence === undefined) {
    return parseSealSignature(sealSignature);
  }
  throw malformed('not exactly one subject');
}

function parseLicence(members: readonly CborValue[]): LicenceCodeSubject {
  const [typeCode, serial, version, contentDigest, holderName, validUntilDay] = members;
  return {
    kind: 'licence',
    typeCode: text(typeCode, /^[0-9A-Z]{21}$/),
    serial: text(serial, /^[0-9A-Z]{1,32}$/),
    version: whole(version, { from: 1, to: 999 }),
    contentDigest: digest(contentDigest),
    holderName: name(holderName),
    validUntilDay: validUntilDay === null ? null : whole(validUntilDay, { from: 0, to: MAX_DAY }),
  };
}

function parseSealSignature(members: readonly CborValue[]): SealSignatureCodeSubject {
  const [esId, format, actId, contentDigest, holderName] = members;
  return {
    kind: 'seal-signature',
    esId: text(esId, /^[0-9A-Za-z_-]{1,64}$/),
    format: FORMATS[whole(format, { from: 0, to: FORMATS.length - 1 })] ?? 'ofd',
    actId: text(actId, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
    contentDigest: digest(contentDigest),
    holderName: name(holderName),
  };
}

function parseStatus(value: CborValue | undefined): StatusReference {
  const list = isMap(value) && value.size === 1 ? value.get('status_list') : undefined;
  const reference =
    isMap(list) && list.size === 2 ? toStatusReference(list.get('idx'), list.get('uri')) : null;
  if (reference === null) {
    throw malformed('status is no reference to a status list');
  }
  return reference;
}

const MAX_DAY = 2_932_896; // 9999-12-31
const MAX_SECONDS = 253_402_300_799; // 9999-12-31T23:59:59Z

function toSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

function instant(value: CborValue | undefined): Date {
  return new Date(whole(value, { from: 0, to: MAX_SECONDS }) * 1000);
}

function whole(
  value: CborValue | undefined,
  range: { readonly from: number; readonly to: number },
): number {
  if (typeof value !== 'number' || value < range.from || value > range.to) {
    throw malformed('a number is missing or out of range');
  }
  return value;
}

function text(value: CborValue | undefined, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw malformed('a text is missing or of another form');
  }
  return value;
}

function name(value: CborValue | undefined): string {
  if (typeof value !== 'string' || Buffer.byteLength(value, 'utf8') > MAX_NAME_BYTES) {
    throw malformed('holder name is missing or too long');
  }
  return value;
}

function digest(value: CborValue | undefined): string {
  if (!(value instanceof Uint8Array) || value.length !== 16) {
    throw malformed('content digest has not 16 bytes');
  }
  return Buffer.from(value).toString('hex');
}

function isMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

function isArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

function malformed(reason: string): ServiceError {
  return new ServiceError('CODE_MALFORMED', `not a document code: ${reason}`);
}
