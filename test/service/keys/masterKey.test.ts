import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { deriveKey, loadMasterKey } from '../../../service/src/keys/masterKey.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'master-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('loadMasterKey', () => {
  it('makes a key readable by its owner alone and reads it again', async () => {
    const path = join(folder, 'secrets', 'master.key');

    const made = await loadMasterKey(path);

    expect(made).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await loadMasterKey(path)).toEqual(made);
    expect(readdirSync(join(folder, 'secrets'))).toEqual(['master.key']);
  });

  it('gives callers that start at once the same key', async () => {
    const path = join(folder, 'master.key');

    const keys = await Promise.all(Array.from({ length: 8 }, () => loadMasterKey(path)));

    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  it('refuses a file that others may read', async () => {
    const path = join(folder, 'master.key');
    await loadMasterKey(path);
    chmodSync(path, 0o640);

    await expect(loadMasterKey(path)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });

  it('refuses a file of another length', async () => {
    const path = join(folder, 'master.key');
    writeFileSync(path, 'short', { mode: 0o600 });

    await expect(loadMasterKey(path)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });
});

describe('deriveKey', () => {
  it('gives one key a label and master', () => {
    const master = new Uint8Array(32).fill(1);

    const key = deriveKey(master, 'a');

    expect(key).toHaveLength(32);
    expect(deriveKey(master, 'a')).toEqual(key);
    expect(deriveKey(master, 'b')).not.toEqual(key);
    expect(deriveKey(new Uint8Array(32).fill(2), 'a')).not.toEqual(key);
  });
});
