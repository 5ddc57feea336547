/** Certificates as Fabric's membership service wants them, by our own encoders (RFC 5280). */
import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateEs256KeyPair, signEs256 } from '../../service/src/keys/es256.ts';
import { parsePublicKey } from '../../service/src/keys/publicKey.ts';
import { parseCertificate, parseCertificates, toPem } from '../../service/src/pki/certificate.ts';
import {
  computeKeyId,
  encodeAuthorityKeyId,
  encodeBasicConstraints,
  encodeSigned,
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeKeyUsage,
  encodeSubjectKeyId,
  encodeTbsCertificate,
} from '../../service/src/pki/certificateEncoding.ts';
import {
  encodeDer,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeText,
} from '../../service/src/pki/derEncoding.ts';
import { EXTENSION } from '../../service/src/pki/extensions.ts';
import { addYears } from '../../service/src/pki/profiles.ts';

/** A certification authority of one organisation, for one kind of certificate. */
export interface Authority {
  readonly privateKey: KeyObject;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** What a node or person gets. */
export interface IssuedIdentity {
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
}

/** The organisational units by which Fabric tells what an identity may do. */
export type NodeUnit = 'admin' | 'client' | 'peer' | 'orderer';

/** What is asked of an authority. */
export interface IdentityRequest {
  readonly commonName: string;
  readonly organisation: string;
  readonly at: Date;
  /** `enrolment` signs transactions and blocks, `tls` opens connections, as server and as client. */
  readonly use: { readonly kind: 'enrolment'; readonly unit: NodeUnit } | { readonly kind: 'tls' };
  /** Absent: a new key. A consenter's TLS key stays, since its channel knows it. */
  readonly privateKey?: KeyObject;
}

const AUTHORITY_YEARS = 20;
/** {@link issueIdentity} never lets a certificate outlive its authority's. */
const IDENTITY_YEARS = 3;
/** Clocks of several machines differ. */
const BACKDATED_MS = 5 * 60_000;
const OID = {
  commonName: '2.5.4.3', // id-at-commonName
  organisation: '2.5.4.10', // id-at-organizationName
  organisationalUnit: '2.5.4.11', // id-at-organizationalUnitName
  serverAuth: '1.3.6.1.5.5.7.3.1', // id-kp-serverAuth
  clientAuth: '1.3.6.1.5.5.7.3.2', // id-kp-clientAuth
} as const;
const SERIAL_BYTES = 16;

/** Makes a root with a new key. */
export function createAuthority(
  subject: Readonly<{ commonName: string; organisation: string }>,
  at: Date,
): Authority {
  const { privateKey, spki } = generateEs256KeyPair();
  const notBefore = new Date(at.getTime() - BACKDATED_MS);
  const name = encodeName({ ...subject, unit: null });
  const keyId = keyIdOf(spki);
  const certificate = signCertificate(privateKey, {
    issuer: name,
    subject: name,
    notBefore,
    notAfter: addYears(notBefore, AUTHORITY_YEARS),
    spki,
    extensions: [
      encodeBasicConstraints(true, 0),
      encodeKeyUsage(['keyCertSign', 'cRLSign']),
      encodeSubjectKeyId(keyId),
    ],
  });
  return { privateKey, certificate };
}

/**
 * Issues a certificate for a node or person.
 *
 * @throws Error if the authority's certificate is about to end.
 */
export function issueIdentity(authority: Authority, request: IdentityRequest): IssuedIdentity {
  const issuer = parseCertificate(authority.certificate);
  const { privateKey, spki } = keyOf(request);
  const notBefore = latest(new Date(request.at.getTime() - BACKDATED_MS), issuer.notBefore);
  const notAfter = earliest(addYears(notBefore, IDENTITY_YEARS), issuer.notAfter);
  if (notAfter <= request.at) throw new Error(`the authority ${issuer.subject.text} has expired`);
  const certificate = signCertificate(authority.privateKey, {
    issuer: issuer.subjectDer,
    subject: encodeName({ ...request, unit: 'unit' in request.use ? request.use.unit : null }),
    notBefore,
    notAfter,
    spki,
    extensions: [
      encodeBasicConstraints(false, null),
      encodeKeyUsage(['digitalSignature']),
      ...(request.use.kind === 'tls' ? encodeTlsExtensions(request.commonName) : []),
      encodeSubjectKeyId(keyIdOf(spki)),
      encodeAuthorityKeyId(Buffer.from(issuer.subjectKeyId ?? '', 'hex')),
    ],
  });
  return { certificatePem: toPem([certificate]), privateKeyPem: toPkcs8Pem(privateKey) };
}

/** Writes `ca.pem` and `ca.key` (mode 600). */
export function writeAuthority(folder: string, { privateKey, certificate }: Authority): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'ca.pem'), toPem([certificate]));
  writeSecret(join(folder, 'ca.key'), toPkcs8Pem(privateKey));
}

/** Reads what {@link writeAuthority} wrote. */
export function readAuthority(folder: string): Authority {
  const [certificate] = parseCertificates(readFileSync(join(folder, 'ca.pem'), 'utf8'));
  if (certificate === undefined) throw new Error(`${folder}: no certificate`);
  return {
    certificate: certificate.der,
    privateKey: createPrivateKey(readFileSync(join(folder, 'ca.key'))),
  };
}

/** Writes a file that only its owner reads. */
export function writeSecret(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}

function keyOf({
  privateKey,
}: IdentityRequest): Readonly<{ privateKey: KeyObject; spki: Uint8Array }> {
  if (privateKey === undefined) return generateEs256KeyPair();
  return { privateKey, spki: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }) };
}

function signCertificate(
  privateKey: KeyObject,
  content: Omit<Parameters<typeof encodeTbsCertificate>[0], 'serialNumber' | 'signatureAlgorithm'>,
): Uint8Array {
  const serialNumber = randomBytes(SERIAL_BYTES);
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x7f) | 0x40; // positive, and always of the same length
  const tbs = encodeTbsCertificate({ ...content, serialNumber, signatureAlgorithm: 'ES256' });
  return encodeSigned(tbs, 'ES256', toLowS(signEs256(privateKey, tbs)));
}

/** Fabric knows an identity by its certificate's bytes, with s in the lower half of the group. */
function toLowS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  if (s <= P256_ORDER / 2n) return signature;
  const low = Buffer.from((P256_ORDER - s).toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([signature.subarray(0, 32), low]);
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // FIPS 186-5, SP 800-186 §3.2.1.3

function encodeTlsExtensions(commonName: string): readonly Uint8Array[] {
  const dnsName = (name: string): Uint8Array => encodeDer(0x82, Buffer.from(name, 'ascii'));
  const loopback = encodeDer(0x87, Uint8Array.of(127, 0, 0, 1));
  return [
    encodeExtendedKeyUsage([OID.serverAuth, OID.clientAuth], false),
    encodeExtension(
      EXTENSION.subjectAltName,
      false,
      encodeSequence(dnsName('localhost'), dnsName(commonName), loopback), // RFC 5280 §4.2.1.6
    ),
  ];
}

function encodeName(
  name: Readonly<{ commonName: string; organisation: string; unit: string | null }>,
): Uint8Array {
  const attribute = (oid: string, value: string): Uint8Array =>
    encodeSetOf(encodeSequence(encodeOid(oid), encodeText(value)));
  return encodeSequence(
    attribute(OID.organisation, name.organisation),
    ...(name.unit === null ? [] : [attribute(OID.organisationalUnit, name.unit)]),
    attribute(OID.commonName, name.commonName),
  );
}

function keyIdOf(spki: Uint8Array): Uint8Array {
  const key = parsePublicKey(spki);
  if (key === null) throw new Error('the key is of no known kind');
  return computeKeyId(key.point);
}

function toPkcs8Pem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }) as string; // a string for PEM
}

function latest(left: Date, right: Date): Date {
  return left > right ? left : right;
}

function earliest(left: Date, right: Date): Date {
  return left < right ? left : right;
}
