import { describe, expect, it } from '@jest/globals';
import { statusUrls } from '../../../service/src/certificates/statusUrls.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { openCityPki } from '../../../service/src/pki/cityPki.ts';
import { memoryKeyStore } from '../../support/testCa.ts';

const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const OPERATOR = { name: '南湖市数据资源管理局', creditCode: '11330402MB00000029' };

describe('statusUrls', () => {
  // certificates that are out name these: they must never change
  it('are where lists and answers have always been', () => {
    const urls = statusUrls('https://zz.example.gov.cn');

    expect(urls.crl('0a1b')).toBe('https://zz.example.gov.cn/api/v1/crl/0a1b.crl');
    expect(urls.ocsp).toBe('https://zz.example.gov.cn/api/v1/ocsp');
  });

  it('keep scheme and port of the public address', () => {
    const urls = statusUrls('http://127.0.0.1:8080');

    expect(urls.crl('ff')).toBe('http://127.0.0.1:8080/api/v1/crl/ff.crl');
    expect(urls.ocsp).toBe('http://127.0.0.1:8080/api/v1/ocsp');
  });

  it('stand in certificates, the list by its issuer’s key', async () => {
    const urls = statusUrls('https://zz.example.gov.cn');
    const keyStore = memoryKeyStore(clock);

    const pki = await openCityPki({ keyStore, clock, operator: OPERATOR, statusUrls: urls });

    const [leaf, issuer] = pki.timeStampers.ES256.certificationPath.map(parseCertificate);
    const text = Buffer.from(leaf!.der).toString('latin1');
    expect(text).toContain(urls.crl(issuer!.subjectKeyId!));
    expect(text).toContain(urls.ocsp);
  });
});
