/** Issuing certificates by profile. */
import { randomBytes } from 'node:crypto';

import { ServiceError } from '../errors.ts';
import { parsePublicKey, type PublicKey } from '../keys/publicKey.ts';
import type { KeyPurpose, SignatureAlgorithm, Signer } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import {
  computeKeyId,
  encodeAuthorityInfoAccess,
  encodeAuthorityKeyId,
  encodeBasicConstraints,
  encodeCrlDistributionPoint,
  encodeSigned,
  encodeExtendedKeyUsage,
  encodeKeyUsage,
  encodeSubjectKeyId,
  encodeTbsCertificate,
} from './certificateEncoding.ts';
import { encodeSubject, type SubjectName } from './distinguishedName.ts';
import { addYears, CERTIFICATE_PROFILES } from './profiles.ts';

/** What to certify, and for what. */
export interface CertificateRequest {
  readonly purpose: KeyPurpose;
  readonly subject: SubjectName;
  /** DER SubjectPublicKeyInfo of a P-256 or SM2 key. */
  readonly spki: Uint8Array;
  readonly notBefore: Date;
  /** The profile's length if not given. */
  readonly notAfter?: Date;
  /** Where the issuer says what it revoked; absent: the certificate does not name it. */
  readonly statusUrls?: StatusUrls;
}

/** Where a CA says what it revoked; http or https, ASCII. */
export interface StatusUrls {
  /** Of a CA's list. @param keyId - its key identifier, lower-case hex. */
  crl(keyId: string): string;
  readonly ocsp: string;
}

/** Signs a root's own certificate: `KeyStore.signRequest` bound to the root's key. */
export type RequestSigner = (bytes: Uint8Array) => Promise<Uint8Array>;

const SERIAL_BYTES = 16; // CA/Browser Forum asks for 64 random bits; 127 here

/**
 * Issues a root certificate, signed by its own key.
 *
 * @returns DER.
 * @throws ServiceError `KEY_UNFIT` if the key is neither P-256 nor SM2.
 */
export async function issueRootCertificate(
  request: Omit<CertificateRequest, 'purpose'>,
  sign: RequestSigner,
): Promise<Uint8Array> {
  const publicKey = readRequestedKey(request.spki);
  const { algorithm } = publicKey;
  const issuer = {
    subjectDer: encodeSubject(request.subject),
    keyId: computeKeyId(publicKey.point),
  };
  const tbs = encodeTbs({ ...request, purpose: 'rootCa' }, publicKey, { ...issuer, algorithm });
  return encodeSigned(tbs, algorithm, await sign(tbs));
}

/**
 * Issues an intermediate or end-entity certificate.
 *
 * @param issuer - a signer for `rootCa` or `intermediateCa`.
 * @returns DER.
 * @throws ServiceError `KEY_UNFIT` if the issuer is no CA or may not issue this, the certificate would outlive it
 *   (RFC 5280 does not ask for that; later validation does), or the key is neither P-256 nor SM2.
 */
export async function issueCertificate(
  request: CertificateRequest,
  issuer: Signer,
): Promise<Uint8Array> {
  const issuerCertificate = readIssuer(issuer, request);
  const publicKey = readRequestedKey(request.spki);
  const tbs = encodeTbs(request, publicKey, {
    subjectDer: issuerCertificate.subjectDer,
    keyId: Buffer.from(issuerCertificate.subjectKeyId ?? '', 'hex'),
    algorithm: issuer.algorithm,
  });
  return encodeSigned(tbs, issuer.algorithm, await issuer.sign(tbs));
}

interface IssuerName {
  readonly subjectDer: Uint8Array;
  readonly keyId: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
}

function encodeTbs(
  request: CertificateRequest,
  publicKey: PublicKey,
  issuer: IssuerName,
): Uint8Array {
  const profile = CERTIFICATE_PROFILES[request.purpose];
  const { extendedKeyUsage, furtherExtendedKeyUsages } = profile;
  const serialNumber = randomBytes(SERIAL_BYTES);
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x7f) | 0x40; // positive, and always of the same length
  return encodeTbsCertificate({
    serialNumber,
    signatureAlgorithm: issuer.algorithm,
    issuer: issuer.subjectDer,
    subject: encodeSubject(request.subject),
    notBefore: request.notBefore,
    notAfter: notAfterOf(request),
    spki: publicKey.spki,
    extensions: [
      encodeBasicConstraints(profile.isCa, profile.pathLength),
      encodeKeyUsage(profile.keyUsage),
      ...(extendedKeyUsage === null
        ? []
        : [
            encodeExtendedKeyUsage(
              [extendedKeyUsage, ...furtherExtendedKeyUsages],
              profile.isExtendedKeyUsageCritical,
            ),
          ]),
      encodeSubjectKeyId(computeKeyId(publicKey.point)),
      encodeAuthorityKeyId(issuer.keyId),
      ...encodeStatusUrls(request, issuer.keyId),
    ],
  });
}

function encodeStatusUrls(
  { purpose, statusUrls }: CertificateRequest,
  issuerKeyId: Uint8Array,
): readonly Uint8Array[] {
  if (statusUrls === undefined || purpose === 'rootCa') return [];
  const list = encodeCrlDistributionPoint(statusUrls.crl(Buffer.from(issuerKeyId).toString('hex')));
  if (purpose === 'personalSigner') return [list]; // never registered, so the responder would not know them
  return [list, encodeAuthorityInfoAccess(statusUrls.ocsp)];
}

function notAfterOf(request: CertificateRequest): Date {
  return (
    request.notAfter ??
    addYears(request.notBefore, CERTIFICATE_PROFILES[request.purpose].validityYears)
  );
}

function readIssuer(issuer: Signer, request: CertificateRequest): Certificate {
  const [leaf] = issuer.certificationPath;
  if (leaf === undefined) {
    throw new ServiceError('KEY_UNFIT', 'the issuing key has no certificate');
  }
  const certificate = parseCertificate(leaf);
  const isSubordinate =
    request.purpose !== 'rootCa' &&
    (request.purpose === 'intermediateCa') === (certificate.pathLength !== 0);
  if (!certificate.isCa || !isSubordinate) {
    throw new ServiceError(
      'KEY_UNFIT',
      `certificate ${certificate.fingerprint} may not issue for ${request.purpose}`,
    );
  }
  if (request.notBefore < certificate.notBefore || notAfterOf(request) > certificate.notAfter) {
    throw new ServiceError(
      'KEY_UNFIT',
      `a certificate for ${request.purpose} would outlive its issuer's`,
    );
  }
  return certificate;
}

function readRequestedKey(
  spki: Uint8Array,
): PublicKey & { readonly algorithm: SignatureAlgorithm } {
  const publicKey = parsePublicKey(spki);
  if (publicKey === null || (publicKey.algorithm !== 'ES256' && publicKey.algorithm !== 'SM2')) {
    throw new ServiceError('KEY_UNFIT', 'the key to certify is neither P-256 nor SM2');
  }
  return { ...publicKey, algorithm: publicKey.algorithm };
}
