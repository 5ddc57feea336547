/** CMS SignedData as our own PDF signatures carry it (RFC 5652 §5): one signer, SHA-256, detached, DER throughout. */
import { createHash, createPublicKey } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { toDerSignature } from '../../keys/signatureValue.ts';
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
  retag,
} from '../derEncoding.ts';
import { OID } from './cmsOids.ts';

const SHA256 = encodeSequence(encodeOid(OID.sha256)); // RFC 5754 §2: parameters absent
const ECDSA_WITH_SHA256 = encodeSequence(encodeOid(OID.ecdsaWithSha256));
const RSA_WITH_SHA256 = encodeSequence(encodeOid(OID.sha256WithRsa), encodeDer(TAG.null)); // RFC 5754 §3.2
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
  /** What {@link encodeSignatureValue} gave. */
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
    isRsa(parts.leaf) ? RSA_WITH_SHA256 : ECDSA_WITH_SHA256,
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

/** ECDSA on P-256: two integers of at most 33 bytes (RFC 3279 §2.2.3). */
const MAX_ECDSA_BYTES = 72;

/** @returns bytes that a signature value by this certificate's key can have. */
export function maxSignatureValueBytes(leaf: Certificate): number {
  if (!isRsa(leaf)) return MAX_ECDSA_BYTES;
  const key = createPublicKey({
    key: Buffer.from(leaf.publicKey.spki),
    format: 'der',
    type: 'spki',
  });
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

/**
 * Encodes a signature value as CMS has it: what a time-stamp is made over.
 *
 * @param signature - as the signer gives it: r‖s for P-256, the number's bytes for RSA.
 * @throws ServiceError `INTERNAL` if its length is not that of the key.
 */
export function encodeSignatureValue(leaf: Certificate, signature: Uint8Array): Uint8Array {
  if (!isRsa(leaf)) return toDerSignature(signature);
  if (signature.length !== maxSignatureValueBytes(leaf)) {
    throw new ServiceError('INTERNAL', `an RSA signature value has ${signature.length} bytes`);
  }
  return signature;
}

function isRsa({ publicKey }: Certificate): boolean {
  return publicKey.algorithm === 'RSA';
}

function encodeUnsignedAttributes(timeStampToken: Uint8Array): Uint8Array {
  return encodeExplicit(1, attribute(OID.signatureTimeStampToken, timeStampToken));
}

function encodeSerialNumber(certificate: Certificate): Uint8Array {
  return encodeDer(TAG.integer, Buffer.from(certificate.serialNumber, 'hex'));
}

/** Attribute with one value (RFC 5652 §5.3). @param value - DER. */
export function attribute(oid: string, value: Uint8Array): Uint8Array {
  return encodeSequence(encodeOid(oid), encodeSetOf(value));
}
