import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  signForeignPdf,
  type ForeignPdfSeal,
} from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { createQrSymbol } from '../../../../service/src/qrcode/segments.ts';
import { conclude } from '../../../../service/src/report.ts';
import { buildPdfSeal } from '../../../support/pdfSamples.ts';
import { buildPdf, compressedPdf, open, plainPdf } from '../../../support/pdfRevisions.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import { readPdfPage } from '../../../support/readPdf.ts';

const CODE = 'https://licences.example.cn/v#YX1.123456789012345';

let city: TestCity;

beforeAll(async () => {
  city = await testCity();
});

function buildSeal(overrides: Partial<ForeignPdfSeal> = {}): ForeignPdfSeal {
  const placement = { page: 1, xMm: 100, yMm: 30, widthMm: 42, heightMm: 42 };
  const { modules } = createQrSymbol(CODE);
  return {
    ...buildPdfSeal(city.documentSignerEs256, { placement }),
    qr: { kind: 'qr', xMm: 40, yMm: 35, moduleMm: 0.5, modules },
    ...overrides,
  };
}

async function seal(pdf: Uint8Array, overrides: Partial<ForeignPdfSeal> = {}): Promise<Uint8Array> {
  const prepared = signForeignPdf(pdf, buildSeal(overrides));
  return prepared.complete(await city.documentSignerEs256.sign(prepared.toBeSigned));
}

function indications(pdf: Uint8Array): readonly string[] {
  const { signatures } = verifyPdf(pdf, {
    trust: city.trust,
    at: new Date('2026-02-01T00:00:00Z'),
  });
  return signatures.map(({ checks }) => conclude(checks).indication);
}

/** Left, bottom, right, top of the field, whole points. */
function fieldRectangle(pdf: Uint8Array): readonly number[] {
  const text = Buffer.from(pdf).toString('latin1');
  const [, numbers] = /\/FT\/Sig.*\/Rect\[([^\]]+)\]/u.exec(text)!;
  return numbers!.split(' ').map((number) => Math.round(Number(number)));
}

describe('signForeignPdf', () => {
  it('keeps the bytes of the document and adds a seal that verifies', async () => {
    const pdf = plainPdf();

    const sealed = await seal(pdf);

    expect(Buffer.from(sealed.subarray(0, pdf.length)).equals(Buffer.from(pdf))).toBe(true);
    expect(indications(sealed)).toEqual(['TOTAL-PASSED']);
  });

  it('leaves earlier seals valid and gives every field a name of its own', async () => {
    const twice = await seal(await seal(plainPdf()));

    const { signatures } = verifyPdf(twice, {
      trust: city.trust,
      at: new Date('2026-02-01T00:00:00Z'),
    });

    expect(indications(twice)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED']);
    expect(new Set(signatures.map(({ fieldName }) => fieldName)).size).toBe(2);
  });

  it('seals a document whose objects and table are in streams', async () => {
    const sealed = await seal(compressedPdf());

    expect(indications(sealed)).toEqual(['TOTAL-PASSED']);
    expect(open(sealed).sections[0]!.isStream).toBe(true);
  });

  it.each([
    ['the catalogue', '/AcroForm<</Fields[5 0 R]/DA(/Helv 0 Tf)>>', {}],
    ['an object of its own', '/AcroForm 6 0 R', { 6: '<</Fields[5 0 R]/SigFlags 3>>' }],
    [
      'an object with the list in another',
      '/AcroForm 6 0 R',
      { 6: '<</Fields 7 0 R>>', 7: '[5 0 R]' },
    ],
  ])('adds its field to a form that stands in %s', async (_where, form, objects) => {
    const sealed = await seal(
      buildPdf({
        1: `<</Type/Catalog/Pages 2 0 R${form}>>`,
        2: '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>',
        3: '<</Type/Page/Parent 2 0 R/Annots 4 0 R>>',
        4: '[5 0 R]',
        5: '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(somebody)/Rect[0 0 9 9]>>',
        ...objects,
      }),
    );

    expect(indications(sealed)).toEqual(['TOTAL-PASSED']);
    expect(Buffer.from(sealed).toString('latin1')).toMatch(/\[5 0 R \d+ 0 R\]/u);
  });

  it.each([
    ['as it is', '/MediaBox[0 0 595 842]', [108, 638, 403, 757]],
    ['turned by 90°', '/MediaBox[0 0 595 842]/Rotate 90', [85, 108, 204, 403]],
    ['turned by 180°', '/MediaBox[0 0 595 842]/Rotate 180', [192, 85, 487, 204]],
    ['turned by 270°', '/MediaBox[0 0 595 842]/Rotate -90', [391, 439, 510, 734]],
    ['cut by a crop box', '/MediaBox[0 0 795 942]/CropBox[100 100 695 942]', [208, 738, 503, 857]],
  ])('measures from the top left of a page %s', async (_how, page, expected) => {
    // from 40 mm − 2 mm quiet zone to the seal's right end at 142 mm, from 30 to 72 mm below the top
    expect(fieldRectangle(await seal(plainPdf(page)))).toEqual(expected);
  });

  it('shows a code that can be scanned', async () => {
    const { codes } = await readPdfPage(await seal(plainPdf()), 4);

    expect(codes).toEqual([CODE]);
  });

  it.each([
    ['no PDF', Buffer.from('hello'), {}, 'DOCUMENT_MALFORMED'],
    [
      'an encrypted one',
      buildPdf({ 1: '<</Type/Catalog>>' }, '/Encrypt<</Filter/Standard>>'),
      {},
      'DOCUMENT_MALFORMED',
    ],
    [
      'one that its author certified against every change',
      plainPdf(
        '/MediaBox[0 0 595 842]',
        '/Perms<</DocMDP<</Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>>]>>>>',
      ),
      {},
      'DOCUMENT_MALFORMED',
    ],
    [
      'a page that is not there',
      plainPdf(),
      { placement: { page: 2, xMm: 1, yMm: 1, widthMm: 9, heightMm: 9 } },
      'REQUEST_MALFORMED',
    ],
    [
      'a place beyond the paper',
      plainPdf(),
      { placement: { page: 1, xMm: 200, yMm: 1, widthMm: 42, heightMm: 42 } },
      'REQUEST_MALFORMED',
    ],
  ])('refuses %s', (_what, pdf, overrides, code) => {
    expect(() => signForeignPdf(pdf, buildSeal(overrides))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
