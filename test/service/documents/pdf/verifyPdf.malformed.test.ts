import { deflateSync } from 'node:zlib';

import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { signForeignPdf } from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import { NO_TRUST_STORE } from '../../../../service/src/pki/trustStore.ts';
import { addRevision, buildPdf, dissect, plainPdf } from '../../../support/pdfRevisions.ts';
import { buildPdfSeal, sealedPdf } from '../../../support/pdfSamples.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const question = { trust: NO_TRUST_STORE, at: new Date('2026-02-01T00:00:00Z') };

let city: TestCity;
let sealed: Uint8Array;
let twice: Uint8Array;

beforeAll(async () => {
  city = await testCity();
  sealed = await sealedPdf(city.documentSignerEs256);
  const seal = { ...buildPdfSeal(city.documentSignerEs256), qr: null };
  const prepared = signForeignPdf(sealed, seal);
  twice = prepared.complete(await city.documentSignerEs256.sign(prepared.toBeSigned));
});

/** Runs both entrances; anything but an answer or a clear refusal is a fault. */
function expectSurvival(pdf: Uint8Array): void {
  const seal = { ...buildPdfSeal(city.documentSignerEs256), qr: null };
  for (const run of [() => verifyPdf(pdf, question), () => signForeignPdf(pdf, seal)]) {
    try {
      run();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      expect(['DOCUMENT_MALFORMED', 'REQUEST_MALFORMED']).toContain(error.code);
    }
  }
}

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

function repeat(text: string, times: number): string {
  return text.repeat(times);
}

/** A file whose cross-reference stream says what it is told. */
function xrefStreamPdf(dictionary: string, data: Uint8Array): Uint8Array {
  const head = '%PDF-1.7\n';
  return Buffer.concat([
    Buffer.from(
      `${head}1 0 obj\n<</Type/XRef/Root 2 0 R/Length ${data.length}${dictionary}>>\nstream\n`,
    ),
    data,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${head.length}\n%%EOF\n`),
  ]);
}

describe('hostile PDFs', () => {
  const page = '<</Type/Pages/Kids[3 0 R]/Count 1>>';

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['text', () => Buffer.from('hello world')],
    ['a header alone', () => Buffer.from('%PDF-1.7\n')],
    ['startxref into itself', () => Buffer.from('%PDF-1.7\nstartxref\n9\n%%EOF')],
    ['startxref behind the end', () => Buffer.from('%PDF-1.7\nstartxref\n99999\n%%EOF')],
    ['no catalogue', () => buildPdf({ 1: '<</Type/Page>>' })],
    ['a catalogue that refers to itself', () => buildPdf({ 1: '1 0 R' })],
    ['arrays a million deep', () => buildPdf({ 1: repeat('[', 1_000_000) })],
    ['dictionaries a million deep', () => buildPdf({ 1: repeat('<</A', 1_000_000) })],
    ['a table that leads back to itself', () => buildPdf({ 1: '<</Type/Catalog>>' }, '/Prev 41')],
    [
      'a trailer that promises encryption',
      () => buildPdf({ 1: '<</Type/Catalog>>' }, '/Encrypt 1 0 R'),
    ],
    [
      'a form whose fields go in circles',
      () =>
        buildPdf({ 1: '<</Type/Catalog/AcroForm<</Fields[2 0 R]>>>>', 2: '<</T(a)/Kids[2 0 R]>>' }),
    ],
    [
      'a table of nine million objects',
      () => Buffer.from('%PDF-1.7\nxref\n0 9000000\ntrailer\n<<>>\nstartxref\n9\n%%EOF'),
    ],
    [
      'a cross-reference stream of nine million objects',
      () =>
        xrefStreamPdf(
          '/W[1 1 1]/Size 9000000/Filter/FlateDecode',
          deflateSync(Buffer.alloc(27_000_000)),
        ),
    ],
    [
      'a cross-reference stream that inflates to 128 MiB',
      () =>
        xrefStreamPdf(
          '/W[1 1 1]/Size 1/Filter/FlateDecode',
          deflateSync(Buffer.alloc(1 << 27), { level: 1 }),
        ),
    ],
    ['a cross-reference stream without widths', () => xrefStreamPdf('/Size 1', new Uint8Array(3))],
    [
      'a cross-reference stream that is too short',
      () => xrefStreamPdf('/W[1 2 1]/Size 9', new Uint8Array(3)),
    ],
  ])('are refused: %s', (_what, build) => {
    const pdf = build();

    expect(() => verifyPdf(pdf, question)).toThrow(malformed);
    expectSurvival(pdf);
  });

  it('may bring a list of half a million items behind the signature', () => {
    const { catalogue, catalogueText } = dissect(sealed);
    const long = `<<${catalogueText}/DSS<</Certs[${repeat('0 ', 500_000)}]>>>>`;

    expectSurvival(addRevision(sealed, { [catalogue]: long, 900: `[${repeat('0 ', 500_000)}]` }));
    expectSurvival(
      addRevision(sealed, {
        [catalogue]: `<<${catalogueText}/Extensions<</A 900 0 R>>>>`,
        900: `[${repeat('0 ', 500_000)}]`,
      }),
    );
  });

  it('are told apart from good ones that write out what is the default', () => {
    const rows = [
      [0, 0, 0],
      [1, 9, 0],
      [1, 0, 0],
    ].flatMap((row) => [0, ...row]);
    const build = (colours: number): Uint8Array => {
      const parameters = `<</Predictor 10/Columns 3/Colors ${colours}/BitsPerComponent 8>>`;
      return xrefStreamPdf(
        `/W[1 1 1]/Size 3/Filter/FlateDecode/DecodeParms${parameters}`,
        deflateSync(Buffer.from(rows)),
      );
    };

    expect(() => verifyPdf(build(1), question)).not.toThrow(/predictor/u);
    expect(() => verifyPdf(build(3), question)).toThrow(/predictor/u);
  });

  it.each<[string, () => Uint8Array]>([
    [
      'pages that go in circles',
      () => buildPdf({ 1: '<</Type/Catalog/Pages 2 0 R>>', 2: '<</Kids[2 0 R]>>' }),
    ],
    [
      'a page tree of a hundred levels',
      () =>
        buildPdf(
          Object.fromEntries([
            [1, '<</Type/Catalog/Pages 2 0 R>>'],
            ...Array.from({ length: 100 }, (_, i) => [i + 2, `<</Kids[${i + 3} 0 R]>>`]),
          ]) as Record<number, string>,
        ),
    ],
    [
      'a page without a size',
      () => buildPdf({ 1: '<</Type/Catalog/Pages 2 0 R>>', 2: page, 3: '<</Type/Page>>' }),
    ],
  ])('are not sealed: %s', (_what, build) => {
    const seal = { ...buildPdfSeal(city.documentSignerEs256), qr: null };

    expect(() => signForeignPdf(build(), seal)).toThrow(malformed);
    expectSurvival(build());
  });

  it('survives a stream whose length is the stream itself', () => {
    const pdf = addRevision(plainPdf(), { 4: '<</Length 4 0 R>>\nstream\nx\nendstream' });

    expectSurvival(pdf);
    expectSurvival(
      addRevision(sealed, {
        [dissect(sealed).content]:
          `<</Length ${dissect(sealed).content} 0 R>>\nstream\nx\nendstream`,
      }),
    );
  });

  it('refuses more than 256 MiB', () => {
    expect(() => verifyPdf(new Uint8Array(256 * 1024 * 1024 + 1), question)).toThrow(malformed);
  });

  it('answers about bytes with anything changed, cut out or doubled', () => {
    const lengthOf = (): number => twice.length;
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(300),
        fc.uint8Array({ maxLength: 40 }),
        fc.boolean(),
        (place, cut, insert, isText) => {
          const offset = place % lengthOf();
          const tokens = [
            'obj',
            'endobj',
            '<<',
            '>>',
            '[',
            ']',
            '0 R',
            'stream',
            '(',
            '/Prev 0',
            'xref',
          ];
          const inserted = isText
            ? Buffer.from(Array.from(insert, (byte) => tokens[byte % tokens.length]).join(' '))
            : insert;
          expectSurvival(
            Buffer.concat([twice.subarray(0, offset), inserted, twice.subarray(offset + cut)]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('answers about every kind of change within the last revision', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), (place, byte) => {
        const structure = twice.length - 1200;
        const changed = Buffer.from(twice);
        changed[structure + (place % 1200)] = byte;
        expectSurvival(changed);
      }),
      { numRuns: 300 },
    );
  });
});
