/** ECDSA on P-256 with SHA-256 (FIPS 186-5; RFC 7518 §3.4). */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

import { ServiceError } from '../errors.ts';
import { createBoundedCache } from './boundedCache.ts';
import { fromDerSignature, toDerSignature } from './signatureValue.ts';

/** SubjectPublicKeyInfo up to the point: SEQUENCE of id-ecPublicKey with prime256v1, BIT STRING of 65 bytes. */
export const ES256_SPKI_PREFIX: Uint8Array = Buffer.from(
  '3059301306072a8648ce3d020106082a8648ce3d030107034200',
  'hex',
);
const POINT_LENGTH = 65;
const UNCOMPRESSED = 0x04;

const publicKeys = createBoundedCache<KeyObject>(2048);

/** @returns a fresh key; `spki` is its public half as DER SubjectPublicKeyInfo (91 bytes). */
export function generateEs256KeyPair(): {
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
} {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  });
  return {
    privateKey: createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' }),
    spki: new Uint8Array(pair.publicKey),
  };
}

/** @returns r‖s, 64 bytes. */
export function signEs256(privateKey: KeyObject, bytes: Uint8Array): Uint8Array {
  // DER is what OpenSSL speaks; asking Node for r‖s takes longer than the signature itself
  const raw = fromDerSignature(sign('sha256', bytes, privateKey));
  if (raw === null) throw new ServiceError('INTERNAL', 'a signature of an unknown form was made');
  return raw;
}

/**
 * Verifies a signature; all three arguments may be attacker-controlled.
 *
 * @param publicPoint - 0x04‖x‖y, 65 bytes; a point that is not on the curve verifies nothing.
 * @param signature - r‖s, 64 bytes.
 */
export function verifyEs256(
  publicPoint: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = importPublicPoint(publicPoint);
  return (
    key !== null &&
    signature.length === 64 &&
    verify('sha256', bytes, key, toDerSignature(signature))
  );
}

/** Whether the bytes are 0x04‖x‖y of a point on P-256. */
export function isEs256Point(publicPoint: Uint8Array): boolean {
  return importPublicPoint(publicPoint) !== null;
}

function importPublicPoint(publicPoint: Uint8Array): KeyObject | null {
  if (publicPoint.length !== POINT_LENGTH || publicPoint[0] !== UNCOMPRESSED) {
    return null;
  }
  const name = Buffer.from(publicPoint).toString('latin1');
  const known = publicKeys.get(name);
  if (known !== undefined) {
    return known;
  }
  try {
    const spki = Buffer.concat([ES256_SPKI_PREFIX, publicPoint]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    publicKeys.set(name, key);
    return key;
  } catch {
    return null; // OpenSSL reads no point that is not on the curve
  }
}
