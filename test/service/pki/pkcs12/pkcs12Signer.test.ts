import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  generateEs256KeyPair,
  signEs256,
  verifyEs256,
} from '../../../../service/src/keys/es256.ts';
import type { OpenedPkcs12 } from '../../../../service/src/pki/pkcs12/openPkcs12.ts';
import { createPkcs12Signer } from '../../../../service/src/pki/pkcs12/pkcs12Signer.ts';
import {
  buildCa,
  buildCertificate,
  type CertificateOverrides,
} from '../../../support/certificates.ts';
import { testClock } from '../../../support/testClock.ts';

const BYTES = Buffer.from('to be signed');
const UNFIT = { code: 'KEY_UNFIT' };
const ca = buildCa(null, '某市CA');
const midYear = testClock('2026-06-01T00:00:00Z');

/** A file's content with a P-256 key, certified from 2026-01-01 to 2027-01-01 unless told otherwise. */
function openedEs256(overrides: CertificateOverrides = {}): OpenedPkcs12 {
  const { privateKey, spki } = generateEs256KeyPair();
  const key = {
    ...{ algorithm: 'ES256' as const, spki },
    sign: (bytes: Uint8Array) => signEs256(privateKey, bytes),
  };
  const { certificate } = buildCertificate(ca, { key, ...overrides });
  return { privateKey, algorithm: 'ES256', spki, certificationPath: [certificate.der] };
}

describe('createPkcs12Signer', () => {
  it('signs by ES256 as the certificate’s key', async () => {
    const opened = openedEs256();
    const [leaf] = opened.certificationPath;

    const signer = createPkcs12Signer(opened, midYear);

    expect(signer).toMatchObject({
      ...{ algorithm: 'ES256', purpose: 'documentSigner' },
      keyId: createHash('sha256').update(leaf!).digest('hex'),
      certificationPath: [leaf],
    });
    expect(verifyEs256(opened.spki.subarray(-65), BYTES, await signer.sign(BYTES))).toBe(true);
  });

  it('signs by RS256 with an RSA key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    const { certificate } = buildCertificate(ca, { key: { ...ca, spki } });
    const certificationPath = [certificate.der];

    const signer = createPkcs12Signer(
      { privateKey, algorithm: 'RS256', spki, certificationPath },
      midYear,
    );
    const signature = await signer.sign(BYTES);

    expect(signer.algorithm).toBe('RS256');
    expect(signature).toHaveLength(256);
    expect(verify('sha256', BYTES, publicKey, signature)).toBe(true);
  });

  it('seals no PDF by SM2', () => {
    const opened: OpenedPkcs12 = { ...openedEs256(), algorithm: 'SM2' };

    expect(() => createPkcs12Signer(opened, midYear)).toThrow(expect.objectContaining(UNFIT));
  });

  it.each<[string, CertificateOverrides]>([
    ['a CA', { isCa: true }],
    ['agreeing keys', { keyUsage: ['keyAgreement'] }],
  ])('takes no certificate for %s', (_, overrides) => {
    expect(() => createPkcs12Signer(openedEs256(overrides), midYear)).toThrow(
      expect.objectContaining(UNFIT),
    );
  });

  it('signs from the first to the last moment of its certificate, and not beyond', async () => {
    const clock = testClock('2026-01-01T00:00:00Z');
    const signer = createPkcs12Signer(openedEs256(), clock);
    const signAt = (instant: string): Promise<Uint8Array> => {
      clock.set(instant);
      return signer.sign(BYTES);
    };

    await expect(signAt('2025-12-31T23:59:59.999Z')).rejects.toMatchObject(UNFIT);
    expect(await signAt('2026-01-01T00:00:00Z')).toHaveLength(64);
    expect(await signAt('2027-01-01T00:00:00Z')).toHaveLength(64);
    await expect(signAt('2027-01-01T00:00:00.001Z')).rejects.toMatchObject(UNFIT);
  });
});
