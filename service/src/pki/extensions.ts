/** The certificate extensions this service enforces (RFC 5280 §4.2); attacker-controlled. */
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

/** RFC 5280 §4.2.1.3, in the order of their bits. */
export const KEY_USAGES = [
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
/** One bit of a keyUsage extension. */
export type KeyUsage = (typeof KEY_USAGES)[number];

/** OIDs of the extensions that are read or written here. */
export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14', // id-ce-subjectKeyIdentifier
  keyUsage: '2.5.29.15', // id-ce-keyUsage
  subjectAltName: '2.5.29.17', // id-ce-subjectAltName
  basicConstraints: '2.5.29.19', // id-ce-basicConstraints
  nameConstraints: '2.5.29.30', // id-ce-nameConstraints
  authorityKeyIdentifier: '2.5.29.35', // id-ce-authorityKeyIdentifier
  extendedKeyUsage: '2.5.29.37', // id-ce-extKeyUsage
} as const;

/** What a certificate's extensions say, absent ones included. */
export interface CertificateExtensions {
  readonly isCa: boolean;
  /** pathLenConstraint; `null`: none. */
  readonly pathLength: number | null;
  /** `null`: no keyUsage extension. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  /** OIDs in dotted form; `null`: no extendedKeyUsage extension. */
  readonly extendedKeyUsages: readonly string[] | null;
  readonly isExtendedKeyUsageCritical: boolean;
  /** Lower-case hex. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** OIDs of critical extensions that are not enforced here; name constraints count even when not critical. */
  readonly unknownCriticalExtensions: readonly string[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Reader = (
  value: Uint8Array,
  into: Writable<CertificateExtensions>,
  isCritical: boolean,
) => void;

const READERS: Readonly<Partial<Record<string, Reader>>> = {
  [EXTENSION.subjectKeyIdentifier]: (value, into) => {
    into.subjectKeyId = toHex(readDer(value, TAG.octetString).content);
  },
  [EXTENSION.keyUsage]: (value, into) => {
    const bits = readNamedBits(readDer(value, TAG.bitString));
    into.keyUsage = new Set(KEY_USAGES.filter((_, bit) => bits.has(bit)));
  },
  [EXTENSION.subjectAltName]: (value) => {
    readChildren(readDer(value, TAG.sequence)); // further names of the subject: nothing here goes by them
  },
  [EXTENSION.basicConstraints]: readBasicConstraints,
  [EXTENSION.authorityKeyIdentifier]: readAuthorityKeyId,
  [EXTENSION.extendedKeyUsage]: (value, into, isCritical) => {
    into.isExtendedKeyUsageCritical = isCritical;
    into.extendedKeyUsages = readChildren(readDer(value, TAG.sequence)).map(readOid);
  },
};

/** @param element - SEQUENCE OF Extension. @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function readExtensions(element: DerElement): CertificateExtensions {
  const unknown: string[] = [];
  const result: Writable<CertificateExtensions> = {
    isCa: false,
    pathLength: null,
    keyUsage: null,
    extendedKeyUsages: null,
    isExtendedKeyUsageCritical: false,
    subjectKeyId: null,
    authorityKeyId: null,
    unknownCriticalExtensions: unknown,
  };
  const seen = new Set<string>();
  for (const extension of readChildren(element)) {
    const { oid, isCritical, value } = readExtension(extension);
    if (seen.has(oid)) {
      throw malformed(`extension ${oid} occurs twice`); // RFC 5280 §4.2
    }
    seen.add(oid);
    const read = READERS[oid];
    if (read !== undefined) {
      read(value, result, isCritical);
    } else if (isCritical || oid === EXTENSION.nameConstraints) {
      unknown.push(oid);
    }
  }
  return result;
}

function readExtension(element: DerElement): {
  oid: string;
  isCritical: boolean;
  value: Uint8Array;
} {
  const members = readChildren(expectTag(element, TAG.sequence));
  const [type, second] = members;
  const isCritical = second?.tag === TAG.boolean && readBoolean(second);
  const value = second?.tag === TAG.boolean ? members[2] : second;
  if (members.length !== (second?.tag === TAG.boolean ? 3 : 2)) {
    throw malformed('an extension has members missing or to spare');
  }
  return { oid: readOid(type), isCritical, value: expectTag(value, TAG.octetString).content };
}

function readBasicConstraints(value: Uint8Array, into: Writable<CertificateExtensions>): void {
  const members = readChildren(readDer(value, TAG.sequence));
  const flag = members[0]?.tag === TAG.boolean ? members.shift() : undefined;
  into.isCa = flag !== undefined && readBoolean(flag);
  const pathLength = members.shift();
  into.pathLength = pathLength === undefined ? null : readSmallInteger(pathLength);
  if (members.length > 0) {
    throw malformed('basicConstraints has members to spare');
  }
}

function readAuthorityKeyId(value: Uint8Array, into: Writable<CertificateExtensions>): void {
  const keyIdentifier = readChildren(readDer(value, TAG.sequence)).find(
    (member) => member.tag === 0x80,
  );
  into.authorityKeyId = keyIdentifier === undefined ? null : toHex(keyIdentifier.content);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
