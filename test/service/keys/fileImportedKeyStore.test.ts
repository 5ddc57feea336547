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
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createFileImportedKeyStore } from '../../../service/src/keys/fileImportedKeyStore.ts';
import type {
  ImportedKey,
  ImportedKeyStore,
  KeyToImport,
} from '../../../service/src/keys/importedKeyStore.ts';
import { judgeImportedKey } from '../../../service/src/pki/pkcs12/judgeImportedKey.ts';
import { openPkcs12 } from '../../../service/src/pki/pkcs12/openPkcs12.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import {
  pkcs12Authority,
  PKCS12_PASSWORD,
  type Pkcs12Authority,
} from '../../support/pkcs12Files.ts';
import { testClock } from '../../support/testClock.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const DAY_MS = 86_400_000;

describeOpenssl('imported keys in files', () => {
  const clock = testClock(new Date(Date.now() + 60_000).toISOString());
  let ca: Pkcs12Authority;
  let parent: string;
  let folder: string;
  beforeAll(() => {
    ca = pkcs12Authority();
    parent = mkdtempSync(join(tmpdir(), 'imported-'));
    folder = join(parent, 'keys');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => {
    ca.remove();
    rmSync(parent, { recursive: true });
  });

  const openStore = (fill = 7): ImportedKeyStore =>
    createFileImportedKeyStore({
      ...{ folder, masterKey: new Uint8Array(32).fill(fill), clock },
      judgeFitness: judgeImportedKey,
    });
  const open = (key = 'P-256', owner = 'A'): KeyToImport => {
    const { algorithm, ...opened } = openPkcs12(ca.make({ key }), PKCS12_PASSWORD);
    if (algorithm === 'SM2') throw new Error('not asked for');
    clock.advance(1000);
    return { ...opened, algorithm, owner, importedAt: clock.now(), importedBy: 'somebody' };
  };
  const edit = (changes: object): void => {
    const [name = ''] = readdirSync(folder);
    const path = join(folder, name);
    const file = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...file, ...changes }));
    if ('owner' in changes) renameSync(path, join(folder, name.replace(/^A/, 'B')));
  };
  const only = async (owner = 'A'): Promise<ImportedKey> => (await openStore().list(owner))[0]!;
  const bytes = new Uint8Array([1, 2, 3]);

  it.each(['rsa:2048', 'P-256'])('sign after a restart (%s)', async (kind) => {
    const { keyId, spki } = await openStore().add(open(kind));

    const signer = await openStore().open(await only());

    const value = await signer.sign(bytes);
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, value)).toBe(true);
    expect([signer.keyId, signer.purpose]).toEqual([keyId, 'documentSigner']);
  });

  it('are listed by owner, newest first, in files that nobody else may read', async () => {
    const store = openStore();
    const [first, second] = [await store.add(open()), await store.add(open())];
    const other = await store.add(open('P-256', 'B'));

    const ids = (await store.list('A')).map(({ keyId }) => keyId);

    expect(ids).toEqual([second.keyId, first.keyId]);
    expect((await only('B')).keyId).toBe(other.keyId);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('are taken in once, whoever comes second', async () => {
    const [key, store] = [open(), openStore()];
    const outcomes = await Promise.allSettled([store.add(key), store.add({ ...key, owner: 'B' })]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(openStore().add(key)).rejects.toMatchObject({ code: 'KEY_ALREADY_EXISTS' });
  });

  it.each<[string, object]>([
    ['for another authority', { owner: 'B' }],
    ['with another algorithm', { algorithm: 'RS256' }],
  ])('do not open %s', async (_, changes) => {
    await openStore().add(open());
    edit(changes);

    const key = await only('owner' in changes ? 'B' : 'A');

    await expect(openStore().open(key)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('do not open under another master key, nor with the certificate of another key', async () => {
    await openStore().add(open());
    const key = await only();

    await expect(openStore(8).open(key)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    const [stranger = new Uint8Array()] = open().certificationPath;
    edit({ certificationPath: [Buffer.from(stranger).toString('base64')] });
    await expect(openStore().open(key)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('are not what their file is not', async () => {
    await openStore().add(open());
    edit({ purpose: 'sealMaker' });

    await expect(openStore().list('A')).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('sign within their certificate’s period only', async () => {
    await openStore().add(open());
    const signer = await openStore().open(await only());

    clock.advance(400 * DAY_MS);

    await expect(signer.sign(bytes)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    clock.advance(-400 * DAY_MS);
  });

  it('are forgotten for good', async () => {
    const store = openStore();
    const key = await store.add(open());

    await store.remove(key);

    expect(readdirSync(folder)).toEqual([]);
    await expect(store.remove(key)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
    await expect(store.open(key)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });
});
