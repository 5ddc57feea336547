/** Distinguished names (RFC 5280 §4.1.2.4). */
import { expectTag, malformed, readChildren, readOid, TAG, type DerElement } from './der.ts';
import {
  encodeOid,
  encodePrintable,
  encodeSequence,
  encodeSetOf,
  encodeText,
} from './derEncoding.ts';

/** A subject or issuer, as read. */
export interface DistinguishedName {
  /** RFC 4514 form, most specific first, for people. */
  readonly text: string;
  readonly commonName: string | null;
  readonly organisation: string | null;
  /** In the order of the name. */
  readonly organisationalUnits: readonly string[];
  /** Unified social credit code, from organizationIdentifier (2.5.4.97) or serialNumber (2.5.4.5). */
  readonly creditCode: string | null;
  /** Values of emailAddress (PKCS #9), to which constraints on mailboxes apply (RFC 5280 §4.2.1.10). */
  readonly emailAddresses: readonly string[];
  /** Equal for names that are the same to RFC 5280 §7.1: case and inner spaces do not count. */
  readonly comparisonKey: string;
  /** The same for each relative name, in the order of the name: a subtree is a beginning of it. */
  readonly relativeKeys: readonly string[];
}

/** What we write into a subject. */
export interface SubjectName {
  /** Null: a person's own. */
  readonly organisation: string | null;
  readonly creditCode: string | null;
  readonly commonName: string;
  /** Tells apart who has the same name; PrintableString. */
  readonly serialNumber?: string;
}

interface Attribute {
  readonly oid: string;
  readonly value: string;
}

const OID = {
  commonName: '2.5.4.3', // id-at-commonName
  serialNumber: '2.5.4.5', // id-at-serialNumber
  country: '2.5.4.6', // id-at-countryName
  organisation: '2.5.4.10', // id-at-organizationName
  organisationalUnit: '2.5.4.11', // id-at-organizationalUnitName
  organisationIdentifier: '2.5.4.97', // id-at-organizationIdentifier
  emailAddress: '1.2.840.113549.1.9.1', // id-emailAddress
} as const;
const SHORT_NAMES: Readonly<Record<string, string>> = {
  [OID.commonName]: 'CN',
  [OID.country]: 'C',
  [OID.organisation]: 'O',
  [OID.organisationalUnit]: 'OU',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
};
const CREDIT_CODE = /^(?:NTRCN-)?([0-9A-HJ-NPQRTUWXY]{18})$/; // ETSI EN 319 412-1 §5.1.4 knows the prefix
const MAX_VALUE_BYTES = 2048;

/** @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function readDistinguishedName(element: DerElement): DistinguishedName {
  const names = readChildren(expectTag(element, TAG.sequence)).map((relative) =>
    readChildren(expectTag(relative, TAG.set)).map(readAttribute),
  );
  if (names.some((attributes) => attributes.length === 0)) {
    throw malformed('a relative distinguished name is empty');
  }
  const flat = names.flat();
  const first = (oid: string): string | null => flat.find((one) => one.oid === oid)?.value ?? null;
  const relativeKeys = names.map(toComparisonKey);
  return {
    text: [...names].reverse().map(toText).join(','),
    commonName: first(OID.commonName),
    organisation: first(OID.organisation),
    organisationalUnits: flat
      .filter(({ oid }) => oid === OID.organisationalUnit)
      .map(({ value }) => value),
    creditCode:
      readCreditCode(first(OID.organisationIdentifier)) ?? readCreditCode(first(OID.serialNumber)),
    emailAddresses: flat.filter(({ oid }) => oid === OID.emailAddress).map(({ value }) => value),
    comparisonKey: joinKeys(relativeKeys),
    relativeKeys,
  };
}

/**
 * Completes a name that is given relative to another one (RFC 5280 §4.2.1.13).
 *
 * @param content - content of the RelativeDistinguishedName; attacker-controlled.
 * @returns the whole name's comparison key.
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function completeName(base: DistinguishedName, content: DerElement): string {
  const attributes = readChildren(content).map(readAttribute);
  return joinKeys([...base.relativeKeys, toComparisonKey(attributes)]);
}

function joinKeys(relativeKeys: readonly string[]): string {
  return `[${relativeKeys.join()}]`;
}

/** C=CN, O, organizationIdentifier, CN in this order, Chinese as UTF8String. */
export function encodeSubject(subject: SubjectName): Uint8Array {
  const attribute = (oid: string, value: Uint8Array): Uint8Array =>
    encodeSetOf(encodeSequence(encodeOid(oid), value));
  const { creditCode, organisation, serialNumber } = subject;
  return encodeSequence(
    attribute(OID.country, encodePrintable('CN')),
    ...(organisation === null ? [] : [attribute(OID.organisation, encodeText(organisation))]),
    ...(creditCode === null ? [] : [attribute(OID.organisationIdentifier, encodeText(creditCode))]),
    attribute(OID.commonName, encodeText(subject.commonName)),
    ...(serialNumber === undefined
      ? []
      : [attribute(OID.serialNumber, encodePrintable(serialNumber))]),
  );
}

function readAttribute(element: DerElement): Attribute {
  const [type, value, ...rest] = readChildren(expectTag(element, TAG.sequence));
  if (value === undefined || rest.length > 0) {
    throw malformed('an attribute of a name is not a pair');
  }
  return { oid: readOid(type), value: readText(value) };
}

function readText({ tag, content }: DerElement): string {
  if (content.length > MAX_VALUE_BYTES) {
    throw malformed('an attribute of a name is too long');
  }
  switch (tag) {
    case TAG.utf8String:
      return decodeText('utf-8', content);
    case TAG.bmpString:
      return decodeText('utf-16be', content);
    case TAG.printableString:
    case TAG.numericString:
    case TAG.ia5String:
    case TAG.visibleString:
    case TAG.teletexString:
      return Buffer.from(content).toString('latin1');
    default:
      return `#${Buffer.from(content).toString('hex')}`; // RFC 4514 §2.4
  }
}

function decodeText(encoding: 'utf-8' | 'utf-16be', content: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw malformed(`an attribute of a name is not ${encoding}`);
  }
}

function readCreditCode(value: string | null): string | null {
  return value === null ? null : (CREDIT_CODE.exec(value)?.[1] ?? null);
}

function toText(attributes: readonly Attribute[]): string {
  return attributes
    .map(({ oid, value }) => `${SHORT_NAMES[oid] ?? oid}=${escapeText(value)}`)
    .join('+');
}

/** RFC 4514 §2.4; control characters as hex pairs, so that no name can forge a second line. */
function escapeText(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]| $/g, '\\$&')
    .replace(
      /\p{Cc}/gu,
      (character) => `\\${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
    );
}

/** JSON keeps attributes apart whatever characters their values hold. */
function toComparisonKey(attributes: readonly Attribute[]): string {
  const keys = attributes.map(
    ({ oid, value }) =>
      `${oid}=${value.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')}`,
  );
  return JSON.stringify(keys.sort());
}
