import { createPrivateKey, sign, type KeyObject } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { signForeignPdf } from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { parseCertificates } from '../../../../service/src/pki/certificate.ts';
import { parseTrustStore } from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { hasOpenssl, runOpenssl } from '../../../support/openssl.ts';
import { buildPdfSeal } from '../../../support/pdfSamples.ts';
import { plainPdf } from '../../../support/pdfRevisions.ts';
import { testTimeStamper } from '../../../support/pdfLevels.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const SIGNED_AT = new Date('2026-01-05T02:00:00Z');

interface RsaHolder {
  readonly key: KeyObject;
  readonly leaf: Uint8Array;
  readonly rootPem: string;
  /** When the certificates begin: as the test runs. */
  readonly begin: Date;
}

let city: TestCity;
let holder: RsaHolder;

/** A root and a leaf with RSA keys, as other cities' authorities hand them out. */
function makeHolder(bits: number): RsaHolder {
  const subject = (name: string): string => `/C=CN/O=Elsewhere/CN=${name}`;
  const key = (): string =>
    runOpenssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]).toString();
  const [rootKey, leafKey] = [key(), key()];
  const config = [
    '[req]\ndistinguished_name=dn\n[dn]',
    '[root]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash',
    '[leaf]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature,nonRepudiation\nsubjectKeyIdentifier=hash',
  ].join('\n');
  const issue = ['-config', 'c', '-days', '36500', '-sha256', '-x509'];
  const rootPem = runOpenssl(
    ['req', ...issue, '-new', '-key', 'k', '-subj', subject('Root'), '-extensions', 'root'],
    { k: rootKey, c: config },
  ).toString();
  const leafPem = runOpenssl(
    [
      ...['req', ...issue, '-new', '-key', 'k', '-subj', subject('Seal'), '-extensions', 'leaf'],
      ...['-CA', 'r', '-CAkey', 'rk'],
    ],
    { k: leafKey, c: config, r: rootPem, rk: rootKey },
  ).toString();
  const { der, notBefore } = parseCertificates(leafPem)[0]!;
  return { key: createPrivateKey(leafKey), leaf: der, rootPem, begin: notBefore };
}

(hasOpenssl ? describe : describe.skip)('a PDF sealed with an RSA key', () => {
  beforeAll(async () => {
    city = await testCity();
    holder = makeHolder(3072);
  });

  async function seal(isStamped: boolean): Promise<Uint8Array> {
    const stamper = testTimeStamper(city, '2026-01-05T02:00:07Z');
    const prepared = signForeignPdf(plainPdf(), {
      ...buildPdfSeal(city.documentSignerEs256),
      certificationPath: [holder.leaf],
      placement: { page: 1, xMm: 20, yMm: 20, widthMm: 42, heightMm: 42 },
      timeStampReserveBytes: isStamped ? (stamper.maxTokenBytes ?? 0) : 0,
      qr: null,
    });
    const value = sign('sha256', prepared.toBeSigned, holder.key);
    return prepared.complete(
      value,
      isStamped ? await stamper.stamp(prepared.signatureValueOf(value), 'ES256') : null,
    );
  }

  it.each([false, true])('verifies, time-stamped: %s', async (isStamped) => {
    const theirs = parseTrustStore(holder.rootPem);
    const trust = { ...city.trust, anchors: [...city.trust.anchors, ...theirs.anchors] };
    const { signatures } = verifyPdf(await seal(isStamped), { trust, at: holder.begin });
    const { checks, timeStampedAt } = signatures[0]!;
    const value = checks.find(({ name }) => name === 'pdf.signatureValue')!;

    expect(value.indication).toBe('TOTAL-PASSED');
    expect(timeStampedAt === null).toBe(!isStamped);
    // a time-stamp of a time when the certificate was not yet there
    expect(conclude(checks).subIndication).toBe(isStamped ? 'NOT_YET_VALID' : null);
  });

  it('is a CMS that OpenSSL verifies', async () => {
    const pdf = Buffer.from(await seal(false));
    const [, gapStart, gapEnd] = /\/ByteRange\[0 (\d+) +(\d+)/u.exec(pdf.toString('latin1'))!;
    const cms = Buffer.from(
      pdf.subarray(Number(gapStart) + 1, Number(gapEnd) - 1).toString('latin1'),
      'hex',
    );
    const content = Buffer.concat([
      pdf.subarray(0, Number(gapStart)),
      pdf.subarray(Number(gapEnd)),
    ]);

    const verified = runOpenssl(
      [
        ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms', '-content', 'content'],
        ...['-CAfile', 'root', '-purpose', 'any'],
      ],
      { cms, content, root: holder.rootPem },
    );

    expect(verified.equals(content)).toBe(true);
  });

  it('refuses a value of another length than the key’s', () => {
    const prepared = signForeignPdf(plainPdf(), {
      ...buildPdfSeal(city.documentSignerEs256, { signedAt: SIGNED_AT }),
      certificationPath: [holder.leaf],
      placement: { page: 1, xMm: 20, yMm: 20, widthMm: 42, heightMm: 42 },
      qr: null,
    });

    expect(() => prepared.complete(new Uint8Array(64))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});
