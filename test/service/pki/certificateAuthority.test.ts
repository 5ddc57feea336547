import { describe, expect, it } from '@jest/globals';

import { generateEs256KeyPair } from '../../../service/src/keys/es256.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { issueCertificate } from '../../../service/src/pki/certificateAuthority.ts';
import { memoryKeyStore, testCity } from '../../support/testCa.ts';
import { openCityPki } from '../../../service/src/pki/cityPki.ts';

const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const OPERATOR = { name: '南湖市数据资源管理局', creditCode: '11330402MB00000029' };
const keyStore = memoryKeyStore(clock);
await openCityPki({ keyStore, clock, operator: OPERATOR });
const root = await keyStore.open(`${OPERATOR.creditCode}.rootCa.ES256.1`);
const intermediate = await keyStore.open(`${OPERATOR.creditCode}.intermediateCa.ES256.1`);

const { spki } = generateEs256KeyPair();
const subject = { organisation: '局', creditCode: null, commonName: '钥' };
const request = { purpose: 'act', subject, spki, notBefore: clock.now() } as const;
const UNFIT = { code: 'KEY_UNFIT' };

describe('issueCertificate', () => {
  it('draws a long random serial number each time', async () => {
    const [one, other] = await Promise.all([
      issueCertificate(request, intermediate),
      issueCertificate(request, intermediate),
    ]);

    const serials = [one, other].map((der) => parseCertificate(der).serialNumber);

    expect(serials[0]).toHaveLength(32);
    expect(serials[0]).not.toBe(serials[1]);
  });

  it('names the issuing key and the certified key', async () => {
    const certificate = parseCertificate(await issueCertificate(request, intermediate));
    const issuer = parseCertificate(intermediate.certificationPath[0]!);

    expect(certificate.authorityKeyId).toBe(issuer.subjectKeyId);
    expect(certificate.subjectKeyId).toHaveLength(40);
    expect(certificate.issuerDer).toEqual(issuer.subjectDer);
  });

  it('keeps the floors: roots certify intermediates, intermediates the others', async () => {
    await expect(issueCertificate(request, root)).rejects.toMatchObject(UNFIT);
    await expect(
      issueCertificate({ ...request, purpose: 'intermediateCa' }, intermediate),
    ).rejects.toMatchObject(UNFIT);
    await expect(issueCertificate({ ...request, purpose: 'rootCa' }, root)).rejects.toMatchObject(
      UNFIT,
    );
  });

  it('issues under no end-entity certificate', async () => {
    const { act } = await testCity();

    await expect(issueCertificate(request, act)).rejects.toMatchObject(UNFIT);
  });

  it('issues nothing that begins before its issuer or ends after it', async () => {
    const early = { ...request, notBefore: new Date('2025-12-31T23:59:59Z') };
    const late = { ...request, notAfter: new Date('2046-01-01T00:00:01Z') };

    await expect(issueCertificate(early, intermediate)).rejects.toMatchObject(UNFIT);
    await expect(issueCertificate(late, intermediate)).rejects.toMatchObject(UNFIT);
  });

  it('certifies P-256 and SM2 keys only, and only points on their curve', async () => {
    const off = spki.with(90, spki[90]! ^ 1);

    await expect(issueCertificate({ ...request, spki: off }, intermediate)).rejects.toMatchObject(
      UNFIT,
    );
    await expect(
      issueCertificate({ ...request, spki: new Uint8Array(91) }, intermediate),
    ).rejects.toMatchObject(UNFIT);
  });
});
