/** The bytes of a certificate (RFC 5280 §4.1). */
import { createHash } from 'node:crypto';

import { toDerSignature } from '../keys/signatureValue.ts';
import type { SignatureAlgorithm } from '../keys/signer.ts';
import {
  encodeBits,
  encodeBoolean,
  encodeDer,
  encodeExplicit,
  encodeNamedBits,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeSmallInteger,
  encodeTime,
  encodeUnsigned,
} from './derEncoding.ts';
import { EXTENSION, KEY_USAGES, type KeyUsage } from './extensions.ts';

/** AlgorithmIdentifier without parameters: RFC 5758 §3.2 for ecdsa-with-SHA256; SM2-with-SM3 likewise. */
export const SIGNATURE_ALGORITHM_IDENTIFIERS: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  ES256: encodeSequence(encodeOid('1.2.840.10045.4.3.2')),
  SM2: encodeSequence(encodeOid('1.2.156.10197.1.501')),
};

/** What a certificate says, before it is signed. */
export interface TbsCertificateContent {
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** DER names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  /** DER Extensions, in order. */
  readonly extensions: readonly Uint8Array[];
}

/** @returns DER TBSCertificate of version 3. */
export function encodeTbsCertificate(content: TbsCertificateContent): Uint8Array {
  return encodeSequence(
    encodeExplicit(0, encodeSmallInteger(2)),
    encodeUnsigned(content.serialNumber),
    SIGNATURE_ALGORITHM_IDENTIFIERS[content.signatureAlgorithm],
    content.issuer,
    encodeSequence(encodeTime(content.notBefore), encodeTime(content.notAfter)),
    content.subject,
    content.spki,
    encodeExplicit(3, encodeSequence(...content.extensions)),
  );
}

/** @param signature - r‖s, 64 bytes, over `tbs`. @returns DER Certificate, CertificateList or BasicOCSPResponse. */
export function encodeSigned(
  tbs: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array {
  return encodeSequence(
    tbs,
    SIGNATURE_ALGORITHM_IDENTIFIERS[algorithm],
    encodeBits(toDerSignature(signature)),
  );
}

/** @param value - DER of the extension's own type. */
export function encodeExtension(oid: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  const flag = isCritical ? [encodeBoolean(true)] : []; // DEFAULT FALSE is not written (X.690 §11.5)
  return encodeSequence(encodeOid(oid), ...flag, encodeOctets(value));
}

/** Critical (RFC 5280 §4.2.1.9). @param pathLength - of a CA; `null`: unlimited. */
export function encodeBasicConstraints(isCa: boolean, pathLength: number | null): Uint8Array {
  const flag = isCa ? [encodeBoolean(true)] : [];
  const limit = pathLength === null ? [] : [encodeSmallInteger(pathLength)];
  return encodeExtension(EXTENSION.basicConstraints, true, encodeSequence(...flag, ...limit));
}

/** Critical (RFC 5280 §4.2.1.3). */
export function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  const bits = usages.map((usage) => KEY_USAGES.indexOf(usage));
  return encodeExtension(EXTENSION.keyUsage, true, encodeNamedBits(bits));
}

/** RFC 5280 §4.2.1.12. @param oids - dotted form. */
export function encodeExtendedKeyUsage(oids: readonly string[], isCritical: boolean): Uint8Array {
  return encodeExtension(
    EXTENSION.extendedKeyUsage,
    isCritical,
    encodeSequence(...oids.map(encodeOid)),
  );
}

/** RFC 5280 §4.2.1.2. */
export function encodeSubjectKeyId(keyId: Uint8Array): Uint8Array {
  return encodeExtension(EXTENSION.subjectKeyIdentifier, false, encodeOctets(keyId));
}

/** RFC 5280 §4.2.1.1, key identifier only. */
export function encodeAuthorityKeyId(keyId: Uint8Array): Uint8Array {
  return encodeExtension(
    EXTENSION.authorityKeyIdentifier,
    false,
    encodeSequence(encodeDer(0x80, keyId)),
  );
}

/** Where the CA publishes its list (RFC 5280 §4.2.1.13). @param url - ASCII. */
export function encodeCrlDistributionPoint(url: string): Uint8Array {
  const fullName = encodeExplicit(0, encodeExplicit(0, encodeUri(url)));
  return encodeExtension(
    EXTENSION.crlDistributionPoints,
    false,
    encodeSequence(encodeSequence(fullName)),
  );
}

/** Where the CA answers about a certificate (RFC 5280 §4.2.2.1). @param ocspUrl - ASCII. */
export function encodeAuthorityInfoAccess(ocspUrl: string): Uint8Array {
  return encodeExtension(
    EXTENSION.authorityInfoAccess,
    false,
    encodeSequence(encodeSequence(encodeOid(OCSP_ACCESS), encodeUri(ocspUrl))),
  );
}

const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1'; // id-ad-ocsp

function encodeUri(url: string): Uint8Array {
  return encodeDer(0x86, Buffer.from(url, 'latin1')); // uniformResourceIdentifier of GeneralName
}

/** Key identifier of a public key: the first 160 bits of SHA-256 over the point (RFC 7093 §2, method 1). */
export function computeKeyId(point: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(point).digest().subarray(0, 20));
}
