/** Secrets and tokens of clients: 32 random bytes each, of which only the SHA-256 is kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SystemClient } from '../store/systems.ts';

const SECRET_BYTES = 32;
const NOBODYS = hashOfSecret('');

/** @returns base64url, 43 characters. */
export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** @returns SHA-256, lower-case hex. No slow hash is needed: nobody guesses 256 random bits. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether a secret opens a client at `at`. @param client - null takes as long, and is never opened. */
export function opens(client: SystemClient | null, secret: string, at: Date): boolean {
  const given = hashOfSecret(secret);
  const current = client?.secretHash ?? NOBODYS;
  const former = liveFormer(client, at);
  const isOpen = [current, former].map((one) => isSame(given, one)).includes(true);
  return client !== null && secret !== '' && isOpen;
}

function liveFormer(client: SystemClient | null, at: Date): string {
  const former = client?.former ?? null;
  return former !== null && at < former.until ? former.secretHash : NOBODYS;
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));
}
