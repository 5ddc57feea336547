import { createHash } from 'node:crypto';

/** What derived bytes are for (RFC 7292 §B.3). */
export const PKCS12_USE = { key: 1, iv: 2, mac: 3 } as const;

export interface Pkcs12Derivation {
  /** As `crypto.createHash` names it. */
  readonly hash: 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
  /** BMPString with its two zero bytes behind; see {@link toBmpPassword}. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly use: (typeof PKCS12_USE)[keyof typeof PKCS12_USE];
  /** Bytes wanted. */
  readonly length: number;
}

/** Derives key, IV or MAC key from a password (RFC 7292 §B.2). */
export function derivePkcs12Key(derivation: Pkcs12Derivation): Uint8Array {
  const { hash, password, salt, iterations, use, length } = derivation;
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const diversifier = new Uint8Array(block).fill(use);
  let input = Buffer.concat([fill(salt, block), fill(password, block)]);
  const pieces: Uint8Array[] = [];
  let made = 0;
  while (made < length) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round += 1) {
      digest = createHash(hash).update(digest).digest();
    }
    pieces.push(digest);
    made += digest.length;
    input = advance(input, fillTo(digest, block));
  }
  return new Uint8Array(Buffer.concat(pieces).subarray(0, length));
}

/** UTF-16BE with two zero bytes behind (RFC 7292 §B.1). */
export function toBmpPassword(password: string): Uint8Array {
  return new Uint8Array(Buffer.from(`${password}\0`, 'utf16le').swap16());
}

/** Repeats bytes up to whole blocks; nothing stays nothing. */
function fill(bytes: Uint8Array, block: number): Uint8Array {
  return fillTo(bytes, block * Math.ceil(bytes.length / block));
}

function fillTo(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** Adds `summand` + 1 to each block, big-endian. */
function advance(input: Buffer, summand: Uint8Array): Buffer<ArrayBuffer> {
  const next = Buffer.from(input);
  for (let start = 0; start < next.length; start += summand.length) {
    let carry = 1;
    for (let index = summand.length - 1; index >= 0; index -= 1) {
      const sum = (next[start + index] ?? 0) + (summand[index] ?? 0) + carry;
      next[start + index] = sum & 0xff;
      carry = sum >> 8;
    }
  }
  return next;
}
