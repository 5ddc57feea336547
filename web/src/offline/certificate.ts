/** X.509 certificates, as far as verifying without network needs them (RFC 5280 §4). */
import { areEqual, decodeBase64, sha256, toHex, type Bytes } from './bytes.ts';
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
  type DerElement,
} from './der.ts';
import { readDistinguishedName, type DistinguishedName } from './distinguishedName.ts';
import { readExtensions, type CertificateExtensions } from './extensions.ts';
import { fromDerSignature, readPublicKey, type KeyAlgorithm, type PublicKey } from './publicKey.ts';

/** What is signed as a certificate is: a certificate, or a revocation list. */
export interface SignedObject {
  /** The signed bytes. */
  readonly tbs: Bytes;
  /** r‖s; null: no signature value of that kind. */
  readonly signature: Bytes | null;
  /** By which kind of key it says to be signed. */
  readonly signatureAlgorithm: KeyAlgorithm;
}

export interface Certificate extends SignedObject, CertificateExtensions {
  readonly der: Bytes;
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Lower-case hex of the content octets. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: PublicKey;
}

const SIGNATURE_ALGORITHMS: Readonly<Partial<Record<string, KeyAlgorithm>>> = {
  '1.2.840.10045.4.3.2': 'ES256', // ecdsa-with-SHA256, RFC 5758 §3.2
  '1.2.156.10197.1.501': 'SM2', // SM2 with SM3, GM/T 0006
};
const MAX_CERTIFICATE_BYTES = 65_536;
const MAX_CERTIFICATES = 1000;
const MAX_SERIAL_BYTES = 21;

/**
 * Reads a certificate: strict DER of X.509 v3, at most 64 kB, nothing behind it.
 *
 * @param der - attacker-controlled.
 * @throws MalformedError `CERTIFICATE_MALFORMED`.
 */
export async function parseCertificate(der: Bytes): Promise<Certificate> {
  if (der.length > MAX_CERTIFICATE_BYTES) throw malformed('a certificate is too long');
  const members = readChildren(readDer(der, TAG.sequence));
  const [tbs, algorithm, signature] = members;
  if (members.length !== 3 || tbs === undefined || algorithm === undefined) {
    throw malformed('a certificate is not a sequence of three');
  }
  return {
    der,
    fingerprint: toHex(await sha256(der)),
    ...readSignature(tbs, algorithm, signature),
    ...readTbsCertificate(expectTag(tbs, TAG.sequence), algorithm),
  };
}

/** Reads every CERTIFICATE block of a PEM text (RFC 7468). @throws MalformedError `CERTIFICATE_MALFORMED`. */
export async function parseCertificates(pem: string): Promise<readonly Certificate[]> {
  const blocks = pem.split('-----BEGIN CERTIFICATE-----').slice(1);
  if (blocks.length > MAX_CERTIFICATES) throw malformed('there are too many certificates');
  const ders = blocks.map((block) => {
    const end = block.indexOf('-----END CERTIFICATE-----');
    const der = decodeBase64(block.slice(0, Math.max(end, 0)).replace(/\s+/g, ''));
    if (der === null) throw malformed('a CERTIFICATE block is not base64');
    return der;
  });
  return await Promise.all(ders.map(parseCertificate));
}

/** The three parts of whatever is signed. */
export function readSignature(
  tbs: DerElement,
  algorithm: DerElement,
  signature: DerElement | undefined,
): SignedObject {
  const { content } = expectTag(signature, TAG.bitString);
  return {
    tbs: tbs.bytes,
    signature: content[0] === 0 ? fromDerSignature(content.subarray(1)) : null,
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
  };
}

function readSignatureAlgorithm(element: DerElement): KeyAlgorithm {
  const [oid, parameters, ...rest] = readChildren(expectTag(element, TAG.sequence));
  const isPlain =
    parameters === undefined || (parameters.tag === TAG.null && parameters.content.length === 0);
  const name = SIGNATURE_ALGORITHMS[readOid(oid)];
  return name === undefined || !isPlain || rest.length > 0 ? 'other' : name;
}

type TbsCertificate = Omit<Certificate, 'der' | 'fingerprint' | keyof SignedObject>;

/** RFC 5280 §4.1.2, member by member. */
function readTbsCertificate(tbs: DerElement, outerAlgorithm: DerElement): TbsCertificate {
  const [version, serial, algorithm, issuer, validity, subject, spki, ...optional] =
    readChildren(tbs);
  if (readSmallInteger(readDer(expectTag(version, 0xa0).content, TAG.integer)) !== 2) {
    throw malformed('a certificate is not of version 3');
  }
  if (!areEqual(expectTag(algorithm, TAG.sequence).bytes, outerAlgorithm.bytes)) {
    throw malformed('a certificate names two signature algorithms'); // RFC 5280 §4.1.1.2
  }
  const issuerElement = expectTag(issuer, TAG.sequence);
  const serialNumber = readInteger(serial);
  if (issuerElement.content.length === 0 || serialNumber.length > MAX_SERIAL_BYTES) {
    throw malformed('a certificate has no issuer name, or too long a serial number');
  }
  const [notBefore, notAfter, ...rest] = readChildren(expectTag(validity, TAG.sequence));
  if (rest.length > 0) throw malformed('a validity has members to spare');
  return {
    serialNumber: toHex(serialNumber),
    issuer: readDistinguishedName(issuerElement),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    subject: readDistinguishedName(expectTag(subject, TAG.sequence)),
    key: readPublicKey(expectTag(spki, TAG.sequence).bytes),
    ...readOptionalMembers(optional),
  };
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
    extensions === undefined ? [] : readChildren(readDer(extensions.content, TAG.sequence)),
  );
}
