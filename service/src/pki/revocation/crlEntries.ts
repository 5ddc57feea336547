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
  const readLine = lineReader(crl);
  let issuer = crl.issuer.comparisonKey;
  try {
    for (const line of crl.lines === null ? [] : walkChildren(crl.lines)) {
      const { serialNumber, issuerKey, entry } = readLine(line);
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

interface Line {
  readonly serialNumber: string;
  /** `null`: that of the line before. */
  readonly issuerKey: string | null;
  readonly entry: CrlEntry;
}

/** What the extensions of a line say. */
interface LineExtensions {
  readonly reason: RevocationReason | null;
  readonly invalidSince: Date | null;
  readonly issuerKey: string | null;
}

const NO_EXTENSIONS: LineExtensions = { reason: null, invalidSince: null, issuerKey: null };
/** Lists repeat the same few extensions a thousand times. */
const MAX_REMEMBERED = 1024;

function lineReader(crl: Crl): (line: DerElement) => Line {
  const remembered = new Map<string, LineExtensions>();
  const readOnce = (extensions: DerElement): LineExtensions => {
    const key = Buffer.from(extensions.bytes).toString('latin1');
    const read = remembered.get(key) ?? readLineExtensions(extensions, crl);
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, read);
    return read;
  };
  return (line) => {
    const [serial, date, extensions, ...rest] = readChildren(expectTag(line, TAG.sequence));
    if (rest.length > 0) {
      throw malformed('a line of a revocation list has members to spare');
    }
    const said = extensions === undefined ? NO_EXTENSIONS : readOnce(extensions);
    const listedAt = readTime(date);
    const isEarlier = said.invalidSince !== null && said.invalidSince < listedAt;
    return {
      serialNumber: Buffer.from(readInteger(serial)).toString('hex'),
      issuerKey: said.issuerKey,
      entry: { revokedAt: isEarlier ? said.invalidSince : listedAt, reason: said.reason },
    };
  };
}

function readLineExtensions(extensions: DerElement, crl: Crl): LineExtensions {
  let said = NO_EXTENSIONS;
  for (const { oid, isCritical, value } of readExtensionList(expectTag(extensions, TAG.sequence))) {
    if (oid === OID.reason) {
      said = { ...said, reason: readReason(value, crl) };
    } else if (oid === OID.invalidityDate) {
      said = { ...said, invalidSince: readTime(readDer(value, TAG.generalizedTime)) };
    } else if (oid === OID.certificateIssuer) {
      said = { ...said, issuerKey: readCertificateIssuer(value, crl) };
    } else if (isCritical) {
      throw malformed(`a line of a revocation list has critical extension ${oid}`);
    }
  }
  return said;
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
