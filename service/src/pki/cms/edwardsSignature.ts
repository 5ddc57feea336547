/** EdDSA in CMS (RFC 8419). */
import { verify, type KeyObject } from 'node:crypto';
import { OID } from './cmsOids.ts';

interface EdwardsScheme {
  readonly keyType: 'ed25519' | 'ed448';
  /** RFC 8419 §3.1: SHA-512 with Ed25519, SHAKE256 of 512 bits with Ed448; nothing else. */
  readonly digests: readonly string[];
}

const SCHEMES: Readonly<Record<string, EdwardsScheme>> = {
  [OID.ed25519]: { keyType: 'ed25519', digests: [OID.sha512] },
  [OID.ed448]: { keyType: 'ed448', digests: [OID.shake256, OID.shake256WithLength] },
};

/**
 * @param algorithm - signature algorithm, @param digest - of the signed attributes' message digest; dotted form.
 * @returns whether the value is right; null if this is no EdDSA, or not as RFC 8419 wants it.
 */
export function verifyEdwards(
  { algorithm, digest, key }: Readonly<{ algorithm: string; digest: string; key: KeyObject }>,
  signed: readonly Uint8Array[],
  value: Uint8Array,
): boolean | null {
  const scheme = SCHEMES[algorithm];
  if (scheme?.digests.includes(digest) !== true || key.asymmetricKeyType !== scheme.keyType) {
    return null;
  }
  return verify(null, Buffer.concat(signed), key, value);
}
