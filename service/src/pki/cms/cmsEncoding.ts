/** CMS SignedData as our own PDF signatures carry it (RFC 5652 §5): one signer, ES256, detached, DER throughout. */
import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { TAG } from '../der.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeSmallInteger,
} from '../derEncoding.ts';
import { OID } from './cmsOids.ts';

const SHA256 = encodeSequence(encodeOid(OID.sha256)); // RFC 5754 §2: parameters absent
const ECDSA_WITH_SHA256 = encodeSequence(encodeOid(OID.ecdsaWithSha256));
const DATA = encodeOid(OID.data);
const SIGNED_DATA = encodeOid(OID.signedData);
const VERSION_1 = encodeSmallInteger(1);
const CONTENT_TYPE = attribute(OID.contentType, DATA);

/**
 * Encodes the signed attributes: content type, message digest, signing certificate (RFC 5035 §3).
 *
 * @param contentDigest - SHA-256 of what is signed.
 * @param leaf - DER of the signer's certificate.
 * @returns SET OF Attribute in DER: the very bytes that are signed (RFC 5652 §5.4).
 */
export function encodeSignedAttributes(contentDigest: Uint8Array, leaf: Uint8Array): Uint8Array {
  const leafDigest = createHash('sha256').update(leaf).digest();
  // ESSCertIDv2 with its default SHA-256; issuerSerial left out
  const signingCertificate = encodeSequence(
    encodeSequence(encodeSequence(encodeOctets(leafDigest))),
  );
  return encodeSetOf(
    CONTENT_TYPE,
    attribute(OID.messageDigest, encodeOctets(contentDigest)),
    attribute(OID.signingCertificateV2, signingCertificate),
  );
}

export interface CmsParts {
  readonly leaf: Certificate;
  /** DER, leaf among them, in any order. */
  readonly certificates: readonly Uint8Array[];
  /** What {@link encodeSignedAttributes} gave. */
  readonly signedAttributes: Uint8Array;
  /** DER of r and s. */
  readonly signatureValue: Uint8Array;
  /** RFC 3161 token over the signature value, or null. */
  readonly timeStampToken: Uint8Array | null;
}

/** Encodes ContentInfo with SignedData. The same parts give the same bytes. */
export function encodeCms(parts: CmsParts): Uint8Array {
  const signerInfo = encodeSequence(
    VERSION_1,
    encodeSequence(parts.leaf.issuerDer, encodeSerialNumber(parts.leaf)),
    SHA256,
    retag(0xa0, parts.signedAttributes),
    ECDSA_WITH_SHA256,
    encodeOctets(parts.signatureValue),
    ...(parts.timeStampToken === null ? [] : [encodeUnsignedAttributes(parts.timeStampToken)]),
  );
  const signedData = encodeSequence(
    VERSION_1,
    encodeSetOf(SHA256),
    encodeSequence(DATA),
    retag(0xa0, encodeSetOf(...parts.certificates)),
    encodeSetOf(signerInfo),
  );
  return encodeSequence(SIGNED_DATA, encodeExplicit(0, signedData));
}

function encodeUnsignedAttributes(timeStampToken: Uint8Array): Uint8Array {
  return encodeExplicit(1, attribute(OID.signatureTimeStampToken, timeStampToken));
}

function encodeSerialNumber(certificate: Certificate): Uint8Array {
  return encodeDer(TAG.integer, Buffer.from(certificate.serialNumber, 'hex'));
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return encodeSequence(encodeOid(oid), encodeSetOf(value));
}

/** IMPLICIT tagging: another identifier octet over the same content (X.690 §8.14). */
function retag(tag: number, element: Uint8Array): Uint8Array {
  const retagged = element.slice();
  retagged[0] = tag;
  return retagged;
}
