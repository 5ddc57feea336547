/** X.509 certificates as this service reads them (RFC 5280 §4; SM2: GB/T 20518). */
import { createHash } from 'node:crypto';

import { createBoundedCache } from '../keys/boundedCache.ts';
import { parsePublicKey, type PublicKey } from '../keys/publicKey.ts';
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readInteger,
  readOctetAlignedBits,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
  type DerElement,
} from './der.ts';
import { readDistinguishedName, type DistinguishedName } from './distinguishedName.ts';
import { readExtensions, type CertificateExtensions } from './extensions.ts';

/** OIDs of the signature algorithms we verify. `other` stands for the rest, SHA-1 and MD5 among them. */
const SIGNATURE_ALGORITHMS = {
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256', // RFC 5758 §3.2
  '1.2.156.10197.1.501': 'SM2-with-SM3', // GM/T 0006
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption', // RFC 4055 §5
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
} as const;
const KEY_ALGORITHM = {
  ec: '1.2.840.10045.2.1', // id-ecPublicKey
  rsa: '1.2.840.113549.1.1.1', // rsaEncryption
} as const;
const OUR_CURVES: readonly string[] = ['1.2.840.10045.3.1.7', '1.2.156.10197.1.301']; // prime256v1, sm2p256v1

/** By what a certificate is signed; `other` is not verified. */
export type CertificateSignatureAlgorithm =
  (typeof SIGNATURE_ALGORITHMS)[keyof typeof SIGNATURE_ALGORITHMS] | 'other';

/** Read once, shared by all who ask for the same bytes: treat as frozen. */
export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hex; also the `keyId` of the certified key. */
  readonly fingerprint: string;
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  /** Content of signatureValue; for ECDSA and SM2 a DER SEQUENCE of r and s. Empty if it is not whole octets. */
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: CertificateSignatureAlgorithm;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  /** Lower-case hex of the content octets, two characters a byte. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
}

const MAX_CERTIFICATE_BYTES = 65_536;
const MAX_CERTIFICATES = 1000;
const MAX_SERIAL_BYTES = 21; // RFC 5280 §4.1.2.2: 20, and a sign octet that some CAs count extra

const certificates = createBoundedCache<Certificate>(4096);

/**
 * Reads a certificate; attacker-controlled. Strict DER of X.509 v3, at most 64 kB, nothing behind it.
 * The same bytes give the same object.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) {
    throw malformed(`a certificate has ${der.length} bytes, more than ${MAX_CERTIFICATE_BYTES}`);
  }
  const fingerprint = createHash('sha256').update(der).digest('hex');
  const known = certificates.get(fingerprint);
  if (known !== undefined) {
    return known;
  }
  const certificate = readCertificate(der.slice(), fingerprint);
  certificates.set(fingerprint, certificate);
  return certificate;
}

/**
 * Reads every CERTIFICATE block of a PEM text (RFC 7468), at most 1,000; text around the blocks is ignored.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function parseCertificates(pem: string): Certificate[] {
  const blocks = pem.split('-----BEGIN CERTIFICATE-----').slice(1);
  if (blocks.length > MAX_CERTIFICATES) {
    throw malformed(`a PEM text has more than ${MAX_CERTIFICATES} certificates`);
  }
  return blocks.map((block) => {
    const end = block.indexOf('-----END CERTIFICATE-----');
    const base64 = block.slice(0, Math.max(end, 0)).replace(/\s+/g, '');
    if (end === -1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      throw malformed('a CERTIFICATE block of a PEM text is not closed or not base64');
    }
    return parseCertificate(Buffer.from(base64, 'base64'));
  });
}

/**
 * @param objects - DER.
 * @returns blocks of that label one after another (RFC 7468 §2), lines ended by `\n`.
 */
export function toPem(
  objects: readonly Uint8Array[],
  label: 'CERTIFICATE' | 'X509 CRL' = 'CERTIFICATE',
): string {
  return objects
    .map((der) => {
      const lines = Buffer.from(der)
        .toString('base64')
        .replace(/.{64}(?=.)/g, '$&\n');
      return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
    })
    .join('');
}

function readCertificate(der: Uint8Array, fingerprint: string): Certificate {
  const members = readChildren(readDer(der, TAG.sequence));
  const [tbs, algorithm, signature] = members;
  if (members.length !== 3 || tbs === undefined || algorithm === undefined) {
    throw malformed('a certificate is not a sequence of three');
  }
  return {
    der,
    fingerprint,
    tbs: tbs.bytes,
    signature: readSignatureValue(signature),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    ...readTbsCertificate(expectTag(tbs, TAG.sequence), algorithm),
  };
}

type TbsCertificate = Omit<
  Certificate,
  'der' | 'fingerprint' | 'tbs' | 'signature' | 'signatureAlgorithm'
>;

/** RFC 5280 §4.1.2, member by member. */
function readTbsCertificate(tbs: DerElement, outerAlgorithm: DerElement): TbsCertificate {
  const [version, serial, algorithm, issuer, validity, subject, spki, ...optional] =
    readChildren(tbs);
  if (readSmallInteger(readDer(expectTag(version, 0xa0).content, TAG.integer)) !== 2) {
    throw malformed('a certificate is not of version 3');
  }
  if (Buffer.compare(expectTag(algorithm, TAG.sequence).bytes, outerAlgorithm.bytes) !== 0) {
    throw malformed('a certificate names two signature algorithms'); // RFC 5280 §4.1.1.2
  }
  const issuerElement = expectTag(issuer, TAG.sequence);
  const subjectElement = expectTag(subject, TAG.sequence);
  if (issuerElement.content.length === 0) {
    throw malformed('a certificate has no issuer name'); // RFC 5280 §4.1.2.4
  }
  return {
    serialNumber: readSerialNumber(serial),
    issuer: readDistinguishedName(issuerElement),
    issuerDer: issuerElement.bytes,
    ...readValidity(expectTag(validity, TAG.sequence)),
    subject: readDistinguishedName(subjectElement),
    subjectDer: subjectElement.bytes,
    publicKey: readPublicKey(expectTag(spki, TAG.sequence)),
    ...readOptionalMembers(optional),
  };
}

function readSerialNumber(element: DerElement | undefined): string {
  const serial = readInteger(element);
  if (serial.length > MAX_SERIAL_BYTES) {
    throw malformed('a serial number is too long');
  }
  return Buffer.from(serial).toString('hex');
}

function readValidity(element: DerElement): Pick<Certificate, 'notBefore' | 'notAfter'> {
  const [notBefore, notAfter, ...rest] = readChildren(element);
  if (rest.length > 0) {
    throw malformed('a validity has members to spare');
  }
  return { notBefore: readTime(notBefore), notAfter: readTime(notAfter) };
}

/** issuerUniqueID [1] and subjectUniqueID [2], which nobody uses, then extensions [3]. */
function readOptionalMembers(members: readonly DerElement[]): CertificateExtensions {
  const tags = members.map(({ tag }) => tag);
  const isOrdered = tags.every((tag, index) => tag > (tags[index - 1] ?? 0));
  if (!isOrdered || tags.some((tag) => tag !== 0x81 && tag !== 0x82 && tag !== 0xa3)) {
    throw malformed('a certificate has members to spare');
  }
  const extensions = members.find(({ tag }) => tag === 0xa3);
  return readExtensions(
    extensions === undefined
      ? { tag: TAG.sequence, content: new Uint8Array(), bytes: new Uint8Array() }
      : readDer(extensions.content, TAG.sequence),
  );
}

/** Bits that are not whole octets are no signature of any kind: left empty, so that nothing verifies. */
export function readSignatureValue(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.bitString);
  return content[0] === 0 ? content.subarray(1) : new Uint8Array();
}

/** Reads an AlgorithmIdentifier; `other` for algorithms, and parameters, that are not verified here. */
export function readSignatureAlgorithm(element: DerElement): CertificateSignatureAlgorithm {
  const [oid, parameters, ...rest] = readChildren(expectTag(element, TAG.sequence));
  const name = SIGNATURE_ALGORITHMS[readOid(oid) as keyof typeof SIGNATURE_ALGORITHMS] as
    CertificateSignatureAlgorithm | undefined; // the OID is foreign: the table may not have it
  const isPlain =
    parameters === undefined || (parameters.tag === TAG.null && parameters.content.length === 0);
  return name === undefined || !isPlain || rest.length > 0 ? 'other' : name;
}

function readPublicKey(element: DerElement): PublicKey {
  const ours = parsePublicKey(element.bytes);
  if (ours !== null) {
    return ours;
  }
  const [algorithm, key] = readChildren(element);
  const [oid, parameters] = readChildren(expectTag(algorithm, TAG.sequence));
  readOctetAlignedBits(key);
  const name = readOid(oid);
  if (
    name === KEY_ALGORITHM.ec &&
    parameters?.tag === TAG.oid &&
    OUR_CURVES.includes(readOid(parameters))
  ) {
    throw malformed('a public key is not an uncompressed point on its curve');
  }
  const isRsa = name === KEY_ALGORITHM.rsa;
  return { algorithm: isRsa ? 'RSA' : 'other', point: new Uint8Array(), spki: element.bytes };
}
