/** X.509 certificates as this service reads them (RFC 5280 §4; SM2: GB/T 20518). */
import { ServiceError } from '../errors.ts';
import type { PublicKey } from '../keys/publicKey.ts';

export interface DistinguishedName {
  /** RFC 4514 form, most specific first, for people. */
  readonly text: string;
  readonly commonName: string | null;
  readonly organisation: string | null;
  /** Unified social credit code, from organizationIdentifier (2.5.4.97) or serialNumber (2.5.4.5). */
  readonly creditCode: string | null;
}

export type CertificateSignatureAlgorithm =
  | 'ecdsa-with-SHA256'
  | 'SM2-with-SM3'
  | 'sha256WithRSAEncryption'
  | 'sha384WithRSAEncryption'
  | 'sha512WithRSAEncryption'
  | 'other';

/** RFC 5280 §4.2.1.3. */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

/** Read once, shared by all who ask for the same bytes: treat as frozen. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hex; also the `keyId` of the certified key. */
  readonly fingerprint: string;
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  /** Content of signatureValue; for ECDSA and SM2 a DER SEQUENCE of r and s. */
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
  readonly isCa: boolean;
  /** pathLenConstraint; `null`: none. */
  readonly pathLength: number | null;
  /** `null`: no keyUsage extension. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  /** OIDs in dotted form; `null`: no extendedKeyUsage extension. */
  readonly extendedKeyUsages: readonly string[] | null;
  /** Lower-case hex. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** OIDs of extensions marked critical that this service does not enforce. */
  readonly unknownCriticalExtensions: readonly string[];
}

/**
 * Reads a certificate; attacker-controlled. Strict DER of X.509 v3, at most 64 kB, nothing behind it.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  throw new ServiceError('CERTIFICATE_MALFORMED', `not read: ${der.length}`);
}

/**
 * Reads every CERTIFICATE block of a PEM text (RFC 7468), at most 1,000; text around the blocks is ignored.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function parseCertificates(pem: string): Certificate[] {
  throw new ServiceError('CERTIFICATE_MALFORMED', `not read: ${pem.length}`);
}

/** @param certificates - DER. @returns CERTIFICATE blocks one after another, each line ended by `\n`. */
export function toPem(certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => Buffer.from(der).toString('base64')).join('\n');
}
