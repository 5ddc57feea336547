import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import { conclude } from '../../../service/src/report.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import {
  pkcs12Authority,
  PKCS12_PASSWORD,
  type Pkcs12Authority,
  type Pkcs12Request,
} from '../../support/pkcs12Files.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS } from '../../support/testService.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const hasPdfsig = ((): boolean => {
  try {
    execFileSync('pdfsig', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const itPdfsig = hasPdfsig ? it : it.skip;

const MARKET = TEST_ORGANISATIONS.market.creditCode;
const DAY_MS = 86_400_000;

describeOpenssl('document signers from PKCS#12', () => {
  const clock = testClock(new Date(Date.now() + 60_000).toISOString()); // what openssl makes now is valid then
  let app: TestApp;
  let ca: Pkcs12Authority;
  let stranger: Pkcs12Authority;
  beforeAll(async () => {
    ca = pkcs12Authority('某市CA');
    stranger = pkcs12Authority('他市CA');
    app = await testApp({ clock });
    await trust(ca);
  });
  afterAll(async () => {
    await app.remove();
    ca.remove();
    stranger.remove();
  });

  async function trust({ rootPem }: Pkcs12Authority, limits: object = {}): Promise<string> {
    const scope = { purposes: ['documentSigner'], ...limits };
    const json = { act: 'put', certificate: rootPem, name: '某市CA', scope };
    const { body } = await app.send('POST', '/trust-list/proposals', { as: 'operator', json });
    return await approve(body.id, String(body['fingerprint']));
  }

  async function withdraw(fingerprint: string): Promise<void> {
    const json = { act: 'withdraw', fingerprint, reason: 'other' };
    const { body } = await app.send('POST', '/trust-list/proposals', { as: 'operator', json });
    await approve(body.id, fingerprint);
  }

  async function approve(id: string, fingerprint: string): Promise<string> {
    const { status } = await app.send('POST', `/trust-list/proposals/${id}/approve`, {
      ...{ as: 'security', json: {} },
    });
    expect(status).toBe(200);
    clock.advance(1000);
    return fingerprint;
  }

  const signersOf = (creditCode = MARKET): string => `/authorities/${creditCode}/document-signers`;
  const hand = (
    file: Uint8Array<ArrayBuffer>,
    password = PKCS12_PASSWORD,
    creditCode = MARKET,
  ): Promise<TestAnswer> =>
    app.send('POST', signersOf(creditCode), { as: 'security', form: formOf(file, { password }) });
  const take = async (request: Pkcs12Request): Promise<string> => {
    const { status, body, text } = await hand(ca.make(request));
    if (status !== 201) throw new Error(text);
    clock.advance(1000);
    return String(body['keyId']);
  };
  const forget = (keyId: string): Promise<TestAnswer> =>
    app.send('DELETE', `${signersOf()}/${keyId}`, { as: 'security' });

  const newSeal = async (): Promise<string> => {
    const now = clock.now().getTime();
    const json = {
      ...{ holder: TEST_ORGANISATIONS.market, kind: 'official', name: '公章' },
      validFrom: new Date(now - 1000).toISOString(),
      validUntil: new Date(now + 1000 * DAY_MS).toISOString(),
    };
    const { body } = await app.send('POST', '/seals', { as: 'sealMaker', json });
    clock.advance(1000);
    return body.esId;
  };
  const seal = async (esId: string, fields: object = {}): Promise<TestAnswer> => {
    const place = { page: '1', x: '30', y: '40', ...fields };
    const form = formOf(new Uint8Array(await foreignPdf()), { esId, ...place });
    return await app.send('POST', '/seal-signatures', { as: 'maker', form });
  };
  const signerIn = (bytes: Uint8Array): string => {
    const question = { trust: app.city.service.trust.current, at: clock.now() };
    const { signatures, documentChecks } = verifyPdf(bytes, question);
    const checks = [...documentChecks, ...signatures.flatMap((one) => one.checks)];
    const { commonName } = parseCertificate(signatures[0]!.signerCertificate!).subject;
    return `${commonName ?? ''} ${conclude(checks).indication}`;
  };

  it.each<[string, Pkcs12Request]>([
    ['of RSA', { key: 'rsa:2048' }],
    ['of RSA, encrypted as older programs do', { key: 'rsa:3072', isLegacy: true }],
    ['on P-256', { key: 'P-256' }],
    ['on P-256, encrypted as older programs do', { key: 'P-256', isLegacy: true }],
  ])('takes in a key %s, which then signs PDFs under a new seal', async (_, request) => {
    const earlier = await newSeal();

    const keyId = await take(request);

    const esId = await newSeal();
    const [own, imported] = [await seal(earlier), await seal(esId)];
    const list = await app.city.service.store.seals.find(esId);
    expect(list?.signerKeys).toContain(keyId);
    expect([own.status, imported.status]).toEqual([201, 201]);
    expect(signerIn(imported.bytes)).toBe('公章 TOTAL-PASSED');
    expect(signerIn(own.bytes)).not.toContain('公章 ');
    const { body } = await app.send('POST', '/verifications', { form: formOf(imported.bytes) });
    expect([body.indication, body.subIndication]).toEqual(['TOTAL-PASSED', null]);
    expect((await forget(keyId)).status).toBe(204);
    expect(signerIn((await seal(esId)).bytes)).not.toContain('公章 ');
  });

  it('leaves OFDs to the key made here, also under a seal that lists an imported one', async () => {
    const keyId = await take({ key: 'rsa:2048' });
    const esId = await newSeal();
    const ofd = writeOfd({
      pages: [{ widthMm: 210, heightMm: 297, items: [] }],
      ...{ title: '', author: '', createdAt: clock.now(), metadata: [], attachments: [] },
    });

    const form = formOf(new Uint8Array(ofd), { esId, page: '1', x: '30', y: '40' });
    const { bytes } = await app.send('POST', '/seal-signatures', { as: 'maker', form });

    const { body } = await app.send('POST', '/verifications', { form: formOf(bytes) });
    expect([body.indication, body.subIndication]).toEqual(['TOTAL-PASSED', null]);
    await forget(keyId);
  });

  it('is listed by a renewed seal, too', async () => {
    const esId = await newSeal();
    const keyId = await take({ key: 'P-256' });
    const validUntil = new Date(clock.now().getTime() + 900 * DAY_MS).toISOString();

    const renewed = await app.send('POST', `/seals/${esId}/renew`, {
      ...{ as: 'sealMaker', json: { validUntil } },
    });

    clock.advance(1000);
    expect(signerIn((await seal(renewed.body.esId)).bytes)).toBe('公章 TOTAL-PASSED');
    await forget(keyId);
  });

  itPdfsig('makes signatures that pdfsig verifies', async () => {
    const keyId = await take({ key: 'rsa:2048' });
    const folder = mkdtempSync(join(tmpdir(), 'pdfsig-'));
    writeFileSync(join(folder, 'f.pdf'), (await seal(await newSeal())).bytes);

    const said = execFileSync('pdfsig', ['-nocert', 'f.pdf'], { cwd: folder }).toString();

    rmSync(folder, { recursive: true });
    await forget(keyId);
    expect(said).toContain('Signature is Valid.');
    expect(said).toContain('Total document signed');
  });

  it('refuses a key that was handed in before, also for another authority', async () => {
    const file = ca.make({ key: 'P-256' });
    const first = await hand(file);

    const again = [
      await hand(file),
      await hand(file, PKCS12_PASSWORD, TEST_ORGANISATIONS.health.creditCode),
    ];

    expect(again.map(({ body }) => body.code)).toEqual([
      'KEY_ALREADY_EXISTS',
      'KEY_ALREADY_EXISTS',
    ]);
    await forget(String(first.body['keyId']));
  });

  it.each<[string, Pkcs12Request, RegExp]>([
    ['that is too short', { key: 'rsa:1024' }, /1024 bits/],
    ['on another curve', { key: 'P-384' }, /neither RSA/],
    [
      'for web servers',
      { key: 'P-256', extensions: 'extendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n' },
      /extended key usage/,
    ],
    [
      'of a CA',
      { key: 'P-256', extensions: 'basicConstraints=critical,CA:TRUE\n' },
      /CA certificate/,
    ],
    ['that is over', { key: 'P-256', period: ['20200101000000Z', '20210101000000Z'] }, /period/],
    ['to come', { key: 'P-256', period: ['20400101000000Z', '20410101000000Z'] }, /period/],
    [
      'of another organisation',
      {
        key: 'P-256',
        subject: `/O=某局/CN=公章/serialNumber=${TEST_ORGANISATIONS.health.creditCode}`,
      },
      /certificate is/,
    ],
    [
      'whose status nobody can be asked about',
      { key: 'P-256', extensions: 'crlDistributionPoints=URI:http://127.0.0.1:9/ca.crl\n' },
      /revocation/,
    ],
  ])('refuses a key or certificate %s', async (_, request, why) => {
    const { body } = await hand(ca.make(request));

    expect([body.code, body.detail]).toEqual(['KEY_UNFIT', expect.stringMatching(why)]);
    expect((await app.send('GET', signersOf(), { as: 'security' })).body.items).toEqual([]);
  });

  it('seals a PDF at level LT by a key of RSA', async () => {
    const keyId = await take({ key: 'rsa:2048' });
    const sealed = await seal(await newSeal(), { level: 'LT' });

    expect([sealed.status, signerIn(sealed.bytes)]).toEqual([201, '公章 TOTAL-PASSED']);
    await forget(keyId);
  });

  it('refuses a key that nobody on the trust list vouches for', async () => {
    expect((await hand(stranger.make({ key: 'P-256' }))).body.code).toBe('KEY_UNFIT');
  });

  it.each([[{ purposes: ['sealMaker'] }], [{ sealKinds: ['official'] }]])(
    'refuses a key whose CA is recognised for %j only',
    async (limits) => {
      const other = pkcs12Authority('又一市CA');
      await trust(other, limits);

      expect((await hand(other.make({ key: 'P-256' }))).body.code).toBe('KEY_UNFIT');
      other.remove();
    },
  );

  it('tells a wrong password from rubbish, and an authority that is not there', async () => {
    const file = ca.make({ key: 'P-256' });
    const { code: wrong } = (await hand(file, 'other')).body;
    const { code: rubbish } = (await hand(new Uint8Array([1, 2, 3]))).body;
    const { code: nobody } = (await hand(file, PKCS12_PASSWORD, '11330400TEX0099999')).body;

    expect([wrong, rubbish]).toEqual(['PKCS12_PASSWORD_WRONG', 'PKCS12_MALFORMED']);
    expect(['ORGANISATION_NOT_FOUND', 'REQUEST_MALFORMED']).toContain(nobody);
  });

  it('keeps password and key out of log and files', async () => {
    const password = 'Pa55-of-the-file';
    await hand(ca.make({ key: 'P-256' }), password);
    const keyId = await take({ key: 'P-256' });

    const folder = join(app.city.config.keysDir, 'imported');
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(texts).toHaveLength(1);
    for (const text of [app.logText(), ...texts]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(PKCS12_PASSWORD);
    }
    await forget(keyId);
  });

  it('no longer signs once its certificate is revoked; a renewed seal signs without it', async () => {
    const file = ca.make({ key: 'rsa:2048' });
    const { body } = await hand(file);
    const esId = await newSeal();

    app.city.service.trust.setFetched({ crls: [ca.revokeLast()], ocspResponses: [] });

    expect((await seal(esId)).body).toMatchObject({ code: 'KEY_UNFIT' });
    const [listed] = (await app.send('GET', signersOf(), { as: 'auditor' })).body.items;
    expect(listed).toMatchObject({ keyId: body['keyId'], fault: expect.stringContaining('revo') });
    expect(signerIn((await seal(await newSeal())).bytes)).not.toContain('公章 ');
    app.city.service.trust.setFetched({ crls: [], ocspResponses: [] });
    await forget(String(body['keyId']));
  });

  it('no longer signs once its CA is withdrawn from the trust list', async () => {
    const other = pkcs12Authority('又一市CA');
    const fingerprint = await trust(other);
    const { body } = await hand(other.make({ key: 'P-256' }));
    const esId = await newSeal();
    const before = await seal(esId);

    await withdraw(fingerprint);

    expect(before.status).toBe(201);
    expect((await seal(esId)).body.code).toBe('KEY_UNFIT');
    await forget(String(body['keyId']));
    other.remove();
  });

  it('no longer signs once its certificate is over', async () => {
    const keyId = await take({ key: 'P-256' });
    const esId = await newSeal();

    clock.advance(400 * DAY_MS);

    const { service, people } = app.city;
    const { documentSigners, seals } = service;
    const point = { page: 1, xMm: 30, yMm: 40 };
    const sealing = sealDocument(seals, people.maker, {
      bytes: await foreignPdf(),
      esId,
      ...point,
    });
    await expect(sealing).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    expect(await documentSigners.fit(MARKET)).toEqual([]);
    await documentSigners.remove(people.security, MARKET, keyId);
  });
});
