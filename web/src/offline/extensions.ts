/** Certificate extensions that are enforced here (RFC 5280 §4.2); attacker-controlled. */
import { toHex, type Bytes } from './bytes.ts';
import {
  expectTag,
  malformed,
  readBoolean,
  readChildren,
  readDer,
  readNamedBits,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from './der.ts';

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** What a certificate's extensions say, absent ones included. */
export interface CertificateExtensions {
  readonly isCa: boolean;
  /** pathLenConstraint; null: none. */
  readonly pathLength: number | null;
  /** Null: no keyUsage extension. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  /** OIDs in dotted form; null: no extendedKeyUsage extension. */
  readonly extendedKeyUsages: readonly string[] | null;
  /** Lower-case hex. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** It says where its status is to be had. */
  readonly namesStatusSource: boolean;
  /** Somebody else than its issuer signs the lists it is on: not followed here. */
  readonly hasForeignLists: boolean;
  /** Must be enforced and are not; constraints on names and policies among them. */
  readonly unenforced: readonly string[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Reader = (value: Bytes, into: Writable<CertificateExtensions>) => void;

const READERS: Readonly<Partial<Record<string, Reader>>> = {
  // id-ce-subjectKeyIdentifier
  '2.5.29.14': (value, into) => {
    into.subjectKeyId = toHex(readDer(value, TAG.octetString).content);
  },
  // id-ce-keyUsage
  '2.5.29.15': (value, into) => {
    const bits = readNamedBits(readDer(value, TAG.bitString));
    into.keyUsage = new Set(KEY_USAGES.filter((_, bit) => bits.has(bit)));
  },
  '2.5.29.17': () => undefined, // id-ce-subjectAltName: nothing is asked of it where names are not constrained
  '2.5.29.19': readBasicConstraints,
  '2.5.29.31': readDistributionPoints,
  // id-ce-authorityKeyIdentifier
  '2.5.29.35': (value, into) => {
    const keyId = readChildren(readDer(value, TAG.sequence)).find(({ tag }) => tag === 0x80);
    into.authorityKeyId = keyId === undefined ? null : toHex(keyId.content);
  },
  // id-ce-extKeyUsage
  '2.5.29.37': (value, into) => {
    into.extendedKeyUsages = readChildren(readDer(value, TAG.sequence)).map(readOid);
  },
};
/**
 * Constraints that this verifier cannot enforce, whether critical or not: nameConstraints, policyMappings,
 * policyConstraints, inhibitAnyPolicy. A path with one is not passed.
 */
const CONSTRAINTS: readonly string[] = ['2.5.29.30', '2.5.29.33', '2.5.29.36', '2.5.29.54'];
const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const OCSP = '1.3.6.1.5.5.7.48.1';

/** @param elements - each an Extension. @throws MalformedError `CERTIFICATE_MALFORMED`. */
export function readExtensions(elements: readonly DerElement[]): CertificateExtensions {
  const unenforced: string[] = [];
  const into: Writable<CertificateExtensions> = {
    ...{ isCa: false, pathLength: null, keyUsage: null, extendedKeyUsages: null },
    ...{ subjectKeyId: null, authorityKeyId: null },
    ...{ namesStatusSource: false, hasForeignLists: false, unenforced },
  };
  for (const { oid, isCritical, value } of readExtensionList(elements)) {
    if (oid === AUTHORITY_INFO_ACCESS && namesResponder(value)) into.namesStatusSource = true;
    const read = READERS[oid];
    if (read !== undefined) read(value, into);
    else if (isCritical || CONSTRAINTS.includes(oid)) unenforced.push(oid);
  }
  return into;
}

/** One extension of a certificate or list. */
export interface Extension {
  /** Dotted form. */
  readonly oid: string;
  readonly isCritical: boolean;
  /** DER of the extension's own type. */
  readonly value: Bytes;
}

/** @throws MalformedError `CERTIFICATE_MALFORMED`, also if one occurs twice (RFC 5280 §4.2). */
export function readExtensionList(elements: readonly DerElement[]): readonly Extension[] {
  const extensions = elements.map(readExtension);
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length) {
    throw malformed('an extension occurs twice');
  }
  return extensions;
}

function readExtension(element: DerElement): Extension {
  const members = readChildren(expectTag(element, TAG.sequence));
  const [type, second, third] = members;
  const hasFlag = second?.tag === TAG.boolean;
  if (members.length !== (hasFlag ? 3 : 2)) {
    throw malformed('an extension has members missing or to spare');
  }
  return {
    oid: readOid(type),
    isCritical: hasFlag && readBoolean(second),
    value: expectTag(hasFlag ? third : second, TAG.octetString).content,
  };
}

/** id-ce-basicConstraints */
function readBasicConstraints(value: Bytes, into: Writable<CertificateExtensions>): void {
  const members = readChildren(readDer(value, TAG.sequence));
  const flag = members[0]?.tag === TAG.boolean ? members.shift() : undefined;
  into.isCa = flag !== undefined && readBoolean(flag);
  const pathLength = members.shift();
  into.pathLength = pathLength === undefined ? null : readSmallInteger(pathLength);
  if (members.length > 0) throw malformed('basicConstraints has members to spare');
}

/** id-ce-cRLDistributionPoints */
function readDistributionPoints(value: Bytes, into: Writable<CertificateExtensions>): void {
  into.namesStatusSource = true;
  const points = readChildren(readDer(value, TAG.sequence));
  into.hasForeignLists = points.some((point) =>
    readChildren(expectTag(point, TAG.sequence)).some(({ tag }) => tag === 0xa2),
  );
}

/** What cannot be read is taken for one: a status that is not asked for must not be overlooked. */
function namesResponder(value: Bytes): boolean {
  const descriptions = readChildren(readDer(value, TAG.sequence));
  return descriptions.some((one) => {
    const [method] = readChildren(one);
    return method?.tag !== TAG.oid || readOid(method) === OCSP;
  });
}
