import { verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  importedSigners,
  type ImportedSigners,
  type JudgedKey,
} from '../../../service/src/authorities/importedSigners.ts';
import { createFileImportedKeyStore } from '../../../service/src/keys/fileImportedKeyStore.ts';
import { judgeImportedKey } from '../../../service/src/pki/pkcs12/judgeImportedKey.ts';
import { openPkcs12 } from '../../../service/src/pki/pkcs12/openPkcs12.ts';
import { parseTrustStore, type TrustStore } from '../../../service/src/pki/trustStore.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import {
  pkcs12Authority,
  PKCS12_PASSWORD,
  type Pkcs12Authority,
} from '../../support/pkcs12Files.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_ORGANISATIONS,
  testService,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const MARKET = TEST_ORGANISATIONS.market.creditCode;
const HEALTH = TEST_ORGANISATIONS.health.creditCode;
const NOBODY: TrustStore = { anchors: [], intermediates: [] };
const BYTES = Buffer.from('to be signed');

describeOpenssl('importedSigners', () => {
  const clock = testClock(new Date(Date.now() + 60_000).toISOString()); // what openssl makes now is valid then
  let city: TestService;
  let ca: Pkcs12Authority;
  let folder: string;
  let trusted: TrustStore;
  let ownKeys: readonly { readonly spki: Uint8Array }[];
  let asked: number;
  let signers: ImportedSigners;
  beforeAll(async () => {
    ca = pkcs12Authority();
    folder = mkdtempSync(join(tmpdir(), 'imported-signers-'));
    city = await testService();
  });
  beforeEach(() => {
    trusted = parseTrustStore(ca.rootPem);
    ownKeys = [];
    asked = 0;
    const keys = createFileImportedKeyStore({
      ...{ folder: mkdtempSync(join(folder, 'keys-')), clock, judgeFitness: judgeImportedKey },
      masterKey: new Uint8Array(32).fill(7),
    });
    signers = importedSigners({
      ...{ clock, store: city.service.store, keys },
      ownKeys: () => Promise.resolve(ownKeys),
      trust: () => Promise.resolve(trusted),
      gather: (unknown) => {
        asked += unknown.length;
        return Promise.resolve(false);
      },
    });
  });
  afterAll(async () => {
    await city.remove();
    ca.remove();
    rmSync(folder, { recursive: true });
  });

  const add = (
    file: Uint8Array = ca.make({ key: 'P-256' }),
    creditCode: string = MARKET,
    by: TestPersonName = 'security',
  ): Promise<JudgedKey> =>
    signers.add(city.people[by], { creditCode, file, password: PKCS12_PASSWORD });

  it('takes in a key that signs for its authority alone, until it is forgotten', async () => {
    const { keyId } = await add();

    const [signer, ...others] = await signers.fit(MARKET);
    const { publicKey } = new X509Certificate(signer!.certificationPath[0]!);
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    expect([signer!.keyId, others]).toEqual([keyId, []]);
    expect(verify('sha256', BYTES, key, await signer!.sign(BYTES))).toBe(true);
    expect(await signers.all(HEALTH)).toEqual([]);

    await signers.remove(city.people.security, MARKET, keyId);
    expect(await signers.list(MARKET)).toEqual([]);
    await expect(signers.remove(city.people.security, MARKET, keyId)).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
  });

  it('asks at every signature whether somebody still vouches for it', async () => {
    const { keyId, fault } = await add();
    const [signer] = await signers.fit(MARKET);
    trusted = NOBODY;

    await expect(signer!.sign(BYTES)).rejects.toMatchObject({ code: 'KEY_UNFIT' });

    expect(fault).toBeNull();
    expect(await signers.list(MARKET)).toMatchObject([{ keyId, fault: expect.any(String) }]);
    expect(await signers.fit(MARKET)).toEqual([]);
    expect((await signers.all(MARKET)).map((one) => one.keyId)).toEqual([keyId]);
  });

  it('asks others for an unknown status, and takes no silence for an answer', async () => {
    trusted = { ...trusted, revocation: { crls: [], ocspResponses: [], demand: 'always' } };

    await expect(add()).rejects.toMatchObject({ code: 'KEY_UNFIT' });

    expect(asked).toBe(1);
    expect(await signers.list(MARKET)).toEqual([]);
  });

  it('refuses a key that was made here, is for an unknown authority, or is vouched for by nobody', async () => {
    const file = ca.make({ key: 'P-256' });
    ownKeys = [openPkcs12(file, PKCS12_PASSWORD)];

    await expect(add(file)).rejects.toMatchObject({ code: 'KEY_ALREADY_EXISTS' });
    await expect(add(file, '91330402TEX00000XX')).rejects.toMatchObject({
      code: 'ORGANISATION_NOT_FOUND',
    });
    trusted = NOBODY;
    ownKeys = [];
    await expect(add(file)).rejects.toMatchObject({ code: 'KEY_UNFIT' });

    expect(await signers.list(MARKET)).toEqual([]);
  });

  it.each<TestPersonName>(['operator', 'maker', 'auditor'])('refuses %s', async (by) => {
    const file = new Uint8Array();

    await expect(add(file, MARKET, by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    await expect(signers.remove(city.people[by], MARKET, 'a')).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });
});
