import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3) and its half, as peers want the second part of a signature. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = ORDER >> 1n;
const PART_BYTES = 32;

/** The face of a user that the archived client asks for. */
export interface SdkUser {
  getName(): string;
  getMspid(): string;
  getIdentity(): { serialize(): Uint8Array };
  getSigningIdentity(): { sign(message: Uint8Array): Uint8Array };
}

/**
 * Makes a user whose key never enters the archived client: Node signs, not that client's JavaScript library.
 *
 * @param serialized - encoded `msp.SerializedIdentity`.
 * @param privateKey - on P-256.
 */
export function nativeUser(mspId: string, serialized: Uint8Array, privateKey: KeyObject): SdkUser {
  return {
    getName: () => 'yinxin',
    getMspid: () => mspId,
    getIdentity: () => ({ serialize: () => serialized }),
    getSigningIdentity: () => ({ sign: (message) => signLowS(message, privateKey) }),
  };
}

/**
 * Signs as Fabric wants it: ECDSA on P-256 with SHA-256, DER, the smaller of the two possible `s`.
 *
 * @returns DER `ECDSA-Sig-Value` (RFC 3279 §2.2.3).
 */
export function signLowS(message: Uint8Array, privateKey: KeyObject): Uint8Array {
  const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const r = BigInt(`0x${raw.subarray(0, PART_BYTES).toString('hex')}`);
  const s = BigInt(`0x${raw.subarray(PART_BYTES).toString('hex')}`);
  const parts = Buffer.concat([toDer(r), toDer(s > HALF_ORDER ? ORDER - s : s)]);
  return Buffer.concat([Buffer.from([0x30, parts.length]), parts]);
}

/** DER INTEGER of a positive number below 2^256. */
function toDer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const content = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, content.length]), content]);
}
