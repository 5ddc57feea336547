/** TSTInfo: what a time-stamping authority signs (RFC 3161 §2.4.2). */
import { readAlgorithm, type CmsSignature } from '../cms/cmsParsing.ts';
import { OID } from '../cms/cmsOids.ts';
import {
  TAG,
  expectTag,
  malformed,
  readBoolean,
  readChildren,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
  type DerElement,
} from '../der.ts';
import {
  encodeDer,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeSmallInteger,
  encodeUnsigned,
} from '../derEncoding.ts';

/** Digest of what is stamped. */
export interface MessageImprint {
  /** Dotted OID. */
  readonly hashAlgorithm: string;
  readonly digest: Uint8Array;
  /** As encoded: an answer repeats it octet by octet. */
  readonly der: Uint8Array;
}

export interface TimeStampInfo {
  /** Dotted OID. */
  readonly policy: string;
  readonly imprint: MessageImprint;
  /** Lower-case hex of the content octets. */
  readonly serialNumber: string;
  /** genTime; parts of a millisecond are cut off. */
  readonly at: Date;
  /** By how much genTime may be off, milliseconds; null: not said. */
  readonly accuracyMs: number | null;
  /** Lower-case hex of the content octets; null: none. */
  readonly nonce: string | null;
}

const VERSION_1 = encodeSmallInteger(1);
const ACCURACY_ONE_SECOND = encodeSequence(encodeSmallInteger(1)); // genTime is written in whole seconds

export interface TimeStampInfoParts {
  /** DER OBJECT IDENTIFIER. */
  readonly policy: Uint8Array;
  /** DER MessageImprint. */
  readonly imprint: Uint8Array;
  /** Magnitude, big-endian. */
  readonly serialNumber: Uint8Array;
  /** Parts of a second are cut off. */
  readonly at: Date;
  /** Content octets of the INTEGER to repeat; null: none was sent. */
  readonly nonce: Uint8Array | null;
}

/** Encodes TSTInfo, DER: accuracy one second, not ordered. */
export function encodeTimeStampInfo(parts: TimeStampInfoParts): Uint8Array {
  const digits = parts.at.toISOString().slice(0, 19).replaceAll(/[-:T]/gu, '');
  return encodeSequence(
    VERSION_1,
    parts.policy,
    parts.imprint,
    encodeUnsigned(parts.serialNumber),
    encodeDer(TAG.generalizedTime, Buffer.from(`${digits}Z`, 'latin1')),
    ACCURACY_ONE_SECOND,
    ...(parts.nonce === null ? [] : [encodeDer(TAG.integer, parts.nonce)]),
  );
}

const IMPRINT_ALGORITHMS = {
  sha256: encodeSequence(encodeOid(OID.sha256)),
  sm3: encodeSequence(encodeOid(OID.sm3)),
} as const;

/** Encodes a MessageImprint. */
export function encodeImprint(
  hash: keyof typeof IMPRINT_ALGORITHMS,
  digest: Uint8Array,
): Uint8Array {
  return encodeSequence(IMPRINT_ALGORITHMS[hash], encodeOctets(digest));
}

/**
 * Reads TSTInfo, attacker-controlled.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED` if it is none, or has a critical extension.
 */
export function readTimeStampInfo(der: Uint8Array): TimeStampInfo {
  const [version, policy, imprint, serial, genTime, ...rest] = readChildren(
    readDer(der, TAG.sequence),
  );
  if (readSmallInteger(version) !== 1) throw malformed('TSTInfo is not of version 1');
  const accuracy = takeIf(rest, TAG.sequence);
  const ordering = takeIf(rest, TAG.boolean);
  if (ordering !== undefined) readBoolean(ordering);
  const nonce = takeIf(rest, TAG.integer);
  takeIf(rest, 0xa0); // tsa: a hint only
  const extensions = takeIf(rest, 0xa1);
  if (extensions !== undefined) refuseCritical(extensions);
  if (rest.length > 0) throw malformed('TSTInfo has members to spare');
  return {
    policy: readOid(policy),
    imprint: readImprint(imprint),
    serialNumber: toHex(readInteger(serial)),
    at: readGenTime(genTime),
    accuracyMs: accuracy === undefined ? null : readAccuracy(accuracy),
    nonce: nonce === undefined ? null : toHex(readInteger(nonce)),
  };
}

/**
 * Reads what a token says; nothing is verified.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED` if the CMS is no time-stamp token.
 */
export function readTokenInfo({ contentType, content }: CmsSignature): TimeStampInfo {
  if (contentType !== OID.timeStampInfo || content === null) {
    throw malformed('the CMS is no time-stamp token');
  }
  return readTimeStampInfo(content);
}

/** @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function readImprint(element: DerElement | undefined): MessageImprint {
  const { bytes } = expectTag(element, TAG.sequence);
  const [algorithm, digest, ...rest] = readChildren(expectTag(element, TAG.sequence));
  const { oid, parameters } = readAlgorithm(algorithm);
  const isPlain =
    parameters === null || (parameters.tag === TAG.null && parameters.content.length === 0);
  if (rest.length > 0 || !isPlain) throw malformed('a message imprint has members to spare');
  return { hashAlgorithm: oid, digest: expectTag(digest, TAG.octetString).content, der: bytes };
}

/** GeneralizedTime in UTC; unlike those of certificates it may have a fraction (RFC 3161 §2.4.2). */
function readGenTime(element: DerElement | undefined): Date {
  const { tag, bytes, content } = expectTag(element, TAG.generalizedTime);
  const text = Buffer.from(content).toString('latin1');
  const [, digits, fraction] = /^(\d{14})\.(\d{1,12})Z$/u.exec(text) ?? [];
  if (digits === undefined || fraction === undefined) return readTime(element);
  const whole = readTime({ tag, bytes, content: Buffer.from(`${digits}Z`, 'latin1') });
  return new Date(whole.getTime() + Number(fraction.padEnd(3, '0').slice(0, 3)));
}

/** Accuracy: seconds, millis [0], micros [1], each optional. */
function readAccuracy(element: DerElement): number {
  const members = readChildren(element);
  const seconds = takeIf(members, TAG.integer);
  const millis = takeIf(members, 0x80);
  takeIf(members, 0x81);
  if (members.length > 0) throw malformed('an accuracy has members to spare');
  const small = (one: DerElement | undefined): number =>
    one === undefined ? 0 : readSmallInteger({ ...one, tag: TAG.integer });
  return small(seconds) * 1000 + small(millis);
}

function refuseCritical(extensions: DerElement): void {
  for (const extension of readChildren(extensions)) {
    const [type, second] = readChildren(expectTag(extension, TAG.sequence));
    const oid = readOid(type);
    if (second?.tag === TAG.boolean && readBoolean(second)) {
      throw malformed(`critical extension ${oid} of a time-stamp is not known`);
    }
  }
}

/** Takes the first element away if it has the tag. */
function takeIf(elements: DerElement[], tag: number): DerElement | undefined {
  return elements[0]?.tag === tag ? elements.shift() : undefined;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
