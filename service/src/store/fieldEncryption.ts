/** Personal data at rest: AES-256-GCM under data keys that are themselves sealed, and keyed hashes to find rows by. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
} from 'node:crypto';
import { ServiceError } from '../errors.ts';
import { freshBytes } from '../freshBytes.ts';
import { deriveKey } from '../keys/masterKey.ts';

const NONCE_BYTES = 12; // NIST SP 800-38D §5.2.1.1: 96 bits
const TAG_BYTES = 16;
const FORMAT = 1;
const MAX_KEPT_KEYS = 256;

/** Where a sealed value stands; bound to it as additional data, so that a value moved elsewhere does not open. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly id: string;
}

/** Keys derived from the master key (HKDF-SHA-256, RFC 5869), one a purpose. */
export interface FieldKeys {
  /** Seals the data keys of holders. */
  readonly keyEncryptionKey: KeyObject;
  /** Keys of the service itself, one a label: for what belongs to no holder. */
  serviceKey(label: string): KeyObject;
  /**
   * HMAC-SHA-256 under a key of its own for each domain.
   *
   * @returns lower-case hex, 64 characters.
   */
  keyedHash(domain: string, value: string): string;
}

/**
 * Derives all keys of the store.
 *
 * @param masterKey - 32 random bytes.
 * @throws ServiceError `CONFIGURATION_INVALID` when it has another length.
 */
export function deriveFieldKeys(masterKey: Uint8Array): FieldKeys {
  if (masterKey.length !== 32)
    throw new ServiceError('CONFIGURATION_INVALID', 'the store’s master key must have 32 bytes');
  const derive = (label: string): KeyObject =>
    createSecretKey(deriveKey(masterKey, `store/${label}`));
  const serviceKey = keeping(derive, 'service/');
  const hashKey = keeping(derive, 'hash/');
  return {
    keyEncryptionKey: derive('key-encryption'),
    serviceKey,
    keyedHash: (domain, value) =>
      createHmac('sha256', hashKey(domain)).update(value, 'utf8').digest('hex'),
  };
}

/** Remembers derived keys; forgets all of them when there are too many. */
function keeping(
  derive: (label: string) => KeyObject,
  prefix: string,
): (label: string) => KeyObject {
  const kept = new Map<string, KeyObject>();
  return (label) => {
    const found = kept.get(label);
    if (found !== undefined) return found;
    if (kept.size >= MAX_KEPT_KEYS) kept.clear();
    const key = derive(prefix + label);
    kept.set(label, key);
    return key;
  };
}

/**
 * Encrypts with AES-256-GCM and a random nonce.
 *
 * @returns format (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
 */
export function sealBytes(key: KeyObject, place: SealedPlace, plain: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(1 + NONCE_BYTES + plain.length + TAG_BYTES);
  out[0] = FORMAT;
  const nonce = freshBytes(NONCE_BYTES);
  out.set(nonce, 1);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(place));
  out.set(cipher.update(plain), 1 + NONCE_BYTES);
  cipher.final(); // GCM holds nothing back
  out.set(cipher.getAuthTag(), 1 + NONCE_BYTES + plain.length);
  return out;
}

/**
 * Decrypts what {@link sealBytes} made.
 *
 * @throws ServiceError `STORE_UNAVAILABLE` when the bytes were changed, moved, or sealed under another key.
 */
export function openBytes(key: KeyObject, place: SealedPlace, sealed: Uint8Array): Buffer {
  const fault = (cause?: unknown): ServiceError =>
    new ServiceError(
      'STORE_UNAVAILABLE',
      `${place.table}.${place.column} of ${place.id} does not open`,
      { cause },
    );
  if (sealed.length < 1 + NONCE_BYTES + TAG_BYTES || sealed[0] !== FORMAT) throw fault();
  const end = sealed.length - TAG_BYTES;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(additionalData(place));
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, end));
    decipher.final();
    return plain;
  } catch (cause) {
    throw fault(cause);
  }
}

/** {@link sealBytes} for text. */
export function sealText(key: KeyObject, place: SealedPlace, text: string): Buffer {
  return sealBytes(key, place, Buffer.from(text, 'utf8'));
}

/** {@link openBytes} for text. */
export function openText(key: KeyObject, place: SealedPlace, sealed: Uint8Array): string {
  return openBytes(key, place, sealed).toString('utf8');
}

/**
 * The form of a holder's code under which it is hashed: no white space, letters raised, compatibility forms folded,
 * so that `４４０…x` and `440…X` are one person.
 */
export function normaliseHolderCode(code: string): string {
  return code.normalize('NFKC').replaceAll(/\s/gu, '').toUpperCase();
}

function additionalData(place: SealedPlace): Buffer {
  return Buffer.from(`${place.table}\0${place.column}\0${place.id}`, 'utf8');
}
