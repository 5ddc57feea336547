import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createFileKeyStore } from '../../../service/src/keys/fileKeyStore.ts';
import type { KeyStore } from '../../../service/src/keys/keyStore.ts';
import { parsePublicKey, verifySignature } from '../../../service/src/keys/publicKey.ts';
import { issueCertificate } from '../../../service/src/pki/certificateAuthority.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { openCityPki } from '../../../service/src/pki/cityPki.ts';
import { judgeFitness } from '../../../service/src/pki/profiles.ts';

const OPERATOR = { name: '南湖市数据资源管理局', creditCode: '11330402MB00000029' };
const PREFIX = `${OPERATOR.creditCode}.`;
const bytes = Buffer.from('bytes');

let folder: string;
let now: Date;
let store: KeyStore;
const openStore = (masterKey = new Uint8Array(32).fill(7)): KeyStore =>
  createFileKeyStore({
    folder: join(folder, 'keys'),
    masterKey,
    clock: { now: () => now },
    judgeFitness,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  now = new Date('2026-01-01T00:00:00Z');
  store = openStore();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const pathOf = (name: string): string => join(folder, 'keys', `${name}.key.json`);

/** A CA in the store, and a certificate by it for a key of the store. */
async function certify(
  name: string,
  purpose: 'act' | 'node' = 'act',
  spki?: Uint8Array,
): Promise<Uint8Array[]> {
  await openCityPki({ keyStore: store, clock: { now: () => now }, operator: OPERATOR });
  const ca = await store.open(`${PREFIX}intermediateCa.ES256.1`);
  const [description] = await store.list(name);
  const subject = { organisation: '局', creditCode: null, commonName: '钥' };
  const leaf = await issueCertificate(
    { purpose, subject, spki: spki ?? description!.spki, notBefore: now },
    ca,
  );
  return [leaf, ...ca.certificationPath];
}

describe('createFileKeyStore', () => {
  it.each(['ES256', 'SM2'] as const)('keeps a key for %s over restarts', async (algorithm) => {
    const { spki } = await store.create('key', 'act', algorithm);
    await store.attach('key', await certify('key'));

    const signer = await openStore().open('key');

    const signature = await signer.sign(bytes);
    expect(verifySignature(parsePublicKey(spki)!, bytes, signature)).toBe(true);
    expect(signer).toMatchObject({ algorithm, purpose: 'act' });
    expect(signer.keyId).toBe(parseCertificate(signer.certificationPath[0]!).fingerprint);
  });

  it('writes files for the owner alone, without the key in clear, and leaves no others', async () => {
    await store.create('key', 'act', 'ES256');

    const { encryptedKey } = JSON.parse(readFileSync(pathOf('key'), 'utf8')) as {
      encryptedKey: string;
    };

    expect(statSync(pathOf('key')).mode & 0o777).toBe(0o600);
    expect(
      Buffer.from(encryptedKey, 'base64').includes(Buffer.from('06082a8648ce3d030107', 'hex')),
    ).toBe(false);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['key.key.json']);
  });

  it('lists keys by prefix, in the order of names', async () => {
    await store.create('b.1', 'act', 'ES256');
    await store.create('a.1', 'act', 'SM2');
    await store.create('b.0', 'node', 'ES256');

    const names = (keys: readonly { readonly name: string }[]): string[] =>
      keys.map(({ name }) => name);

    expect(names(await store.list())).toEqual(['a.1', 'b.0', 'b.1']);
    expect(names(await store.list('b.'))).toEqual(['b.0', 'b.1']);
  });

  it('is empty before the first key', async () => {
    expect(await store.list()).toEqual([]);
  });

  it('never replaces a key', async () => {
    await store.create('key', 'act', 'ES256');

    await expect(store.create('key', 'act', 'ES256')).rejects.toMatchObject({
      code: 'KEY_ALREADY_EXISTS',
    });
  });

  it.each(['../key', 'a/b', '', '.key', 'a\0b', 'x'.repeat(121)])(
    'takes no name that leads elsewhere: %j',
    async (name) => {
      await expect(store.create(name, 'act', 'ES256')).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(store.open(name)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    },
  );
});

describe('a key without a certificate', () => {
  it('signs requests and nothing else', async () => {
    const { spki } = await store.create('key', 'act', 'SM2');

    const signature = await store.signRequest('key', bytes);

    expect(verifySignature(parsePublicKey(spki)!, bytes, signature)).toBe(true);
    await expect(store.open('key')).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('signs no request once it has one', async () => {
    await store.create('key', 'act', 'ES256');
    await store.attach('key', await certify('key'));

    await expect(store.signRequest('key', bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('takes no certificate of another key, of another purpose, or none', async () => {
    await store.create('key', 'act', 'ES256');
    await store.create('other', 'act', 'ES256');

    const forNode = await certify('key', 'node');
    const forOther = await certify('other');

    await expect(store.attach('key', forNode)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    await expect(store.attach('key', forOther)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    await expect(store.attach('key', [])).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    await expect(store.attach('nobody', forOther)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });
});

describe('a signer', () => {
  it('signs at both ends of its certificate and not a moment outside', async () => {
    await store.create('key', 'act', 'ES256');
    await store.attach('key', await certify('key'));
    const signer = await store.open('key');

    for (const inside of ['2026-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z']) {
      now = new Date(inside);
      expect(await signer.sign(bytes)).toHaveLength(64);
    }
    for (const outside of ['2025-12-31T23:59:59.999Z', '2031-01-01T00:00:00.001Z']) {
      now = new Date(outside);
      await expect(signer.sign(bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    }
  });
});

describe('a key file that was tampered with', () => {
  const edit = (change: (file: Record<string, unknown>) => void, name = 'key'): void => {
    const file = JSON.parse(readFileSync(pathOf(name), 'utf8')) as Record<string, unknown>;
    change(file);
    writeFileSync(pathOf(name), JSON.stringify(file));
  };

  beforeEach(async () => {
    await store.create('key', 'act', 'ES256');
  });

  it.each([
    ['another purpose', (file: Record<string, unknown>) => (file['purpose'] = 'node')],
    ['another algorithm', (file: Record<string, unknown>) => (file['algorithm'] = 'SM2')],
    ['another iv', (file: Record<string, unknown>) => (file['iv'] = 'AAAAAAAAAAAAAAAA')],
    ['no ciphertext', (file: Record<string, unknown>) => (file['encryptedKey'] = '')],
    ['a further member', (file: Record<string, unknown>) => (file['extra'] = 1)],
  ])('does not open with %s', async (_, change) => {
    edit(change);

    await expect(store.signRequest('key', bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('does not open under another name', async () => {
    renameSync(pathOf('key'), pathOf('other'));
    await expect(store.signRequest('other', bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });

    edit((file) => (file['name'] = 'other'), 'other');
    await expect(store.signRequest('other', bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('does not open under another master key', async () => {
    const other = openStore(new Uint8Array(32).fill(8));

    await expect(other.signRequest('key', bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('does not open when it is no JSON', async () => {
    writeFileSync(pathOf('key'), '{');

    await expect(store.signRequest('key', bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });
});
