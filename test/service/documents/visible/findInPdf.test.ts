import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writePdf } from '../../../../service/src/documents/pdf/writePdf.ts';
import type { FoundText } from '../../../../service/src/documents/findText.ts';
import { threadedReader } from '../../../../service/src/documents/visible/threadedReader.ts';
import type { VisibleReader } from '../../../../service/src/documents/visible/visibleReader.ts';
import { buildPdfContent } from '../../../support/pdfSamples.ts';
import { buildPdf } from '../../../support/pdfRevisions.ts';

let reader: VisibleReader;
beforeAll(() => {
  reader = threadedReader();
});
afterAll(async () => {
  await reader.close();
});

const HELVETICA = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
const A4 = '/MediaBox[0 0 595 842]';

/** One page a content stream. */
function pdfOf(
  contents: readonly string[],
  { page = A4, font = HELVETICA }: Readonly<{ page?: string; font?: string }> = {},
): Uint8Array {
  const kids = contents.map((_, i) => `${10 + 2 * i} 0 R`);
  return buildPdf({
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: `<</Type/Pages/Kids[${kids.join(' ')}]/Count ${contents.length}>>`,
    3: font,
    ...Object.fromEntries(
      contents.flatMap((content, i) => [
        [
          10 + 2 * i,
          `<</Type/Page/Parent 2 0 R${page}/Resources<</Font<</F 3 0 R>>>>/Contents ${11 + 2 * i} 0 R>>`,
        ],
        [11 + 2 * i, `<</Length ${content.length}>>\nstream\n${content}\nendstream`],
      ]),
    ),
  });
}

const find = (pdf: Uint8Array, keyword: string): Promise<readonly FoundText[]> =>
  reader.find(pdf, keyword);

/** Middle of each place, whole millimetres. */
async function middlesOf(pdf: Uint8Array, keyword: string): Promise<readonly number[][]> {
  return (await find(pdf, keyword)).map(({ page, box }) => [
    page,
    Math.round(box.xMm + box.widthMm / 2),
    Math.round(box.yMm + box.heightMm / 2),
  ]);
}

/** Its middle is at 135.8 and 607.3 points: 48 mm from the left and 83 mm from the top of A4. */
const SEAL = 'BT /F 14 Tf 100 602 Td (here: SEAL) Tj ET';
const KEY = 'here:SEAL';

describe('find', () => {
  it.each<[string, string, readonly number[]]>([
    ['as it is', A4, [1, 48, 83]],
    ['turned by 90°', `${A4}/Rotate 90`, [1, 214, 48]],
    ['turned by 180°', `${A4}/Rotate 180`, [1, 162, 214]],
    ['turned by 270°', `${A4}/Rotate 270`, [1, 83, 162]],
    ['cut by a crop box', `${A4}/CropBox[100 100 500 800]`, [1, 13, 68]],
    ['in units of two points', `${A4}/UserUnit 2`, [1, 96, 166]],
  ])('measures from the top left of a page %s', async (_, page, expected) => {
    expect(await middlesOf(pdfOf([SEAL], { page }), KEY)).toEqual([expected]);
  });

  it.each<[string, string]>([
    ['in pieces on one line', 'BT /F 14 Tf 100 600 Td (SE) Tj 19 0 Td (AL) Tj ET'],
    ['with room between its letters', 'BT /F 14 Tf 100 600 Td [(S)-200(E)-200(A)-200(L)] TJ ET'],
    ['with blanks', 'BT /F 14 Tf 100 600 Td (S E A L) Tj ET'],
    ['upwards', 'BT /F 14 Tf 0 1 -1 0 100 600 Tm (SEAL) Tj ET'],
    [
      'in one column',
      'BT /F 14 Tf 100 600 Td (S) Tj 0 -14 Td (E) Tj 0 -14 Td (A) Tj 0 -14 Td (L) Tj ET',
    ],
  ])('finds what is written %s', async (_, content) => {
    expect(await find(pdfOf([content]), 'SEAL')).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['far apart', 'BT /F 14 Tf 100 600 Td (SE) Tj 150 0 Td (AL) Tj ET'],
    ['below each other', 'BT /F 14 Tf 100 600 Td (SE) Tj 80 -60 Td (AL) Tj ET'],
    ['beyond the page', 'BT /F 14 Tf 100 900 Td (SEAL) Tj ET'],
  ])('does not take for one what stands %s', async (_, content) => {
    expect(await find(pdfOf([content]), 'SEAL')).toEqual([]);
  });

  it('counts in the order of pages and painting', async () => {
    const twice = `${SEAL} BT /F 14 Tf 100 700 Td (here: SEAL) Tj ET`;

    const middles = await middlesOf(pdfOf([SEAL, twice]), KEY);

    expect(middles).toEqual([
      [1, 48, 83],
      [2, 48, 83],
      [2, 48, 48],
    ]);
  });

  it('finds Han characters of an embedded font, and their full-width kin', async () => {
    const items = (['公章：', '（盖章处）'] as const).map((text, index) => ({
      ...{ kind: 'text' as const, text, xMm: 40.3, yMm: 100 + 20 * index },
      ...{ sizeMm: 5, colour: '#000000' as const },
    }));
    const pages = [{ widthMm: 210, heightMm: 297, items }];
    const pdf = writePdf(buildPdfContent({ pages }));

    expect(await middlesOf(pdf, '盖章处')).toEqual([[1, 53, 118]]);
    expect(await find(pdf, '(盖章处)')).toEqual(await find(pdf, '（盖章处）'));
  });

  it('finds vertical text', async () => {
    const font =
      '<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-V/DescendantFonts[' +
      '<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo' +
      '<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor<</Type/FontDescriptor' +
      '/FontName/STSong-Light/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 880' +
      '/Descent -120/CapHeight 880/StemV 80>>>>]>>';
    const content = 'BT /F 20 Tf 300 700 Td <76d67ae05904> Tj ET'; // 盖章处

    expect(await middlesOf(pdfOf([content], { font }), '盖章处')).toEqual([[1, 106, 61]]);
  });

  it.each(['', ' ', '章'.repeat(101)])('refuses the keyword «%s»', async (keyword) => {
    await expect(find(pdfOf([SEAL]), keyword)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
  });

  it.each([
    ['no PDF', Buffer.from('%PDF-1.7 hello')],
    [
      'too much text',
      pdfOf([`BT /F 1 Tf ${`1 0 0 1 9 9 Tm (${'a'.repeat(1000)}) Tj `.repeat(501)} ET`]),
    ],
  ])('refuses %s', async (_, pdf) => {
    await expect(find(pdf, 'SEAL')).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });

  it('lets sixteen wait, and answers those', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 18 }, () => find(pdfOf([SEAL]), KEY)),
    );

    const refused = answers.flatMap((one): unknown[] =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    expect(refused).toMatchObject([{ code: 'RATE_LIMITED' }, { code: 'RATE_LIMITED' }]);
  });

  it('tells no more than 200 places, and looks at no more than 200 pages', async () => {
    const many = pdfOf([`BT /F 1 Tf 9 9 Td ${'(b) Tj '.repeat(300)} ET`]);
    const late = pdfOf([...Array.from({ length: 200 }, () => ''), SEAL]);

    expect(await find(many, 'b')).toHaveLength(200);
    expect(await find(late, KEY)).toEqual([]);
  });
});
