/** Public keys of certificates, and the one place that verifies a signature by its algorithm. */
import { areEqual, toBytes, type Bytes } from './bytes.ts';

/** `other`: nothing is verified by it here. */
export type KeyAlgorithm = 'ES256' | 'SM2' | 'other';

export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  /** 0x04‖x‖y; empty for `other`. */
  readonly point: Bytes;
}

/** `unsupported`: not an algorithm that is verified here. */
export type SignatureOutcome = 'right' | 'wrong' | 'unsupported';

/** SubjectPublicKeyInfo up to the point: SEQUENCE of id-ecPublicKey with the curve, BIT STRING of 65 bytes. */
const SPKI_PREFIXES = {
  ES256: hex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  SM2: hex('3059301306072a8648ce3d020106082a811ccf5501822d034200'),
} as const;
const POINT_BYTES = 65;
const SIGNATURE_BYTES = 64;

/** @param spki - DER SubjectPublicKeyInfo; attacker-controlled. */
export function readPublicKey(spki: Bytes): PublicKey {
  for (const algorithm of ['ES256', 'SM2'] as const) {
    const prefix = SPKI_PREFIXES[algorithm];
    const isOf =
      spki.length === prefix.length + POINT_BYTES &&
      areEqual(spki.subarray(0, prefix.length), prefix);
    if (isOf) return { algorithm, point: spki.slice(prefix.length) };
  }
  return { algorithm: 'other', point: new Uint8Array() };
}

/**
 * Verifies a signature by the key's own algorithm.
 *
 * @param signature - r‖s, 64 bytes; attacker-controlled, as the others.
 */
export async function verifySignature(
  { algorithm, point }: PublicKey,
  bytes: Bytes,
  signature: Bytes,
): Promise<SignatureOutcome> {
  if (algorithm === 'other') return 'unsupported';
  if (signature.length !== SIGNATURE_BYTES) return 'wrong';
  if (algorithm === 'SM2') {
    const { verifySm2 } = await import('./sm2.ts'); // few need it
    return verifySm2(point, bytes, signature) ? 'right' : 'wrong';
  }
  return (await verifyEs256(point, bytes, signature)) ? 'right' : 'wrong';
}

async function verifyEs256(point: Bytes, bytes: Bytes, signature: Bytes): Promise<boolean> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  try {
    const key = await crypto.subtle.importKey('raw', point, curve, false, ['verify']);
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, bytes);
  } catch {
    return false; // the point is not on the curve
  }
}

/**
 * Reads a DER signature value, SEQUENCE of r and s, in its shortest form with nothing behind.
 *
 * @returns r‖s; null for anything else.
 */
export function fromDerSignature(der: Uint8Array): Bytes | null {
  if (der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(SIGNATURE_BYTES);
  const afterR = readHalf(der, 2, raw.subarray(0, 32));
  const afterS = afterR === null ? null : readHalf(der, afterR, raw.subarray(32));
  return afterS === der.length ? raw : null;
}

/** @returns the offset behind the integer; null if it is no positive one in its shortest form. */
function readHalf(der: Uint8Array, offset: number, into: Uint8Array): number | null {
  const start = offset + 2;
  const end = start + (der[offset + 1] ?? der.length);
  if (der[offset] !== 0x02 || end > der.length) return null;
  const isPadded = der[start] === 0;
  const digits = der.subarray(isPadded ? start + 1 : start, end);
  const isHigh = ((digits[0] ?? 0) & 0x80) !== 0;
  if (digits.length === 0 || digits.length > into.length || isPadded !== isHigh) return null;
  into.set(digits, into.length - digits.length);
  return end;
}

function hex(text: string): Bytes {
  return toBytes(text.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));
}
