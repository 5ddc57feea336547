/** Certificate revocation lists as this service reads them (RFC 5280 §5); attacker-controlled. */
import { createHash } from 'node:crypto';

import { ServiceError } from '../../errors.ts';
import { createBoundedCache } from '../../keys/boundedCache.ts';
import { readSignatureAlgorithm, readSignatureValue, type Certificate } from '../certificate.ts';
import {
  verifySignedObject,
  type CertificateSignatureOutcome,
  type SignedObject,
} from '../certificateSignature.ts';
import {
  expectTag,
  malformed,
  readBoolean,
  readChildren,
  readDer,
  readInteger,
  readSmallInteger,
  readTime,
  TAG,
  type DerElement,
} from '../der.ts';
import {
  readDistributionPointName,
  readReasons,
  type DistributionPointName,
} from '../distributionPoints.ts';
import { readDistinguishedName, type DistinguishedName } from '../distinguishedName.ts';
import { readExtensionList, type Extension } from '../extensions.ts';

/** For which certificates a list speaks: issuingDistributionPoint (RFC 5280 §5.2.5). */
export interface CrlScope {
  readonly name: DistributionPointName | null;
  readonly onlyContains: 'userCerts' | 'caCerts' | 'attributeCerts' | null;
  /** Bit mask of ReasonFlags; `null`: all. */
  readonly onlySomeReasons: number | null;
  /** It may name certificates of other issuers. */
  readonly isIndirect: boolean;
  /** Equal for equal scopes. */
  readonly key: string;
}

/** A list as its head reads; its lines are read once its signature is known to be right. */
export interface Crl extends SignedObject {
  /** SHA-256 of the DER, lower-case hex. */
  readonly digest: string;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** cRLNumber; `null`: none. */
  readonly number: bigint | null;
  /** deltaCRLIndicator: the list it completes; `null`: it is a complete one. */
  readonly baseNumber: bigint | null;
  /** Lower-case hex. */
  readonly authorityKeyId: string | null;
  /** `null`: for everything its issuer issued. */
  readonly scope: CrlScope | null;
  /** expiredCertsOnCRL (X.509); `null`: certificates may leave the list when they expire. */
  readonly expiredSince: Date | null;
  /** OIDs of critical extensions that are not processed: such a list says nothing (RFC 5280 §5.2). */
  readonly unknownCriticalExtensions: readonly string[];
  /** SEQUENCE OF revoked certificates; `null`: none. */
  readonly lines: DerElement | null;
}

const MAX_CRL_BYTES = 16_000_000;

/** By array; what cannot be read is null. */
const readBefore = new WeakMap<Uint8Array, Crl | null>();
/** Lists that some issuer signed, by content. */
const verified = createBoundedCache<Crl>(64);
const outcomes = new WeakMap<Crl, WeakMap<Certificate, CertificateSignatureOutcome>>();

/**
 * Reads a list's head: strict DER of version 1 or 2, at most 16 MB, nothing behind it. The same array is read once, and
 * so are the same bytes once their signature was found right.
 *
 * @returns null for what is no list.
 */
export function readCrl(der: Uint8Array): Crl | null {
  const known = readBefore.get(der);
  if (known !== undefined) {
    return known;
  }
  const crl = der.length > MAX_CRL_BYTES ? null : readNew(der);
  readBefore.set(der, crl);
  return crl;
}

function readNew(der: Uint8Array): Crl | null {
  const digest = createHash('sha256').update(der).digest('hex');
  const known = verified.get(digest);
  if (known !== undefined) {
    return known;
  }
  try {
    return parseCrl(der, digest);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return null;
  }
}

/** Verifies a list's signature by a certified key; each pair is computed once. */
export function verifyCrlSignature(crl: Crl, signer: Certificate): CertificateSignatureOutcome {
  const ofCrl = outcomes.get(crl) ?? new WeakMap<Certificate, CertificateSignatureOutcome>();
  outcomes.set(crl, ofCrl);
  const known = ofCrl.get(signer);
  if (known !== undefined) {
    return known;
  }
  const outcome = verifySignedObject(crl, signer.publicKey);
  ofCrl.set(signer, outcome);
  if (outcome === 'valid') verified.set(crl.digest, crl);
  return outcome;
}

/** @throws ServiceError `CERTIFICATE_MALFORMED`. */
function parseCrl(der: Uint8Array, digest: string): Crl {
  const members = readChildren(readDer(der.slice(), TAG.sequence));
  const [tbs, algorithm, signature] = members;
  if (members.length !== 3 || tbs === undefined || algorithm === undefined) {
    throw malformed('a revocation list is not a sequence of three');
  }
  return {
    digest,
    tbs: tbs.bytes,
    signature: readSignatureValue(signature),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    ...readTbsCertList(expectTag(tbs, TAG.sequence), algorithm),
  };
}

type TbsCertList = Omit<Crl, 'digest' | keyof SignedObject>;

/** RFC 5280 §5.1.2, member by member. */
function readTbsCertList(tbs: DerElement, outerAlgorithm: DerElement): TbsCertList {
  const members = readChildren(tbs);
  const take = (...tags: readonly number[]): DerElement | undefined =>
    tags.includes(members[0]?.tag ?? -1) ? members.shift() : undefined;
  const version = take(TAG.integer);
  const algorithm = expectTag(take(TAG.sequence), TAG.sequence);
  const issuer = expectTag(take(TAG.sequence), TAG.sequence);
  const thisUpdate = readTime(take(TAG.utcTime, TAG.generalizedTime));
  const next = take(TAG.utcTime, TAG.generalizedTime);
  const lines = take(TAG.sequence) ?? null;
  const extensions = take(0xa0);
  if (members.length > 0 || (version !== undefined && readSmallInteger(version) !== 1)) {
    throw malformed('a revocation list has members to spare or is of no known version');
  }
  if (Buffer.compare(algorithm.bytes, outerAlgorithm.bytes) !== 0) {
    throw malformed('a revocation list names two signature algorithms');
  }
  return {
    issuer: readIssuer(issuer),
    thisUpdate,
    nextUpdate: next === undefined ? null : readTime(next),
    lines,
    ...readCrlExtensions(readExtensionsOf(extensions, version)),
  };
}

function readExtensionsOf(
  extensions: DerElement | undefined,
  version: DerElement | undefined,
): readonly Extension[] {
  if (extensions === undefined) {
    return [];
  }
  if (version === undefined) {
    throw malformed('a revocation list of version 1 has extensions');
  }
  return readExtensionList(readDer(extensions.content, TAG.sequence));
}

function readIssuer(element: DerElement): DistinguishedName {
  if (element.content.length === 0) {
    throw malformed('a revocation list has no issuer name'); // RFC 5280 §5.1.2.3
  }
  return readDistinguishedName(element);
}

type Extended = Pick<
  Crl,
  | 'number'
  | 'baseNumber'
  | 'authorityKeyId'
  | 'scope'
  | 'expiredSince'
  | 'unknownCriticalExtensions'
>;

/** By OID (RFC 5280 §5.2). */
const READERS: Readonly<Partial<Record<string, (value: Uint8Array) => Partial<Extended>>>> = {
  '2.5.29.20': (value) => ({ number: readNumber(value) }), // id-ce-cRLNumber
  '2.5.29.27': (value) => ({ baseNumber: readNumber(value) }), // id-ce-deltaCRLIndicator
  '2.5.29.28': (value) => ({ scope: readScope(value) }), // id-ce-issuingDistributionPoint
  '2.5.29.35': (value) => ({ authorityKeyId: readKeyId(value) }), // id-ce-authorityKeyIdentifier
  '2.5.29.46': () => ({}), // id-ce-freshestCRL: delta lists are looked for among those at hand
  '2.5.29.60': (value) => ({ expiredSince: readTime(readDer(value, TAG.generalizedTime)) }), // id-ce-expiredCertsOnCRL
};

function readCrlExtensions(extensions: readonly Extension[]): Extended {
  const result = {
    number: null,
    baseNumber: null,
    authorityKeyId: null,
    scope: null,
    expiredSince: null,
  };
  const unknown = extensions.filter(({ oid, isCritical }) => isCritical && !(oid in READERS));
  for (const { oid, value } of extensions) {
    Object.assign(result, READERS[oid]?.(value));
  }
  return { ...result, unknownCriticalExtensions: unknown.map(({ oid }) => oid) };
}

/** At most 20 octets (RFC 5280 §5.2.3), and one for the sign; never negative. */
function readNumber(value: Uint8Array): bigint {
  const content = readInteger(readDer(value, TAG.integer));
  if (content.length > 21 || (content[0] ?? 0) >= 0x80) {
    throw malformed('the number of a revocation list is negative or too long');
  }
  return BigInt(`0x${Buffer.from(content).toString('hex')}`);
}

function readKeyId(value: Uint8Array): string | null {
  const keyId = readChildren(readDer(value, TAG.sequence)).find(({ tag }) => tag === 0x80);
  return keyId === undefined ? null : Buffer.from(keyId.content).toString('hex');
}

const ONLY_CONTAINS = { 0x81: 'userCerts', 0x82: 'caCerts', 0x85: 'attributeCerts' } as const;

function readScope(value: Uint8Array): CrlScope {
  const members = readChildren(readDer(value, TAG.sequence));
  const form = members.map(({ tag }) => tag.toString(16)).join();
  if (form === '' || !/^(?:a0,?)?(?:81,?)?(?:82,?)?(?:83,?)?(?:84,?)?(?:85)?$/.test(form)) {
    throw malformed('the scope of a revocation list is empty or has members to spare');
  }
  const member = (tag: number): DerElement | undefined => members.find((one) => one.tag === tag);
  const isSet = (tag: number): boolean => {
    const flag = member(tag);
    return flag !== undefined && readBoolean({ ...flag, tag: TAG.boolean });
  };
  const only = ([0x81, 0x82, 0x85] as const).filter(isSet);
  if (only.length > 1) {
    throw malformed('a revocation list contains only certificates of two kinds');
  }
  const [name, reasons] = [member(0xa0), member(0x83)];
  return {
    name: name === undefined ? null : readDistributionPointName(name),
    onlyContains: only[0] === undefined ? null : ONLY_CONTAINS[only[0]],
    onlySomeReasons: reasons === undefined ? null : readReasons(reasons),
    isIndirect: isSet(0x84),
    key: Buffer.from(value).toString('hex'),
  };
}
