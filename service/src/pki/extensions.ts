/** The certificate extensions this service enforces (RFC 5280 §4.2); attacker-controlled. */
import { ServiceError } from '../errors.ts';
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
import { NO_PLACES, PLACE_READERS, type StatusPlaces } from './distributionPoints.ts';
import { CONSTRAINT_READERS, UNCONSTRAINED, type PathConstraints } from './pathConstraints.ts';

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
  crlDistributionPoints: '2.5.29.31', // id-ce-cRLDistributionPoints
  authorityKeyIdentifier: '2.5.29.35', // id-ce-authorityKeyIdentifier
  extendedKeyUsage: '2.5.29.37', // id-ce-extKeyUsage
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1', // id-pe-authorityInfoAccess
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5', // id-pkix-ocsp-nocheck, RFC 6960 §4.2.2.2.1
} as const;

/** What a certificate's extensions say, absent ones included. */
export interface CertificateExtensions extends PathConstraints, StatusPlaces {
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
  /** An OCSP responder's certificate whose own status nobody asks about (RFC 6960 §4.2.2.2.1). */
  readonly isOcspNoCheck: boolean;
  /** OIDs of critical extensions that are not enforced here, and of constraints that cannot be read, critical or not. */
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
  [EXTENSION.basicConstraints]: readBasicConstraints,
  [EXTENSION.ocspNoCheck]: (value, into) => {
    readDer(value, TAG.null);
    into.isOcspNoCheck = true;
  },
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
    isOcspNoCheck: false,
    unknownCriticalExtensions: unknown,
    ...UNCONSTRAINED,
    ...NO_PLACES,
  };
  for (const extension of readExtensionList(element)) {
    const { oid, isCritical, value } = extension;
    const read = READERS[oid];
    if (read !== undefined) {
      read(value, result, isCritical);
    } else if (!readFurther(extension, result)) {
      unknown.push(oid);
    }
  }
  return result;
}

/** One extension of a certificate or list. */
export interface Extension {
  /** Dotted form. */
  readonly oid: string;
  readonly isCritical: boolean;
  /** DER of the extension's own type. */
  readonly value: Uint8Array;
}

/** @param element - SEQUENCE OF Extension. @throws ServiceError `CERTIFICATE_MALFORMED`, also if one occurs twice. */
export function readExtensionList(element: DerElement): readonly Extension[] {
  const extensions = readChildren(element).map(readExtension);
  const seen = new Set<string>();
  for (const { oid } of extensions) {
    if (seen.has(oid)) {
      throw malformed(`extension ${oid} occurs twice`); // RFC 5280 §4.2
    }
    seen.add(oid);
  }
  return extensions;
}

/** @returns false if the extension must be enforced and is not: unknown and critical, or a constraint nobody can read. */
function readFurther(
  { oid, isCritical, value }: Extension,
  into: Writable<CertificateExtensions>,
): boolean {
  const read = CONSTRAINT_READERS[oid] ?? PLACE_READERS[oid];
  if (read === undefined) {
    return !isCritical;
  }
  try {
    Object.assign(into, read(value, isCritical));
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return oid === EXTENSION.authorityInfoAccess && !isCritical; // only tells where to ask
  }
}

function readExtension(element: DerElement): Extension {
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
