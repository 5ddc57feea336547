/** Files that are either there whole or not at all, also after a power cut. */
import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a secret file (mode 600) atomically and durably.
 *
 * @param mode - `create` refuses (returns false) when the file exists; `replace` overwrites it.
 * @returns whether the file was written.
 */
export async function writeSecretFile(
  path: string,
  content: Uint8Array | string,
  mode: 'create' | 'replace',
): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode === 'replace') {
      await rename(temporary, path);
    } else {
      await link(temporary, path); // unlike rename never replaces a file made meanwhile
    }
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (mode === 'create' && isNodeError(error, 'EEXIST')) {
      return false;
    }
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether an error is Node's own with this code, for instance `ENOENT`. */
export function isNodeError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
