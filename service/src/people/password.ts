import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt parameters of new hashes: about 32 MiB and 80 ms each (RFC 7914 §2). */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const HASH_BYTES = 32;
const MAX_MEMORY = 128 * 1024 * 1024;

/** @returns `scrypt$N$r$p$salt$hash`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  const fields = [COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')];
  return `scrypt$${fields.join('$')}`;
}

/** Compares in constant time. @returns false also for a hash of unknown form. */
export async function verifyPassword(password: string, encoded: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = encoded.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return expected.length === found.length && timingSafeEqual(expected, found);
}

async function derive(
  password: string,
  salt: Uint8Array,
  cost: Readonly<{ N: number; r: number; p: number }>,
): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: MAX_MEMORY };
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
