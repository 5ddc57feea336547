import { sign, type KeyObject } from 'node:crypto';

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2). */
export function signRs256(privateKey: KeyObject, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(sign('sha256', bytes, privateKey));
}
