import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCertificates } from '../../../service/src/pki/certificate.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app.remove();
});

describe('GET /trust-roots', () => {
  it('gives anybody the roots of the city, and nothing below or beside them', async () => {
    const { status, headers, text } = await app.send('GET', '/trust-roots');

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/pem-certificate-chain');
    expect(text).toBe(app.city.service.pki.rootsPem);
    const roots = parseCertificates(text);
    expect(roots.map(({ publicKey }) => publicKey.algorithm).sort()).toEqual(['ES256', 'SM2']);
    expect(roots.every(({ isCa, subject, issuer }) => isCa && subject.text === issuer.text)).toBe(
      true,
    );
  });
});
