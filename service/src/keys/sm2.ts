/**
 * SM2 signatures (GB/T 32918.2) with SM3 and the default user id, by OpenSSL underneath Node.
 *
 * Node has no way to name the user id, but `createSign` hands OpenSSL a finished digest: fed with Z‖M it is
 * SM3(Z‖M), exactly the e of the standard. (`crypto.sign` would put a Z of its own in front, for an empty id.)
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

import { ServiceError } from '../errors.ts';
import { createBoundedCache } from './boundedCache.ts';
import { fromDerSignature, toDerSignature } from './signatureValue.ts';

const DEFAULT_USER_ID = '1234567812345678'; // GM/T 0009-2012
// a, b, xG, yG of the curve of GB/T 32918.5
const CURVE = Buffer.from(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  'hex',
);
const ORDER = Buffer.from(
  'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123',
  'hex',
);
/** SubjectPublicKeyInfo up to the point: SEQUENCE of id-ecPublicKey with 1.2.156.10197.1.301, BIT STRING of 65 bytes. */
export const SM2_SPKI_PREFIX: Uint8Array = Buffer.from(
  '3059301306072a8648ce3d020106082a811ccf5501822d034200',
  'hex',
);
const POINT_LENGTH = 65;
const UNCOMPRESSED = 0x04;

interface Sm2PublicKey {
  readonly key: KeyObject;
  /** Z of GB/T 32918.2 §5.5. */
  readonly userDigest: Uint8Array;
}

const publicKeys = createBoundedCache<Sm2PublicKey>(2048);
const userDigests = new WeakMap<KeyObject, Uint8Array>();

/** @returns a fresh key; `spki` is its public half as DER SubjectPublicKeyInfo (91 bytes). */
export function generateSm2KeyPair(): {
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
} {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'SM2',
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  });
  // Only a key that was read back is an SM2 key to OpenSSL; a generated one would sign plain ECDSA.
  return {
    privateKey: createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' }),
    spki: new Uint8Array(pair.publicKey),
  };
}

/**
 * Signs bytes.
 *
 * @param privateKey - read from PKCS#8 or made by {@link generateSm2KeyPair}.
 * @returns r‖s, 64 bytes.
 * @throws ServiceError `INTERNAL` if the key is no SM2 key.
 */
export function signSm2(privateKey: KeyObject, bytes: Uint8Array): Uint8Array {
  const der = createSign('sm3').update(userDigestOf(privateKey)).update(bytes).sign(privateKey);
  const raw = fromDerSignature(der);
  if (raw === null) {
    throw new ServiceError('INTERNAL', 'SM2 signing gave no signature value');
  }
  return raw;
}

/**
 * Verifies a signature; all three arguments may be attacker-controlled.
 *
 * @param publicPoint - 0x04‖x‖y, 65 bytes; a point that is not on the curve verifies nothing.
 * @param signature - r‖s, 64 bytes, both in [1, n − 1].
 */
export function verifySm2(
  publicPoint: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (
    signature.length !== 64 ||
    !isInRange(signature.subarray(0, 32)) ||
    !isInRange(signature.subarray(32))
  ) {
    return false;
  }
  const publicKey = importPublicPoint(publicPoint);
  if (publicKey === null) {
    return false;
  }
  const verify = createVerify('sm3').update(publicKey.userDigest).update(bytes);
  return verify.verify(publicKey.key, toDerSignature(signature));
}

/** Whether the bytes are 0x04‖x‖y of a point on the SM2 curve. */
export function isSm2Point(publicPoint: Uint8Array): boolean {
  return importPublicPoint(publicPoint) !== null;
}

/** Z: the digest of user id, curve and public key that stands before every signed message. */
export function computeUserDigest(publicPoint: Uint8Array): Uint8Array {
  return createHash('sm3')
    .update(Uint8Array.of(0, DEFAULT_USER_ID.length * 8)) // length in bits, 2 bytes
    .update(DEFAULT_USER_ID)
    .update(CURVE)
    .update(publicPoint.subarray(1))
    .digest();
}

function importPublicPoint(publicPoint: Uint8Array): Sm2PublicKey | null {
  if (publicPoint.length !== POINT_LENGTH || publicPoint[0] !== UNCOMPRESSED) {
    return null;
  }
  const name = Buffer.from(publicPoint).toString('latin1');
  const known = publicKeys.get(name);
  if (known !== undefined) {
    return known;
  }
  const key = readPublicKey(publicPoint);
  if (key === null) {
    return null;
  }
  const imported = { key, userDigest: computeUserDigest(publicPoint) };
  publicKeys.set(name, imported);
  return imported;
}

function readPublicKey(publicPoint: Uint8Array): KeyObject | null {
  try {
    const spki = Buffer.concat([SM2_SPKI_PREFIX, publicPoint]);
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return null; // OpenSSL reads no point that is not on the curve
  }
}

function userDigestOf(privateKey: KeyObject): Uint8Array {
  const known = userDigests.get(privateKey);
  if (known !== undefined) {
    return known;
  }
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  if (!spki.subarray(0, SM2_SPKI_PREFIX.length).equals(SM2_SPKI_PREFIX)) {
    throw new ServiceError('INTERNAL', 'the private key is not on the SM2 curve');
  }
  const userDigest = computeUserDigest(spki.subarray(SM2_SPKI_PREFIX.length));
  userDigests.set(privateKey, userDigest);
  return userDigest;
}

function isInRange(scalar: Uint8Array): boolean {
  return Buffer.compare(scalar, ORDER) < 0 && scalar.some((byte) => byte !== 0);
}
