import { beforeAll, describe, expect, it } from '@jest/globals';

import { addValidationData } from '../../../../service/src/documents/pdf/addValidationData.ts';
import { prepareDocumentTimeStamp } from '../../../../service/src/documents/pdf/documentTimeStamp.ts';
import { addLongTermData } from '../../../../service/src/documents/pdf/longTermData.ts';
import { signForeignPdf } from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import {
  verifyPdf,
  type PdfVerification,
} from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { parseCertificate } from '../../../../service/src/pki/certificate.ts';
import type { TrustStore } from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { hasOpenssl, runOpenssl } from '../../../support/openssl.ts';
import { testCrls, testTimeStamper, testValidationSource } from '../../../support/pdfLevels.ts';
import { compressedPdf, hybridPdf, open, plainPdf } from '../../../support/pdfRevisions.ts';
import { buildPdfSeal, sealedPdf } from '../../../support/pdfSamples.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const STAMPED_AT = '2026-01-05T02:00:07Z';
const LATER = new Date('2026-03-01T00:00:00Z');

let city: TestCity;
let asking: TrustStore;

beforeAll(async () => {
  city = await testCity();
  asking = { ...city.trust, revocation: { crls: [], ocspResponses: [], demand: 'always' } };
});

/** Seals at level -T. */
async function sealWithTime(pdf: Uint8Array): Promise<Uint8Array> {
  const stamper = testTimeStamper(city, STAMPED_AT);
  const placement = { page: 1, xMm: 20, yMm: 20, widthMm: 42, heightMm: 42 };
  const overrides = { placement, timeStampReserveBytes: stamper.maxTokenBytes ?? 0 };
  const signer = city.documentSignerEs256;
  const prepared = signForeignPdf(pdf, { ...buildPdfSeal(signer, overrides), qr: null });
  const value = await signer.sign(prepared.toBeSigned);
  const token = await stamper.stamp(prepared.signatureValueOf(value), 'ES256');
  return prepared.complete(value, token);
}

async function stampDocument(pdf: Uint8Array, at = STAMPED_AT): Promise<Uint8Array> {
  const prepared = prepareDocumentTimeStamp(pdf);
  return prepared.complete(await testTimeStamper(city, at).stamp(prepared.toBeStamped, 'ES256'));
}

function verify(pdf: Uint8Array, trust = city.trust, at = LATER): PdfVerification {
  return verifyPdf(pdf, { trust, at });
}

function indications({ signatures }: PdfVerification): readonly string[] {
  return signatures.map(({ checks }) => {
    const { indication, subIndication } = conclude(checks);
    return `${indication} ${subIndication}`;
  });
}

const PASSED = 'TOTAL-PASSED null';

describe.each([
  ['a table', plainPdf],
  ['streams', compressedPdf],
  ['a table and a stream', hybridPdf],
])('a PDF with its cross-references in %s', (_form, build) => {
  it('is sealed, sealed again, stamped and given what proves it later, every step as valid as before', async () => {
    const twice = await sealWithTime(await sealWithTime(build()));
    const stamped = await stampDocument(twice);
    const lasting = await addLongTermData(stamped, testValidationSource(city, STAMPED_AT));

    expect(indications(verify(twice))).toEqual([PASSED, PASSED]);
    expect(indications(verify(stamped))).toEqual([PASSED, PASSED, PASSED]);
    expect(indications(verify(lasting, asking))).toEqual([PASSED, PASSED, PASSED]);
    expect(verify(lasting).signatures.map(({ kind }) => kind)).toEqual([
      'signature',
      'signature',
      'documentTimeStamp',
    ]);
    expect(Buffer.from(lasting.subarray(0, twice.length)).equals(Buffer.from(twice))).toBe(true);
  });
});

describe('prepareDocumentTimeStamp', () => {
  it('proves the time of a seal that came without a time-stamp', async () => {
    const sealed = await sealedPdf(city.documentSignerEs256);
    const stamped = await stampDocument(sealed);

    expect(verify(sealed).signatures[0]!.provenAt).toBeNull();
    expect(verify(stamped).signatures[0]!.provenAt).toEqual(new Date(STAMPED_AT));
    expect(verify(stamped).signatures[1]!.timeStampedAt).toEqual(new Date(STAMPED_AT));
  });

  it('lets the seal outlive its certificate, until the time-stamp ends', async () => {
    const stamped = await stampDocument(await sealedPdf(city.documentSignerEs256));
    const [leaf] = city.documentSignerEs256.certificationPath;
    const [stamperLeaf] = city.timeStamper.certificationPath;
    const over = new Date(parseCertificate(leaf!).notAfter.getTime() + 1000);
    const stamperEnd = parseCertificate(stamperLeaf!).notAfter;

    expect(stamperEnd > over).toBe(true);
    expect(indications(verify(stamped, city.trust, over))).toEqual([PASSED, PASSED]);
    expect(
      indications(verify(stamped, city.trust, new Date(stamperEnd.getTime() + 1000))),
    ).not.toContain(PASSED);
  });

  it('proves nothing where its authority is not trusted', async () => {
    const other = await testCity();
    const prepared = prepareDocumentTimeStamp(await sealedPdf(city.documentSignerEs256));
    const token = await testTimeStamper(other, STAMPED_AT).stamp(prepared.toBeStamped, 'ES256');
    const { signatures } = verify(prepared.complete(token));

    expect(signatures[0]!.provenAt).toBeNull();
    expect(conclude(signatures[1]!.checks).indication).toBe('INDETERMINATE');
  });

  it('fails where the token is of other bytes', async () => {
    const prepared = prepareDocumentTimeStamp(await sealedPdf(city.documentSignerEs256));
    const token = await testTimeStamper(city, STAMPED_AT).stamp(Buffer.from('else'), 'ES256');

    expect(indications(verify(prepared.complete(token)))[1]).toBe('TOTAL-FAILED HASH_FAILURE');
  });

  it('stamps what its author certified against every change', async () => {
    const certified = plainPdf(
      undefined,
      '/Perms<</DocMDP<</Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>>]>>>>',
    );
    const stamped = await stampDocument(certified);

    expect(indications(verify(stamped))).toEqual([PASSED]);
    await expect(sealWithTime(certified)).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });

  it('refuses a token that is longer than its place', () => {
    const prepared = prepareDocumentTimeStamp(plainPdf(), 16);

    expect(() => prepared.complete(new Uint8Array(17))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});

describe('addLongTermData', () => {
  it('answers for certificates when nobody else does', async () => {
    const sealed = await sealWithTime(plainPdf());
    const lasting = await addLongTermData(sealed, testValidationSource(city, STAMPED_AT));

    expect(indications(verify(sealed, asking))).toEqual(['INDETERMINATE TRY_LATER']);
    expect(indications(verify(lasting, asking))).toEqual([PASSED]);
  });

  it('helps nobody if its lists were over when the seal was made', async () => {
    const sealed = await sealWithTime(plainPdf());
    const stale = await addLongTermData(sealed, testValidationSource(city, '2025-12-01T00:00:00Z'));

    expect(indications(verify(stale, asking))).toEqual(['INDETERMINATE TRY_LATER']);
  });

  it.each([
    ['before it signed', '2026-01-05T01:00:00Z', 'TOTAL-FAILED REVOKED'],
    ['between its own word and the time-stamp', '2026-01-05T02:00:03Z', 'INDETERMINATE REVOKED'],
    ['after the time-stamp', '2026-01-05T02:00:09Z', PASSED],
  ])('tells of a signer revoked %s', async (_when, revokedAt, expected) => {
    const { serialNumber } = parseCertificate(city.documentSignerEs256.certificationPath[0]!);
    const entry = {
      serialNumber,
      revokedAt: new Date(revokedAt),
      reason: 'keyCompromise',
    } as const;
    const sealed = await sealWithTime(plainPdf());
    const crls = await testCrls(city, '2026-01-06T00:00:00Z', [entry]);

    const lasting = addValidationData(sealed, { certificates: [], crls, ocspResponses: [] });

    expect(indications(verify(lasting, asking))).toEqual([expected]);
  });
});

describe('addValidationData', () => {
  it('adds to a store that is there and nothing twice', async () => {
    const sealed = await sealWithTime(plainPdf());
    const [one, two] = [Buffer.from('one'), Buffer.from('two')];
    const none = { certificates: [], crls: [], ocspResponses: [] };
    const first = addValidationData(sealed, { ...none, certificates: [one], crls: [two] });
    const second = addValidationData(first, { ...none, certificates: [one, two, two] });

    expect(addValidationData(second, { ...none, crls: [two] })).toBe(second);
    expect(verify(second).validationData).toEqual({
      ...none,
      certificates: [one, two],
      crls: [two],
    });
    expect(indications(verify(second))).toEqual([PASSED]);
    expect(open(second).sections).toHaveLength(4);
  });
});

(hasOpenssl ? describe : describe.skip)('openssl', () => {
  it('verifies the document time-stamp and what it covers', async () => {
    const prepared = prepareDocumentTimeStamp(plainPdf());
    const token = await testTimeStamper(city, STAMPED_AT).stamp(prepared.toBeStamped, 'ES256');

    const said = runOpenssl(
      [
        'ts',
        '-verify',
        '-data',
        'data',
        '-in',
        'token',
        '-token_in',
        '-CAfile',
        'roots.pem',
        '-attime',
        '1768000000',
      ],
      { data: prepared.toBeStamped, token, 'roots.pem': city.rootsPem },
    );

    expect(said.toString()).toContain('Verification: OK');
  });
});
