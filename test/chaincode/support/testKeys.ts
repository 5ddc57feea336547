/** Keys with certificates, generated in the run. */
import 'reflect-metadata';
import { createHash, createPrivateKey, sign, webcrypto } from 'node:crypto';

import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';

export interface TestKey {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly keyId: string;
  /** DER, base64. */
  readonly certificate: string;
  readonly pem: string;
  /** r‖s over SHA-256, base64url. */
  readonly sign: (bytes: Uint8Array) => string;
}

export interface TestKeyOptions {
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly curve?: 'P-256' | 'P-384';
  readonly isCa?: boolean;
}

/** A self-signed end entity on P-256, valid from 2020 to 2040 unless told otherwise. */
export async function makeTestKey(options: TestKeyOptions = {}): Promise<TestKey> {
  const { curve = 'P-256', isCa = false } = options;
  const algorithm = { name: 'ECDSA', namedCurve: curve, hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=test',
      notBefore: new Date(options.notBefore ?? '2020-01-01T00:00:00.000Z'),
      notAfter: new Date(options.notAfter ?? '2040-01-01T00:00:00.000Z'),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new BasicConstraintsExtension(isCa)],
    },
    webcrypto as Parameters<typeof X509CertificateGenerator.createSelfSigned>[1], // the same interface under another name
  );
  const der = Buffer.from(certificate.rawData);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    keyId: createHash('sha256').update(der).digest('hex'),
    certificate: der.toString('base64'),
    pem: certificate.toString('pem'),
    sign: (bytes) =>
      sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}
