/** Distinguished names (RFC 5280 §4.1.2.4). */
import { decodeUtf8, toHex } from './bytes.ts';
import { expectTag, malformed, readChildren, readOid, TAG, type DerElement } from './der.ts';

/** A subject or issuer, as far as verifying needs it. */
export interface DistinguishedName {
  /** Common name, else organisation; for people. */
  readonly text: string;
  /** Unified social credit code, from organizationIdentifier (2.5.4.97) or serialNumber (2.5.4.5). */
  readonly creditCode: string | null;
  /** Equal for names that are the same to RFC 5280 §7.1: case and inner spaces do not count. */
  readonly key: string;
}

const OID = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  organisation: '2.5.4.10',
  organisationIdentifier: '2.5.4.97',
} as const;
const CREDIT_CODE = /^(?:NTRCN-)?([0-9A-HJ-NPQRTUWXY]{18})$/;
const MAX_VALUE_BYTES = 2048;
/** Printable, numeric, IA5, visible, Teletex. */
const PLAIN_TAGS: readonly number[] = [0x13, 0x12, 0x16, 0x1a, 0x14];

interface Attribute {
  readonly oid: string;
  readonly value: string;
}

/** @throws MalformedError. */
export function readDistinguishedName(element: DerElement): DistinguishedName {
  const names = readChildren(expectTag(element, TAG.sequence)).map((relative) =>
    readChildren(expectTag(relative, TAG.set)).map(readAttribute),
  );
  if (names.some((attributes) => attributes.length === 0)) {
    throw malformed('a relative distinguished name is empty');
  }
  const first = (oid: string): string | null =>
    names.flat().find((one) => one.oid === oid)?.value ?? null;
  return {
    text: first(OID.commonName) ?? first(OID.organisation) ?? '',
    creditCode:
      toCreditCode(first(OID.organisationIdentifier)) ?? toCreditCode(first(OID.serialNumber)),
    key: JSON.stringify(names.map(toKey)),
  };
}

function readAttribute(element: DerElement): Attribute {
  const [type, value, ...rest] = readChildren(expectTag(element, TAG.sequence));
  if (value === undefined || rest.length > 0) {
    throw malformed('an attribute of a name is not a pair');
  }
  return { oid: readOid(type), value: readText(value) };
}

function readText({ tag, content }: DerElement): string {
  if (content.length > MAX_VALUE_BYTES) throw malformed('an attribute of a name is too long');
  if (tag === TAG.utf8String) return orMalformed(decodeUtf8(content));
  if (tag === TAG.bmpString) return new TextDecoder('utf-16be').decode(content);
  return PLAIN_TAGS.includes(tag) ? String.fromCharCode(...content) : `#${toHex(content)}`;
}

function orMalformed(text: string | null): string {
  if (text === null) throw malformed('an attribute of a name is not UTF-8');
  return text;
}

function toCreditCode(value: string | null): string | null {
  return value === null ? null : (CREDIT_CODE.exec(value)?.[1] ?? null);
}

function toKey(attributes: readonly Attribute[]): readonly string[] {
  const keys = attributes.map(
    ({ oid, value }) =>
      `${oid}=${value.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')}`,
  );
  return keys.sort();
}
