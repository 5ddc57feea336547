import { createCanvas } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { formatValue } from '../../../../service/src/documents/pdf/formatValue.ts';
import { pdfPageSizes } from '../../../../service/src/documents/pdf/pageSizes.ts';
import { signForeignPdf } from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { straddlePlacements, type PageEdge } from '../../../../service/src/documents/straddle.ts';
import { conclude } from '../../../../service/src/report.ts';
import { addRevision, buildPdf, open } from '../../../support/pdfRevisions.ts';
import { buildPdfSeal } from '../../../support/pdfSamples.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

const A4 = '/MediaBox[0 0 595 842]';

/** Objects 3, 4, … are the pages. */
function pagesOf(...pages: readonly string[]): Uint8Array {
  const kids = pages.map((_, index) => `${index + 3} 0 R`);
  const size = pages.length + 3;
  return buildPdf({
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: `<</Type/Pages/Kids[${kids.join(' ')}]/Count ${pages.length}>>`,
    ...Object.fromEntries(
      pages.map((page, index) => [
        index + 3,
        `<</Type/Page/Parent 2 0 R${page}/Resources<<>>/Contents ${size} 0 R>>`,
      ]),
    ),
    [size]: '<</Length 12>>\nstream\n0 0 9 9 re n\nendstream',
  });
}

async function straddle(pdf: Uint8Array, edge: PageEdge = 'right'): Promise<Uint8Array> {
  const signer = city.documentSignerEs256;
  const picture = { widthMm: 42, heightMm: 42 };
  const [placement, ...further] = straddlePlacements(pdfPageSizes(pdf), { edge, picture });
  const prepared = signForeignPdf(pdf, {
    ...buildPdfSeal(signer, { placement: placement! }),
    ...{ further, qr: null },
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

function verdicts(pdf: Uint8Array): readonly string[] {
  const question = { trust: city.trust, at: new Date('2026-02-01T00:00:00Z') };
  return verifyPdf(pdf, question).signatures.map(({ checks }) => {
    const { indication, subIndication } = conclude(checks);
    return `${indication} ${subIndication}`;
  });
}

const PASSED = 'TOTAL-PASSED null';

/** How much of each page's right edge is red; a millimetre is as wide as eight pixels. */
async function redAtEdges(pdf: Uint8Array, reachMm: number): Promise<readonly number[]> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: VerbosityLevel.ERRORS });
  const document = await task.promise;
  const counts: number[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const viewport = page.getViewport({ scale: 72 / 25.4 });
    const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
    await page.render({ canvas: canvas as never, viewport }).promise;
    const left = Math.round(viewport.width - (reachMm * viewport.width) / widthOf(pdf, number));
    const { data } = canvas
      .getContext('2d')
      .getImageData(left, 0, canvas.width - left, canvas.height);
    let red = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at]! > 180 && data[at + 1]! < 90) red += 1;
    }
    counts.push(red);
  }
  await task.destroy();
  return counts;
}

const widthOf = (pdf: Uint8Array, page: number): number => pdfPageSizes(pdf)[page - 1]!.widthMm;

describe('a seal over page edges', () => {
  it('is one signature with a strip on each page', async () => {
    const sealed = await straddle(pagesOf(A4, A4, A4, A4));

    const text = Buffer.from(sealed).toString('latin1');
    expect(verdicts(sealed)).toEqual([PASSED]);
    expect(text.match(/\/Subtype\/Widget/gu)).toHaveLength(4);
    expect(text.match(/\/ByteRange/gu)).toHaveLength(1);
    for (const page of [3, 4, 5, 6]) {
      expect(formatValue(open(sealed).objectAt(page))).toMatch(/\/Annots ?\[\d+ 0 R\]/u);
    }
  });

  it.each<[string, readonly string[]]>([
    ['upright', [A4, A4, A4]],
    ['turned', [`${A4}/Rotate 90`, `${A4}/Rotate 180`, `${A4}/Rotate 270`]],
    ['cut', [`${A4}/CropBox[50 60 500 800]`, A4, '/MediaBox[-100 -100 495 742]']],
  ])('shows all of its picture on pages that are %s', async (_, pages) => {
    const third = 42 / 3;

    const strips = await redAtEdges(await straddle(pagesOf(...pages)), third);
    const upright = await redAtEdges(await straddle(pagesOf(A4, A4, A4)), third);

    for (const [index, red] of strips.entries()) {
      expect(Math.abs(red / upright[index]! - 1)).toBeLessThan(0.15);
      expect(red).toBeGreaterThan(500);
    }
  });

  it('leaves earlier seals valid, and later ones leave it so', async () => {
    const once = await straddle(pagesOf(A4, A4, A4));
    const twice = await straddle(once, 'left');
    const thrice = await straddle(twice, 'top');

    expect(verdicts(thrice)).toEqual([PASSED, PASSED, PASSED]);
  });

  it.each([
    ['an annotation', '<</Type/Annot/Subtype/Stamp/Rect[0 0 90 90]>>'],
    [
      'a widget that says it is the seal’s',
      '<</Type/Annot/Subtype/Widget/Parent # 0 R/Rect[0 0 90 90]>>',
    ],
    [
      'a widget with the seal’s value',
      '<</Type/Annot/Subtype/Widget/FT/Sig/T(x)/Parent # 0 R/V % 0 R/Rect[0 0 90 90]>>',
    ],
  ])('does not pass with %s added', async (_, body) => {
    const sealed = await straddle(pagesOf(A4, A4));
    const text = Buffer.from(sealed).toString('latin1');
    const [, field = '', value = ''] = /(\d+) 0 obj\n<<\/FT\/Sig\/T[^/]*\/V (\d+) 0 R/u.exec(text)!;
    const page = formatValue(open(sealed).objectAt(3));

    const forged = addRevision(sealed, {
      3: page.replace(/(\/Annots ?\[[^\]]*)/u, '$1 99 0 R'),
      99: body.replace('#', field).replace('%', value),
    });

    expect(Buffer.from(forged).toString('latin1')).toContain(' 99 0 R]');
    expect(verdicts(forged)).toContain('TOTAL-FAILED UNSIGNED_CONTENT');
  });

  it('does not pass when a strip is taken away or another one is shown', async () => {
    const sealed = await straddle(pagesOf(A4, A4));
    const text = Buffer.from(sealed).toString('latin1');
    const [, field = '', members = ''] = /(\d+) 0 obj\n(<<\/FT\/Sig.*)\/Kids/u.exec(text)!;
    const [, widget = '', strip = ''] = /(\d+) 0 obj\n(<<.*\/Subtype\/Widget.*)\/AP/u.exec(text)!;

    const fewer = addRevision(sealed, { [field]: `${members}/Kids[${widget} 0 R]>>` });
    const other = addRevision(sealed, { [widget]: `${strip}>>` });

    expect(verdicts(fewer)).toEqual(['TOTAL-FAILED UNSIGNED_CONTENT']);
    expect(verdicts(other)).toEqual(['TOTAL-FAILED UNSIGNED_CONTENT']);
  });

  it('refuses pages that share their annotations', async () => {
    const pdf = buildPdf({
      1: '<</Type/Catalog/Pages 2 0 R>>',
      2: '<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 595 842]>>',
      3: '<</Type/Page/Parent 2 0 R/Annots 5 0 R>>',
      4: '<</Type/Page/Parent 2 0 R/Annots 5 0 R>>',
      5: '[]',
    });

    await expect(straddle(pdf)).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });
});

describe('pdfPageSizes', () => {
  it('measures pages as they are shown', () => {
    const pages = [
      A4,
      `${A4}/Rotate 90`,
      `${A4}/CropBox[100 100 500 800]`,
      '/MediaBox[0 0 72 144]/UserUnit 2',
    ];

    const sizes = pdfPageSizes(pagesOf(...pages));

    expect(
      sizes.map(({ widthMm, heightMm }) => [Math.round(widthMm), Math.round(heightMm)]),
    ).toEqual([
      [210, 297],
      [297, 210],
      [141, 247],
      [51, 102],
    ]);
  });

  it('refuses what is no PDF', () => {
    expect(() => pdfPageSizes(Buffer.from('hello'))).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }),
    );
  });
});
