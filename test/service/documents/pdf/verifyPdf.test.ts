import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  verifyPdf,
  type PdfQuestion,
  type PdfVerification,
} from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { writePdf } from '../../../../service/src/documents/pdf/writePdf.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import { sha256Hex } from '../../../../service/src/documents/digest.ts';
import { toDerSignature } from '../../../../service/src/keys/signatureValue.ts';
import { NO_TRUST_STORE } from '../../../../service/src/pki/trustStore.ts';
import { conclude, type Report } from '../../../../service/src/report.ts';
import { buildPdfContent, buildPdfSeal, sealedPdf } from '../../../support/pdfSamples.ts';
import { addRevision, dissect } from '../../../support/pdfRevisions.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import { signPdf } from '../../../../service/src/documents/pdf/signPdf.ts';

const AT = new Date('2026-02-01T00:00:00Z');

let city: TestCity;
let sealed: Uint8Array;
let question: PdfQuestion;

beforeAll(async () => {
  city = await testCity();
  sealed = await sealedPdf(city.documentSignerEs256);
  question = { trust: city.trust, at: AT };
});

type Conclusion = Pick<Report, 'indication' | 'subIndication'>;

function concludeAll({ documentChecks, signatures }: PdfVerification): Conclusion {
  return conclude([...documentChecks, ...signatures.flatMap(({ checks }) => checks)]);
}

function judge(pdf: Uint8Array, overrides: Partial<PdfQuestion> = {}): Conclusion {
  return concludeAll(verifyPdf(pdf, { ...question, ...overrides }));
}

const passed = { indication: 'TOTAL-PASSED', subIndication: null };

/** A copy with other bytes from an offset on. */
function patch(pdf: Uint8Array, offset: number, bytes: string | Uint8Array): Uint8Array {
  const copy = Buffer.from(pdf);
  copy.set(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, offset);
  return copy;
}

/** Whether a file is anything but totally passed; a refusal to read it counts. */
function isRefused(pdf: Uint8Array): boolean {
  try {
    return judge(pdf, { requireOwnForm: true }).indication !== 'TOTAL-PASSED';
  } catch (error) {
    return error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED';
  }
}

describe('verifyPdf', () => {
  it('passes a licence of our own with every check, in order', () => {
    const { signatures, documentChecks } = verifyPdf(sealed, { ...question, requireOwnForm: true });

    const names = signatures[0]!.checks.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('pdf.'))).toEqual([
      'pdf.format',
      'pdf.byteRange',
      'pdf.messageDigest',
      'pdf.signatureValue',
      'pdf.signingCertificate',
      'pdf.keyUsage',
      'pdf.ownForm',
      'pdf.laterContent',
    ]);
    expect(names).toContain('certificationPath.trustAnchor');
    expect(conclude([...documentChecks, ...signatures[0]!.checks])).toEqual(passed);
  });

  it('tells signer, time, digest of the signature value and metadata', async () => {
    const prepared = signPdf(buildPdfContent(), buildPdfSeal(city.documentSignerEs256));
    const signature = await city.documentSignerEs256.sign(prepared.toBeSigned);

    const { signatures, metadata } = verifyPdf(prepared.complete(signature), question);

    expect(signatures).toHaveLength(1);
    expect(signatures[0]).toMatchObject({
      fieldName: 'Seal1',
      kind: 'signature',
      signingTime: new Date('2026-01-05T02:00:00Z'),
      signatureDigest: sha256Hex(toDerSignature(signature)),
      timeStampToken: null,
      coversWholeFile: true,
    });
    expect(signatures[0]!.signerCertificate).toEqual(city.documentSignerEs256.certificationPath[0]);
    expect(metadata).toEqual({
      name: 'licence.json',
      mediaType: 'application/json',
      bytes: buildPdfContent().attachment!.bytes,
    });
  });

  it('says NOT_SIGNED of a document without signature', () => {
    const { documentChecks, signatures, metadata } = verifyPdf(
      writePdf(buildPdfContent()),
      question,
    );

    expect(conclude(documentChecks)).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'NOT_SIGNED',
    });
    expect(signatures).toEqual([]);
    expect(metadata).toMatchObject({ mediaType: 'application/json' }); // nobody's word
  });

  it('cannot tell without roots, or with roots of another city', async () => {
    const other = await testCity();

    expect(judge(sealed, { trust: NO_TRUST_STORE })).toEqual({
      indication: 'INDETERMINATE',
      subIndication: 'NO_TRUST',
    });
    expect(judge(sealed, { trust: other.trust })).toEqual({
      indication: 'INDETERMINATE',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
    });
  });

  it('fails when the certificate is not valid at the time in question', () => {
    expect(judge(sealed, { at: new Date('2041-01-01T00:00:00Z') }).subIndication).toBe('EXPIRED');
    expect(judge(sealed, { at: new Date('2025-01-01T00:00:00Z') }).subIndication).toBe(
      'NOT_YET_VALID',
    );
  });

  it('wants a document signer where our own form is required', async () => {
    const wrong = await sealedPdf(city.credentialSigner);

    expect(judge(wrong, { requireOwnForm: true })).toEqual({
      indication: 'INDETERMINATE',
      subIndication: 'CERTIFICATE_CONSTRAINTS_FAILURE',
    });
  });
});

describe('verifyPdf of a changed licence', () => {
  it('passes no file with a changed byte', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const offset = place % sealed.length;

        expect(isRefused(patch(sealed, offset, Uint8Array.of(sealed[offset]! ^ mask)))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('passes no file with a changed bit, wherever it stands around the signature', () => {
    const start = Buffer.from(sealed).indexOf('/ByteRange') - 200;
    const end = Buffer.from(sealed).indexOf('endobj', start);
    for (let offset = start; offset < end; offset += 3) {
      const bit = 1 << (offset % 8);

      expect([
        offset,
        isRefused(patch(sealed, offset, Uint8Array.of(sealed[offset]! ^ bit))),
      ]).toEqual([offset, true]);
    }
  });

  it.each([
    ['page content', 'stream\n', 'HASH_FAILURE'],
    ['the attached metadata', '/EmbeddedFile', 'HASH_FAILURE'],
    ['the claimed time', '/M(D:2026', 'HASH_FAILURE'],
  ])('says of changed %s that it is not what was signed', (_what, mark, subIndication) => {
    const offset = Buffer.from(sealed).indexOf(mark) + mark.length - 1;

    const changed = patch(sealed, offset, Uint8Array.of(sealed[offset]! ^ 1));

    expect(judge(changed)).toEqual({ indication: 'TOTAL-FAILED', subIndication });
  });

  it('knows capital digits and other padding as not our own', () => {
    const contents = Buffer.from(sealed).indexOf('/Contents<') + '/Contents<'.length;
    const letter = Buffer.from(sealed).subarray(contents).toString('latin1').search(/[a-f]/u);
    const capital = Buffer.from(sealed.subarray(contents + letter, contents + letter + 1))
      .toString('latin1')
      .toUpperCase();
    const changed = patch(sealed, contents + letter, capital);

    expect(judge(changed)).toEqual(passed);
    expect(judge(changed, { requireOwnForm: true }).subIndication).toBe('HASH_FAILURE');
  });

  it('fails bytes other than zero behind the CMS', async () => {
    const padded = await sealedPdf(city.documentSignerEs256, {}, { timeStampReserveBytes: 16 });
    const end = Buffer.from(padded).indexOf('>>', Buffer.from(padded).indexOf('/Contents<'));

    expect(judge(patch(padded, end - 2, '1')).subIndication).toBe('FORMAT_FAILURE');
  });

  it.each([
    ['white space', '\n'],
    ['a comment', '% more\n'],
    ['junk longer than readers look back', 'x'.repeat(5000)],
    ['a broken revision', '7 0 obj <</Broken>> endobj startxref 99999999 %%EOF\n'],
    ['a startxref into the middle', '\nstartxref\n77\n%%EOF\n'],
  ])('fails %s behind the end', (_what, tail) => {
    expect(judge(Buffer.concat([sealed, Buffer.from(tail)]))).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'UNSIGNED_CONTENT',
    });
  });

  it('fails a later revision that hides the signature', () => {
    const { catalogue, pageTree } = dissect(sealed);

    const hidden = addRevision(sealed, {
      [catalogue]: `<</Type/Catalog/Pages ${pageTree} 0 R>>`,
    });

    expect(judge(hidden).subIndication).toBe('NOT_SIGNED');
  });

  it('finds a byte range that leaves out more than the signature', () => {
    const text = Buffer.from(sealed).toString('latin1');
    const [whole, , gapEnd] = /\/ByteRange\[0 (\d+) +(\d+) +\d+ *\]/u.exec(text)!;
    const wider = whole.replace(gapEnd!, String(Number(gapEnd) + 4));

    const { signatures } = verifyPdf(patch(sealed, text.indexOf(whole), wider), question);

    expect(signatures[0]!.checks).toContainEqual(
      expect.objectContaining({ name: 'pdf.byteRange', indication: 'TOTAL-FAILED' }),
    );
  });
});
