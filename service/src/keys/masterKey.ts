/** The one secret file under which everything else is encrypted. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

import { ServiceError } from '../errors.ts';
import { isNodeError, writeSecretFile } from './durableFile.ts';

const KEY_LENGTH = 32;
const OTHERS_BITS = 0o077;

/**
 * Reads the master key, making it first where there is none. Two processes that start at once end with one key.
 *
 * @param path - a file of 32 random bytes, readable by its owner alone.
 * @returns 32 bytes.
 * @throws ServiceError `CONFIGURATION_INVALID` if others may read the file or it has another length.
 */
export async function loadMasterKey(path: string): Promise<Uint8Array> {
  const existing = await readMasterKey(path);
  if (existing !== null) {
    return existing;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeSecretFile(path, randomBytes(KEY_LENGTH), 'create');
  const written = await readMasterKey(path);
  if (written === null) {
    throw new ServiceError(
      'CONFIGURATION_INVALID',
      'the master key file vanished while it was made',
    );
  }
  return written;
}

/**
 * Derives a key for one use: HKDF-SHA-256 (RFC 5869) with the label as info, no salt.
 *
 * @param label - names the use, for instance `keyStore`; two labels never give the same key.
 * @returns 32 bytes.
 */
export function deriveKey(master: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), label, KEY_LENGTH));
}

async function readMasterKey(path: string): Promise<Uint8Array | null> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isNodeError(error, 'ENOENT')) {
      return null;
    }
    throw new ServiceError('CONFIGURATION_INVALID', 'the master key file cannot be read', {
      cause: error,
    });
  }
  try {
    const { mode } = await file.stat();
    if ((mode & OTHERS_BITS) !== 0) {
      const found = (mode & 0o777).toString(8);
      throw new ServiceError(
        'CONFIGURATION_INVALID',
        `the master key file has mode ${found}, expected 600`,
      );
    }
    const key = await file.readFile();
    if (key.length !== KEY_LENGTH) {
      throw new ServiceError(
        'CONFIGURATION_INVALID',
        `the master key has ${key.length} bytes, expected 32`,
      );
    }
    return new Uint8Array(key);
  } finally {
    await file.close();
  }
}
