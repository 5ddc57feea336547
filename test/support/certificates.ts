/** Certificates, good and bad, made in the run for tests of paths. */
import { generateEs256KeyPair, signEs256 } from '../../service/src/keys/es256.ts';
import type { SignatureAlgorithm } from '../../service/src/keys/signer.ts';
import { generateSm2KeyPair, signSm2 } from '../../service/src/keys/sm2.ts';
import { parseCertificate, type Certificate } from '../../service/src/pki/certificate.ts';
import {
  computeKeyId,
  encodeAuthorityKeyId,
  encodeBasicConstraints,
  encodeSigned,
  encodeKeyUsage,
  encodeSubjectKeyId,
  encodeTbsCertificate,
} from '../../service/src/pki/certificateEncoding.ts';
import { encodeSubject } from '../../service/src/pki/distinguishedName.ts';
import type { KeyUsage } from '../../service/src/pki/extensions.ts';

/** A certificate with its private key. */
export interface Entity {
  readonly certificate: Certificate;
  /** Signs bytes with the entity's key: r‖s. */
  sign(bytes: Uint8Array): Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly spki: Uint8Array;
}

export interface CertificateOverrides {
  readonly name?: string;
  /** DER of a whole name, in place of one with `name`. */
  readonly subject?: Uint8Array;
  readonly algorithm?: SignatureAlgorithm;
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** `null`: no basicConstraints extension. */
  readonly isCa?: boolean | null;
  readonly pathLength?: number | null;
  /** `null`: no keyUsage extension. */
  readonly keyUsage?: readonly KeyUsage[] | null;
  /** Written behind the others; DER Extension. */
  readonly extensions?: readonly Uint8Array[];
  readonly hasKeyIds?: boolean;
  /** The key to certify, for instance to certify it twice. */
  readonly key?: Pick<Entity, 'sign' | 'algorithm' | 'spki'>;
}

let serial = 0;

/** @param issuer - `null` for a self-signed one. */
export function buildCertificate(
  issuer: Entity | null,
  overrides: CertificateOverrides = {},
): Entity {
  const key = overrides.key ?? generateKey(overrides.algorithm ?? 'ES256');
  const signing = issuer ?? key;
  const subject = overrides.subject ?? nameOf(overrides.name ?? 'leaf');
  serial += 1;
  const tbs = encodeTbsCertificate({
    serialNumber: Uint8Array.of(0x40, serial >> 8, serial & 0xff),
    signatureAlgorithm: signing.algorithm,
    issuer: issuer?.certificate.subjectDer ?? subject,
    subject,
    ...periodOf(overrides),
    spki: key.spki,
    extensions: encodeExtensions(key.spki, signing.spki, overrides),
  });
  const der = encodeSigned(tbs, signing.algorithm, signing.sign(tbs));
  return { ...key, certificate: parseCertificate(der) };
}

function periodOf({
  notBefore = '2026-01-01T00:00:00Z',
  notAfter = '2027-01-01T00:00:00Z',
}: CertificateOverrides): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function nameOf(commonName: string): Uint8Array {
  return encodeSubject({ organisation: '试验', creditCode: null, commonName });
}

/** A CA of the given name; further overrides as for {@link buildCertificate}. */
export function buildCa(
  issuer: Entity | null,
  name: string,
  overrides: CertificateOverrides = {},
): Entity {
  return buildCertificate(issuer, {
    name,
    isCa: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
    ...overrides,
  });
}

function encodeExtensions(
  spki: Uint8Array,
  issuerSpki: Uint8Array,
  {
    isCa = false,
    pathLength = null,
    keyUsage = ['digitalSignature'],
    extensions = [],
    hasKeyIds = true,
  }: CertificateOverrides,
): Uint8Array[] {
  const keyIdOf = (key: Uint8Array): Uint8Array => computeKeyId(key.subarray(-65));
  return [
    ...(isCa === null ? [] : [encodeBasicConstraints(isCa, pathLength)]),
    ...(keyUsage === null ? [] : [encodeKeyUsage(keyUsage)]),
    ...(hasKeyIds
      ? [encodeSubjectKeyId(keyIdOf(spki)), encodeAuthorityKeyId(keyIdOf(issuerSpki))]
      : []),
    ...extensions,
  ];
}

function generateKey(algorithm: SignatureAlgorithm): Pick<Entity, 'sign' | 'algorithm' | 'spki'> {
  const isSm2 = algorithm === 'SM2';
  const { privateKey, spki } = isSm2 ? generateSm2KeyPair() : generateEs256KeyPair();
  return { algorithm, spki, sign: (bytes) => (isSm2 ? signSm2 : signEs256)(privateKey, bytes) };
}
