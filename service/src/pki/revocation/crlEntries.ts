/** The lines of a revocation list (RFC 5280 §5.3); read only once its signature is known to be right. */
import { ServiceError } from '../../errors.ts';
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readInteger,
  readTime,
  TAG,
  walkChildren,
  type DerElement,
} from '../der.ts';
import { readExtensionList } from '../extensions.ts';
import { readGeneralNames } from '../generalName.ts';
import { REVOCATION_REASONS, type RevocationReason } from './certificateStatus.ts';
import type { Crl } from './crl.ts';

/** What a list says of one certificate. */
export interface CrlEntry {
  /** The earlier of revocation date and invalidity date. */
  readonly revokedAt: Date;
  /** `null`: not said. */
  readonly reason: RevocationReason | null;
}

/** By serial number (lower-case hex of the content octets), by comparison key of the certificate's issuer. */
export type CrlEntries = ReadonlyMap<string, ReadonlyMap<string, CrlEntry>>;

const OID = {
  reason: '2.5.29.21', // id-ce-cRLReasons
  invalidityDate: '2.5.29.24', // id-ce-invalidityDate
  certificateIssuer: '2.5.29.29', // id-ce-certificateIssuer
} as const;

const indexes = new WeakMap<Crl, CrlEntries | null>();

/**
 * Gives a list's lines, read once.
 *
 * @returns null if a line is malformed or has a critical extension that is not processed: then the whole list says
 * nothing (RFC 5280 §5.3).
 */
export function entriesOf(crl: Crl): CrlEntries | null {
  const known = indexes.get(crl);
  if (known !== undefined) {
    return known;
  }
  const entries = readEntries(crl);
  indexes.set(crl, entries);
  return entries;
}

function readEntries(crl: Crl): CrlEntries | null {
  const entries = new Map<string, Map<string, CrlEntry>>();
  let issuer = crl.issuer.comparisonKey;
  try {
    for (const line of crl.lines === null ? [] : walkChildren(crl.lines)) {
      const { serialNumber, issuerKey, ...entry } = readLine(line, crl);
      issuer = issuerKey ?? issuer; // the issuer of the line before (RFC 5280 §5.3.3)
      const ofIssuer = entries.get(issuer) ?? new Map<string, CrlEntry>();
      entries.set(issuer, ofIssuer);
      ofIssuer.set(serialNumber, earlier(ofIssuer.get(serialNumber), entry));
    }
    return entries;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return null;
  }
}

function earlier(known: CrlEntry | undefined, entry: CrlEntry): CrlEntry {
  return known !== undefined && known.revokedAt <= entry.revokedAt ? known : entry;
}

interface Line extends CrlEntry {
  readonly serialNumber: string;
  /** `null`: that of the line before. */
  readonly issuerKey: string | null;
}

function readLine(element: DerElement, crl: Crl): Line {
  const [serial, date, extensions, ...rest] = readChildren(expectTag(element, TAG.sequence));
  if (rest.length > 0) {
    throw malformed('a line of a revocation list has members to spare');
  }
  const serialNumber = Buffer.from(readInteger(serial)).toString('hex');
  const line = { serialNumber, issuerKey: null, revokedAt: readTime(date), reason: null };
  return extensions === undefined ? line : readLineExtensions(line, extensions, crl);
}

function readLineExtensions(plain: Line, extensions: DerElement, crl: Crl): Line {
  let line = plain;
  for (const { oid, isCritical, value } of readExtensionList(expectTag(extensions, TAG.sequence))) {
    if (oid === OID.reason) {
      line = { ...line, reason: readReason(value, crl) };
    } else if (oid === OID.invalidityDate) {
      const invalidSince = readTime(readDer(value, TAG.generalizedTime));
      if (invalidSince < line.revokedAt) line = { ...line, revokedAt: invalidSince };
    } else if (oid === OID.certificateIssuer) {
      line = { ...line, issuerKey: readCertificateIssuer(value, crl) };
    } else if (isCritical) {
      throw malformed(`a line of a revocation list has critical extension ${oid}`);
    }
  }
  return line;
}

/** Only a delta list takes a certificate off a list (RFC 5280 §5.3.1). */
function readReason(value: Uint8Array, crl: Crl): RevocationReason {
  const { content } = readDer(value, 0x0a); // ENUMERATED
  const reason = content.length === 1 ? REVOCATION_REASONS[content[0] ?? 7] : undefined;
  if (!reason || (reason === 'removeFromCRL' && crl.baseNumber === null)) {
    throw malformed('a line of a revocation list has a reason that is not known');
  }
  return reason;
}

function readCertificateIssuer(value: Uint8Array, crl: Crl): string {
  const names = readGeneralNames(readDer(value, TAG.sequence));
  const name = names.find((one) => one.form === 'directoryName');
  if (name === undefined || crl.scope?.isIndirect !== true) {
    throw malformed('a line of a revocation list names an issuer, and the list is its own');
  }
  return name.name.comparisonKey;
}
