/** Certificate revocation lists (RFC 5280 §5); attacker-controlled until their signature was verified. */
import { areEqual, MalformedError, toHex, type Bytes } from './bytes.ts';
import { readSignature, type SignedObject } from './certificate.ts';
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readInteger,
  readSmallInteger,
  readTime,
  TAG,
  walkChildren,
  type DerElement,
} from './der.ts';
import { readDistinguishedName } from './distinguishedName.ts';
import { readExtensionList, type Extension } from './extensions.ts';

/** What a list says of one certificate. */
export interface RevocationEntry {
  /** The earlier of revocation date and invalidity date. */
  readonly revokedAt: Date;
  /** CRLReason; null: not said. */
  readonly reason: number | null;
}

export interface RevocationList extends SignedObject {
  /** Comparison key of its issuer's name. */
  readonly issuerKey: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Lower-case hex. */
  readonly authorityKeyId: string | null;
  /** Certificates that expired at or after this instant stay in the list; null: they may leave it. */
  readonly expiredSince: Date | null;
  /** Complete, of its issuer's own certificates, with nothing in it that is not understood. Others say nothing here. */
  readonly isPlain: boolean;
  /** By serial number, lower-case hex. */
  readonly entries: ReadonlyMap<string, RevocationEntry>;
}

const OID = {
  number: '2.5.29.20',
  authorityKeyId: '2.5.29.35',
  expiredCertificates: '2.5.29.60',
  reason: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaIndicator: '2.5.29.27',
  scope: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
} as const;
const MAX_LIST_BYTES = 16_000_000;
/** CRLReason certificateHold and removeFromCRL. */
export const ON_HOLD = 6;
const REMOVED = 8;

/** @returns null for what is no list. */
export function readRevocationList(der: Bytes): RevocationList | null {
  try {
    return der.length > MAX_LIST_BYTES ? null : parseList(der);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return null;
  }
}

function parseList(der: Bytes): RevocationList {
  const members = readChildren(readDer(der, TAG.sequence));
  const [tbs, algorithm, signature] = members;
  if (members.length !== 3 || tbs === undefined || algorithm === undefined) {
    throw malformed('a revocation list is not a sequence of three');
  }
  return {
    ...readSignature(tbs, algorithm, signature),
    ...readTbsCertList(expectTag(tbs, TAG.sequence), algorithm),
  };
}

/** RFC 5280 §5.1.2, member by member. */
function readTbsCertList(
  tbs: DerElement,
  outerAlgorithm: DerElement,
): Omit<RevocationList, keyof SignedObject> {
  const members = readChildren(tbs);
  const take = (...tags: readonly number[]): DerElement | undefined =>
    tags.includes(members[0]?.tag ?? -1) ? members.shift() : undefined;
  const version = take(TAG.integer);
  const algorithm = expectTag(take(TAG.sequence), TAG.sequence);
  const issuer = readDistinguishedName(expectTag(take(TAG.sequence), TAG.sequence));
  const thisUpdate = readTime(take(TAG.utcTime, TAG.generalizedTime));
  const next = take(TAG.utcTime, TAG.generalizedTime);
  const lines = take(TAG.sequence);
  const extended = take(0xa0);
  if (members.length > 0 || (version !== undefined && readSmallInteger(version) !== 1)) {
    throw malformed('a revocation list has members to spare or is of no known version');
  }
  if (!areEqual(algorithm.bytes, outerAlgorithm.bytes)) {
    throw malformed('a revocation list names two signature algorithms');
  }
  const extensions =
    extended === undefined
      ? []
      : readExtensionList(readChildren(readDer(extended.content, TAG.sequence)));
  return {
    ...{
      issuerKey: issuer.key,
      thisUpdate,
      nextUpdate: next === undefined ? null : readTime(next),
    },
    ...readListExtensions(extensions),
    ...readLines(lines, extensions),
  };
}

function readListExtensions(
  extensions: readonly Extension[],
): Pick<RevocationList, 'authorityKeyId' | 'expiredSince'> {
  const valueOf = (oid: string): Bytes | undefined =>
    extensions.find((one) => one.oid === oid)?.value;
  const keyId = valueOf(OID.authorityKeyId);
  const expired = valueOf(OID.expiredCertificates);
  const keyIdElement =
    keyId === undefined
      ? undefined
      : readChildren(readDer(keyId, TAG.sequence)).find(({ tag }) => tag === 0x80);
  return {
    authorityKeyId: keyIdElement === undefined ? null : toHex(keyIdElement.content),
    expiredSince: expired === undefined ? null : readTime(readDer(expired, TAG.generalizedTime)),
  };
}

const UNDERSTOOD: readonly string[] = [OID.number, OID.authorityKeyId, OID.expiredCertificates];
const LINE_UNDERSTOOD: readonly string[] = [OID.reason, OID.invalidityDate];

function readLines(
  lines: DerElement | undefined,
  extensions: readonly Extension[],
): Pick<RevocationList, 'entries' | 'isPlain'> {
  const isOdd = ({ oid, isCritical }: Extension): boolean =>
    oid === OID.deltaIndicator || oid === OID.scope || (isCritical && !UNDERSTOOD.includes(oid));
  const entries = new Map<string, RevocationEntry>();
  let isPlain = !extensions.some(isOdd);
  for (const line of lines === undefined ? [] : walkChildren(lines)) {
    const { serialNumber, entry } = readLine(line);
    const known = entries.get(serialNumber);
    if (entry === null) isPlain = false;
    else if (known === undefined || entry.revokedAt < known.revokedAt)
      entries.set(serialNumber, entry);
  }
  return { entries, isPlain };
}

/** @returns as `entry` null for a line with something that is not understood: then the whole list says nothing (§5.3). */
function readLine(line: DerElement): {
  readonly serialNumber: string;
  readonly entry: RevocationEntry | null;
} {
  const [serial, date, extended, ...rest] = readChildren(expectTag(line, TAG.sequence));
  if (rest.length > 0) throw malformed('a line of a revocation list has members to spare');
  const serialNumber = toHex(readInteger(serial));
  const listedAt = readTime(date);
  if (extended === undefined) return { serialNumber, entry: { revokedAt: listedAt, reason: null } };
  const extensions = readExtensionList(readChildren(expectTag(extended, TAG.sequence)));
  const isOdd = ({ oid, isCritical }: Extension): boolean =>
    oid === OID.certificateIssuer || (isCritical && !LINE_UNDERSTOOD.includes(oid));
  const reason = readReason(extensions);
  const invalid = extensions.find(({ oid }) => oid === OID.invalidityDate);
  const since =
    invalid === undefined ? listedAt : readTime(readDer(invalid.value, TAG.generalizedTime));
  return extensions.some(isOdd) || reason === REMOVED
    ? { serialNumber, entry: null }
    : { serialNumber, entry: { revokedAt: since < listedAt ? since : listedAt, reason } };
}

function readReason(extensions: readonly Extension[]): number | null {
  const extension = extensions.find(({ oid }) => oid === OID.reason);
  if (extension === undefined) return null;
  const { content } = readDer(extension.value, TAG.enumerated);
  const reason = content.length === 1 ? (content[0] ?? 7) : 7;
  if (reason > 10 || reason === 7) throw malformed('a line has a reason that is not known');
  return reason;
}
