/** CertID: how OCSP names a certificate (RFC 6960 §4.1.1); attacker-controlled where it was received. */
import { createHash } from 'node:crypto';

import type { Certificate } from '../certificate.ts';
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readInteger,
  readOctetAlignedBits,
  readOid,
  TAG,
  type DerElement,
} from '../der.ts';
import { encodeDer, encodeOctets, encodeOid, encodeSequence } from '../derEncoding.ts';

const HASHES = {
  '1.3.14.3.2.26': 'sha1', // RFC 6960 names issuers by SHA-1 in its default profile; nothing rests on it
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '1.2.156.10197.1.401': 'sm3',
} as const;

/** Names a certificate by its issuer and its serial number. */
export interface OcspCertificateId {
  /** Dotted form. */
  readonly hashOid: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Lower-case hex of the content octets, as {@link Certificate.serialNumber}. */
  readonly serialNumber: string;
  /** As it stood; an answer repeats it. */
  readonly der: Uint8Array;
}

/** @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function readOcspCertificateId(element: DerElement | undefined): OcspCertificateId {
  const whole = expectTag(element, TAG.sequence);
  const [algorithm, nameHash, keyHash, serial, ...rest] = readChildren(whole);
  const [oid] = readChildren(expectTag(algorithm, TAG.sequence));
  if (rest.length > 0) {
    throw malformed('a CertID has members to spare');
  }
  return {
    hashOid: readOid(oid),
    issuerNameHash: expectTag(nameHash, TAG.octetString).content,
    issuerKeyHash: expectTag(keyHash, TAG.octetString).content,
    serialNumber: Buffer.from(readInteger(serial)).toString('hex'),
    der: whole.bytes,
  };
}

/** By SHA-1, which every responder knows. */
export function encodeOcspCertificateId(
  { serialNumber }: Pick<Certificate, 'serialNumber'>,
  issuer: Certificate,
): Uint8Array {
  return encodeSequence(
    encodeSequence(encodeOid('1.3.14.3.2.26'), encodeDer(TAG.null)),
    encodeOctets(digest('sha1', issuer.subjectDer)),
    encodeOctets(computeKeyHash(issuer)),
    encodeDer(TAG.integer, Buffer.from(serialNumber, 'hex')),
  );
}

/** @returns false also for a hash that is not known here. */
export function isIssuedBy(id: OcspCertificateId, issuer: Certificate): boolean {
  const hash = HASHES[id.hashOid as keyof typeof HASHES] as string | undefined; // the OID is foreign
  return (
    hash !== undefined &&
    digest(hash, issuer.subjectDer).equals(id.issuerNameHash) &&
    digest(hash, keyBits(issuer)).equals(id.issuerKeyHash)
  );
}

/** SHA-1 of a certificate's public key, without tag, length and unused bits (RFC 6960 §4.2.1, KeyHash). */
export function computeKeyHash(certificate: Certificate): Uint8Array {
  return digest('sha1', keyBits(certificate));
}

function keyBits({ publicKey }: Certificate): Uint8Array {
  const [, bits] = readChildren(readDer(publicKey.spki, TAG.sequence));
  return readOctetAlignedBits(bits);
}

function digest(hash: string, bytes: Uint8Array): Buffer {
  return createHash(hash).update(bytes).digest();
}
