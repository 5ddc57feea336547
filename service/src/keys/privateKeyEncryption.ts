import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/** A private key at rest: AES-256-GCM over PKCS#8, tag behind. */
export interface EncryptedPrivateKey {
  readonly iv: Uint8Array;
  readonly encryptedKey: Uint8Array;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param binding - facts without which it does not open. */
export function encryptPrivateKey(
  privateKey: KeyObject,
  binding: Uint8Array,
  encryptionKey: Uint8Array,
): EncryptedPrivateKey {
  const iv = new Uint8Array(randomBytes(IV_BYTES));
  const cipher = createCipheriv(CIPHER, encryptionKey, iv).setAAD(binding);
  const plain = privateKey.export({ format: 'der', type: 'pkcs8' });
  const encryptedKey = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  return { iv, encryptedKey: new Uint8Array(encryptedKey) };
}

/** Throws what `node:crypto` throws if key, binding or ciphertext are others. */
export function decryptPrivateKey(
  { iv, encryptedKey }: EncryptedPrivateKey,
  binding: Uint8Array,
  encryptionKey: Uint8Array,
): KeyObject {
  const tagStart = Math.max(0, encryptedKey.length - TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, encryptionKey, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(binding).setAuthTag(encryptedKey.subarray(tagStart));
  const plain = Buffer.concat([
    decipher.update(encryptedKey.subarray(0, tagStart)),
    decipher.final(),
  ]);
  try {
    return createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
  } finally {
    plain.fill(0);
  }
}
