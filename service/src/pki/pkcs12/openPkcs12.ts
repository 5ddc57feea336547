import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { parsePublicKey } from '../../keys/publicKey.ts';
import type { SignerAlgorithm } from '../../keys/signer.ts';
import { parseCertificate, type Certificate } from '../certificate.ts';
import {
  expectTag,
  readChildren,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from '../der.ts';
import { berToDer } from './berToDer.ts';
import {
  decryptPkcs12,
  pkcs12Password,
  wrongPassword,
  type Pkcs12Password,
} from './decryptPkcs12.ts';
import { derivePkcs12Key, PKCS12_USE, toBmpPassword } from './derivePkcs12Key.ts';
import { malformedPkcs12 } from './malformed.ts';

/** A private key with its certificates. */
export interface OpenedPkcs12 {
  readonly privateKey: KeyObject;
  readonly algorithm: SignerAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER, leaf first, each followed by its issuer as far as the file has them; a root at the end is left out. */
  readonly certificationPath: readonly Uint8Array[];
}

const MAX_BYTES = 256 * 1024;
const MAX_BAGS = 64;
const MAX_PATH = 8;

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const BAGS: Readonly<Record<string, 'key' | 'shroudedKey' | 'certificate' | 'safeContents'>> = {
  '1.2.840.113549.1.12.10.1.1': 'key',
  '1.2.840.113549.1.12.10.1.2': 'shroudedKey',
  '1.2.840.113549.1.12.10.1.3': 'certificate',
  '1.2.840.113549.1.12.10.1.6': 'safeContents',
};
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const EXPLICIT_0 = 0xa0;

const MAC_HASHES: Readonly<Record<string, 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/**
 * Opens a PKCS#12 file (RFC 7292) with one private key, P-256, SM2 or RSA, and its certificate. Under a password: encryption
 * by PBES2 with AES or 3DES, or by SHA-1 with 3DES or RC2, as older programs wrote it; integrity by HMAC.
 *
 * @param bytes - attacker-controlled, at most 256 KiB; BER or DER.
 * @throws ServiceError `PKCS12_MALFORMED`, `PKCS12_PASSWORD_WRONG`; `KEY_UNFIT` if there is not exactly one key, it is of
 * another kind, or its certificate is missing.
 */
export function openPkcs12(bytes: Uint8Array, password: string): OpenedPkcs12 {
  if (bytes.length > MAX_BYTES) throw malformedPkcs12(`it has more than ${MAX_BYTES} bytes`);
  try {
    return open(bytes, pkcs12Password(password));
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CERTIFICATE_MALFORMED') {
      throw malformedPkcs12(error.message); // what the DER reader calls everything it cannot read
    }
    throw error;
  }
}

function open(bytes: Uint8Array, password: Pkcs12Password): OpenedPkcs12 {
  const [version, authSafe, macData] = readChildren(readDer(berToDer(bytes), TAG.sequence));
  if (readSmallInteger(version) !== 3) throw malformedPkcs12('it is of another version');
  const content = contentOf(expectTag(authSafe, TAG.sequence), DATA);
  if (macData === undefined) throw malformedPkcs12('nothing protects it against changes');
  requireMac(macData, content, password);
  const safe: Safe = { keys: [], certificates: [], bags: 0 };
  for (const part of readChildren(readDer(berToDer(content), TAG.sequence))) {
    readSafeContents(openPart(part, password), password, safe);
  }
  return toOpened(safe);
}

/** What is in a ContentInfo of a type that holds octets. */
function contentOf(contentInfo: DerElement, type: string): Uint8Array {
  const [oid, wrapped] = readChildren(contentInfo);
  if (readOid(oid) !== type)
    throw malformedPkcs12('it is signed or enveloped, not under a password');
  const [octets] = readChildren(expectTag(wrapped, EXPLICIT_0));
  return expectTag(octets, TAG.octetString).content;
}

/** RFC 7292 §4: MacData over the authenticated safe. */
function requireMac(macData: DerElement, content: Uint8Array, password: Pkcs12Password): void {
  const [digestInfo, salt, rounds] = readChildren(expectTag(macData, TAG.sequence));
  const [algorithm, digest] = readChildren(expectTag(digestInfo, TAG.sequence));
  const hash = MAC_HASHES[readOid(readChildren(expectTag(algorithm, TAG.sequence))[0])];
  if (hash === undefined)
    throw malformedPkcs12('its integrity is protected in a way not known here');
  const iterations = rounds === undefined ? 1 : readSmallInteger(rounds);
  password.spend(iterations);
  const expected = expectTag(digest, TAG.octetString).content;
  const length = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 }[hash];
  const key = derivePkcs12Key({
    ...{ hash, password: toBmpPassword(password.text), iterations, use: PKCS12_USE.mac, length },
    salt: expectTag(salt, TAG.octetString).content,
  });
  const found = createHmac(hash, key).update(content).digest();
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) throw wrongPassword();
}

function openPart(part: DerElement, password: Pkcs12Password): Uint8Array {
  const [oid, wrapped] = readChildren(expectTag(part, TAG.sequence));
  if (readOid(oid) !== ENCRYPTED_DATA) return contentOf(part, DATA);
  const [encryptedData] = readChildren(expectTag(wrapped, EXPLICIT_0));
  const [, info] = readChildren(expectTag(encryptedData, TAG.sequence));
  const [, algorithm, content] = readChildren(expectTag(info, TAG.sequence));
  if (algorithm === undefined || content === undefined) throw malformedPkcs12('a part is empty');
  return decryptPkcs12(algorithm, implicitOctets(content), password);
}

/** [0] IMPLICIT OCTET STRING, in one piece or in several. */
function implicitOctets(element: DerElement): Uint8Array {
  if (element.tag === 0x80) return element.content;
  return Buffer.concat(
    readChildren(expectTag(element, EXPLICIT_0)).map(
      (piece) => expectTag(piece, TAG.octetString).content,
    ),
  );
}

interface Safe {
  readonly keys: Uint8Array[];
  readonly certificates: Certificate[];
  bags: number;
}

function readSafeContents(
  bytes: Uint8Array,
  password: Pkcs12Password,
  safe: Safe,
  depth = 0,
): void {
  if (depth > 4) throw malformedPkcs12('it is nested too deeply');
  for (const bag of readChildren(readDer(berToDer(bytes), TAG.sequence))) {
    safe.bags += 1;
    if (safe.bags > MAX_BAGS) throw malformedPkcs12(`it has more than ${MAX_BAGS} bags`);
    const [oid, wrapped] = readChildren(expectTag(bag, TAG.sequence));
    const kind = BAGS[readOid(oid)];
    const [value] = readChildren(expectTag(wrapped, EXPLICIT_0));
    if (kind === undefined || value === undefined) continue; // revocation lists and secrets are not asked for
    if (kind === 'safeContents') readSafeContents(value.bytes, password, safe, depth + 1);
    else if (kind === 'certificate') safe.certificates.push(...readCertificateBag(value));
    else safe.keys.push(kind === 'key' ? value.bytes : openKey(value, password));
  }
}

/** EncryptedPrivateKeyInfo (RFC 5208 §6). @returns DER PrivateKeyInfo. */
function openKey(value: DerElement, password: Pkcs12Password): Uint8Array {
  const [algorithm, ciphertext] = readChildren(expectTag(value, TAG.sequence));
  const encrypted = expectTag(ciphertext, TAG.octetString).content;
  return decryptPkcs12(expectTag(algorithm, TAG.sequence), encrypted, password);
}

function readCertificateBag(value: DerElement): readonly Certificate[] {
  const [oid, wrapped] = readChildren(expectTag(value, TAG.sequence));
  if (readOid(oid) !== X509_CERTIFICATE) return [];
  const [octets] = readChildren(expectTag(wrapped, EXPLICIT_0));
  const { content } = expectTag(octets, TAG.octetString);
  try {
    return [parseCertificate(content)];
  } catch (error) {
    if (error instanceof ServiceError) return []; // an old root of version 1 is no use, and no harm
    throw error;
  }
}

function toOpened({ keys, certificates }: Safe): OpenedPkcs12 {
  const [pkcs8] = keys;
  if (pkcs8 === undefined || keys.length > 1) {
    throw new ServiceError('KEY_UNFIT', `the PKCS#12 file has ${keys.length} keys, not one`);
  }
  const privateKey = readPrivateKey(pkcs8);
  const spki = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }));
  const leaf = certificates.find(({ publicKey }) => Buffer.compare(publicKey.spki, spki) === 0);
  if (leaf === undefined) {
    throw new ServiceError('KEY_UNFIT', 'the PKCS#12 file has no certificate for its key');
  }
  const algorithm = algorithmOf(privateKey, spki);
  return { privateKey, algorithm, spki, certificationPath: pathFrom(leaf, certificates) };
}

function readPrivateKey(pkcs8: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new ServiceError('PKCS12_MALFORMED', 'the private key in it cannot be read', { cause });
  }
}

const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

function algorithmOf(privateKey: KeyObject, spki: Uint8Array): SignerAlgorithm {
  if (privateKey.asymmetricKeyType === 'rsa') {
    const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS) return 'RS256';
    throw new ServiceError('KEY_UNFIT', `the RSA key has ${bits} bits, not 2048 to 8192`);
  }
  const algorithm = parsePublicKey(spki)?.algorithm;
  if (algorithm === 'ES256' || algorithm === 'SM2') return algorithm;
  throw new ServiceError('KEY_UNFIT', 'the key is neither RSA nor P-256 nor SM2');
}

function pathFrom(leaf: Certificate, certificates: readonly Certificate[]): readonly Uint8Array[] {
  const path = [leaf];
  while (path.length < MAX_PATH) {
    const { issuer } = path.at(-1) ?? leaf;
    const next = certificates.find(
      (one) => one.subject.comparisonKey === issuer.comparisonKey && !path.includes(one),
    );
    if (next === undefined || next.subject.comparisonKey === next.issuer.comparisonKey) break;
    path.push(next);
  }
  return path.map(({ der }) => der);
}
