import { createHash, createHmac } from 'node:crypto';
import { canonicalBytes } from '@yinxin/chaincode/model';
import type { LicenceFields } from '../store/store.ts';

const SALT_BYTES = 16;

/** Names of fields with their salts or digests. */
export type ByField = Readonly<Record<string, string>>;

/**
 * The salt of one field: derived, so that one secret a receipt is kept, and each salt can be shown without the others.
 *
 * @param secret - 32 random bytes.
 * @returns 16 bytes as base64url.
 */
export function fieldSalt(secret: Uint8Array, identifier: string, field: string): string {
  const mac = createHmac('sha256', secret)
    .update(canonicalBytes([identifier, field]))
    .digest();
  return mac.subarray(0, SALT_BYTES).toString('base64url');
}

/**
 * The digest that a receipt holds of a disclosed field: SHA-256 over the canonical JSON of `[salt, name, value]`.
 *
 * @returns lower-case hex.
 */
export function fieldDigest(salt: string, field: string, value: unknown): string {
  return createHash('sha256')
    .update(canonicalBytes([salt, field, value]))
    .digest('hex');
}

/** Digests of all fields of one licence. */
export function fieldDigests(
  secret: Uint8Array,
  identifier: string,
  fields: LicenceFields,
): ByField {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      fieldDigest(fieldSalt(secret, identifier, name), name, value),
    ]),
  );
}
