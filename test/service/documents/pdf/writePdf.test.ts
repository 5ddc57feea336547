import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Drawing } from '../../../../service/src/documents/drawing.ts';
import { signPdf } from '../../../../service/src/documents/pdf/signPdf.ts';
import { writePdf } from '../../../../service/src/documents/pdf/writePdf.ts';
import { parseCms } from '../../../../service/src/pki/cms/cmsParsing.ts';
import { OID } from '../../../../service/src/pki/cms/cmsOids.ts';
import { readAttachedFile } from '../../../../service/src/documents/pdf/attachedFile.ts';
import { decodeContents } from '../../../../service/src/documents/pdf/signatureRanges.ts';
import { buildPdfContent, buildPdfSeal, sealedPdf } from '../../../support/pdfSamples.ts';
import { open } from '../../../support/pdfRevisions.ts';
import { readPdfPage, type ReadPdfPage } from '../../../support/readPdf.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

let city: TestCity;

beforeAll(async () => {
  city = await testCity();
});

function buildDrawing(items: Drawing['items']): Drawing {
  return { widthMm: 100, heightMm: 50, items };
}

describe('writePdf', () => {
  it('gives the same bytes for the same content', () => {
    expect(writePdf(buildPdfContent())).toEqual(writePdf(buildPdfContent()));
  });

  it('attaches the metadata as it is', () => {
    const attachment = {
      name: '元数据 (1).xml',
      mediaType: 'application/xml',
      bytes: Buffer.alloc(3000, 'a'),
    };

    expect(readAttachedFile(open(writePdf(buildPdfContent({ attachment }))))).toEqual(attachment);
    expect(readAttachedFile(open(writePdf(buildPdfContent({ attachment: null }))))).toBeNull();
  });

  it('stops at a character that the font cannot show', () => {
    const text = {
      kind: 'text',
      text: '\u{10ffff}',
      xMm: 1,
      yMm: 9,
      sizeMm: 4,
      colour: '#000000',
    } as const;

    expect(() => writePdf(buildPdfContent({ pages: [buildDrawing([text])] }))).toThrow(
      expect.objectContaining({ code: 'GLYPH_MISSING' }),
    );
  });

  it('writes text, title and identifier that need escapes', async () => {
    const texts = ['(a\\b)', 'Ａ〇𠂇'].map((text, i) => ({
      kind: 'text' as const,
      text,
      xMm: 5,
      yMm: 10 + 10 * i,
      sizeMm: 5,
      colour: '#123456' as const,
    }));
    const pdf = writePdf(
      buildPdfContent({ pages: [buildDrawing(texts)], title: '(证)\\<&>', identifier: '<&>"' }),
    );

    const page = await readPdfPage(pdf);

    expect(page.text).toContain('(a\\b)');
    expect(page.text).toContain('Ａ〇𠂇');
    expect(page.title).toBe('(证)\\<&>');
    expect(Buffer.from(pdf).toString('utf8')).toContain('<dc:identifier>&lt;&amp;&gt;&quot;<');
  });

  it('refuses path commands that no drawing has', () => {
    const path = {
      kind: 'path',
      d: 'M0 0Q1 1 2 2',
      fill: '#000000',
      stroke: null,
      strokeWidthMm: 0,
    } as const;

    expect(() => writePdf(buildPdfContent({ pages: [buildDrawing([path])] }))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});

describe('a sealed licence in another reader', () => {
  let page: ReadPdfPage;

  beforeAll(async () => {
    page = await readPdfPage(await sealedPdf(city.documentSignerEs256), 3);
  });

  it('has its text, rare characters too', () => {
    expect(page.text).toContain('食品经营许可证');
    expect(page.text).toContain('嘉禾面馆（龘囍〇）');
  });

  it('has a code that can be scanned', () => {
    expect(page.codes).toEqual([`https://licences.example.cn/v#YX1.${'7'.repeat(400)}`]);
  });
});

describe('signPdf', () => {
  it('puts no signing time into the CMS, but content type, digest and certificate', async () => {
    const sealed = await sealedPdf(city.documentSignerEs256);
    const [, contents] = /\/Contents<([0-9a-f]+)>/u.exec(Buffer.from(sealed).toString('latin1'))!;

    const cms = parseCms(decodeContents(Buffer.from(contents!)) as Uint8Array);

    expect(cms.signingTime).toBeNull();
    for (const oid of [OID.contentType, OID.messageDigest, OID.signingCertificateV2]) {
      expect(cms.signedAttribute(oid)).not.toBeNull();
    }
    expect(cms.certificates).toHaveLength(city.documentSignerEs256.certificationPath.length);
    expect(cms.content).toBeNull();
  });

  it('asks for the same bytes to be signed each time', () => {
    const prepare = (): Uint8Array =>
      signPdf(buildPdfContent(), buildPdfSeal(city.documentSignerEs256)).toBeSigned;

    expect(prepare()).toEqual(prepare());
  });

  it('refuses a certificate that is not for P-256', () => {
    expect(() => signPdf(buildPdfContent(), buildPdfSeal(city.documentSignerSm2))).toThrow(
      expect.objectContaining({ code: 'KEY_UNFIT' }),
    );
  });

  it('refuses a time-stamp token for which there is no room', async () => {
    const prepared = signPdf(buildPdfContent(), buildPdfSeal(city.documentSignerEs256));
    const signature = await city.documentSignerEs256.sign(prepared.toBeSigned);

    expect(() => prepared.complete(signature, new Uint8Array(2000))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });

  it('leaves nothing of one signature in the next', async () => {
    const prepared = signPdf(buildPdfContent(), buildPdfSeal(city.documentSignerEs256));
    const signature = await city.documentSignerEs256.sign(prepared.toBeSigned);

    const first = prepared.complete(signature);
    const again = prepared.complete(signature);

    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });
});
