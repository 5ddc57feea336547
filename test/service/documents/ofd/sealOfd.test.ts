import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Drawing } from '../../../../service/src/documents/drawing.ts';
import { sealOfd } from '../../../../service/src/documents/ofd/sealOfd.ts';
import { writeOfd } from '../../../../service/src/documents/ofd/writeOfd.ts';
import { parseSealSignature } from '../../../../service/src/sealing/sealSignature.ts';
import { unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import {
  buildOfd,
  buildOfdContent,
  buildSeal,
  leafOf,
  PLACEMENT,
  SEALED_AT,
} from '../../../support/testSeal.ts';

let city: TestCity;
let seal: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  seal = await buildSeal(city);
});

function text(parts: Map<string, Uint8Array>, name: string): string {
  return Buffer.from(parts.get(name)!).toString('utf8');
}

function page(items: Drawing['items']): string {
  const content = buildOfdContent(city, { pages: [{ widthMm: 100, heightMm: 50, items }] });
  return text(unpack(writeOfd(content)), 'Doc_0/Pages/Page_0/Content.xml');
}

describe('writeOfd', () => {
  it('gives the same bytes for the same content', () => {
    const content = buildOfdContent(city);

    expect(Buffer.from(writeOfd(content))).toEqual(Buffer.from(writeOfd(content)));
  });

  it('writes text as text, with the advances of the embedded font', () => {
    const content = page([
      { kind: 'text', text: '许可证i<', xMm: 10, yMm: 20, sizeMm: 5, colour: '#ff0080' },
    ]);

    expect(content).toMatch(
      /<ofd:TextCode X="0" Y="[\d.]+" DeltaX="g 3 5 [\d.]+">许可证i&lt;<\/ofd:TextCode>/u,
    );
    expect(content).toContain('<ofd:FillColor Value="255 0 128"/>');
  });

  it('names the glyph of a character that takes two UTF-16 units', () => {
    const content = page([
      { kind: 'text', text: '金𬭎字', xMm: 10, yMm: 20, sizeMm: 5, colour: '#000000' },
    ]);

    expect(content.match(/<ofd:TextObject /gu)).toHaveLength(3);
    expect(content).toMatch(
      /CodeCount="2" GlyphCount="1"><ofd:Glyphs>3<\/ofd:Glyphs><\/ofd:CGTransform><ofd:TextCode [^>]*>𬭎</u,
    );
  });

  it('refuses a character that the font cannot draw', () => {
    expect(() =>
      page([{ kind: 'text', text: '\u{20bb7}', xMm: 0, yMm: 9, sizeMm: 5, colour: '#000000' }]),
    ).toThrow(expect.objectContaining({ code: 'GLYPH_MISSING' }));
  });

  it('writes curves and closing as OFD spells them', () => {
    const content = page([
      {
        kind: 'path',
        d: 'M1,2L3,4C5,6 7,8 9,10Z',
        fill: '#000000',
        stroke: null,
        strokeWidthMm: 0,
      },
    ]);

    expect(content).toContain(
      '<ofd:AbbreviatedData>M 1 2 L 3 4 B 5 6 7 8 9 10 C</ofd:AbbreviatedData>',
    );
  });

  it('draws a QR symbol as one path, rows with the same run as one rectangle', () => {
    const content = page([
      {
        kind: 'qr',
        xMm: 5,
        yMm: 6,
        moduleMm: 0.4,
        modules: [
          [true, true, false],
          [true, true, false],
          [false, true, true],
        ],
      },
    ]);

    expect(content.match(/<ofd:PathObject/gu)).toHaveLength(1);
    expect(content).toContain('M 0 0 L 2 0 L 2 2 L 0 2 C M 1 2 L 3 2 L 3 3 L 1 3 C<');
  });

  it('gives each object an ID of its own, none above MaxUnitID', () => {
    const parts = unpack(writeOfd(buildOfdContent(city)));
    const xml = ['Doc_0/Document.xml', 'Doc_0/PublicRes.xml', 'Doc_0/Pages/Page_0/Content.xml']
      .map((name) => text(parts, name))
      .join('');
    const ids = [...xml.matchAll(/ ID="(\d+)"/gu)].map((match) => Number(match[1]));

    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids)).toBe(Number(/<ofd:MaxUnitID>(\d+)</u.exec(xml)?.[1]));
  });

  it('writes metadata twice: as CustomDatas and as an attached file', () => {
    const parts = unpack(writeOfd(buildOfdContent(city)));

    expect(text(parts, 'OFD.xml')).toContain(
      '<ofd:CustomData Name="KZ_note">a &amp; &lt;b&gt; &quot;c&quot;&#10;</ofd:CustomData>',
    );
    expect(text(parts, 'Doc_0/Attachs/metadata.xml')).toContain(
      '<item name="ZZBS">1.2.156.3005.2.',
    );
  });
});

describe('sealOfd', () => {
  it('lists the members of Signature.xml in the order of the schema', async () => {
    const parts = unpack(await buildOfd(city));
    const members = [
      ...text(parts, 'Doc_0/Signs/Sign_0/Signature.xml').matchAll(/<ofd:(\w+)/gu),
    ].map((match) => match[1]);
    const order = [
      'Signature',
      'SignedInfo',
      'Provider',
      'SignatureMethod',
      'SignatureDateTime',
      'References',
      'StampAnnot',
      'Seal',
      'SignedValue',
    ];

    expect(members.filter((name) => order.includes(name!))).toEqual(order);
  });

  it('protects every part but the two that hold the signature', async () => {
    const parts = unpack(await buildOfd(city));
    const description = text(parts, 'Doc_0/Signs/Sign_0/Signature.xml');
    const referenced = [...description.matchAll(/FileRef="\/([^"]+)"/gu)].map((match) => match[1]!);

    expect(referenced.toSorted()).toEqual(
      [...parts.keys()].filter((name) => !/Signature\.xml|SignedValue\.dat/u.test(name)).toSorted(),
    );
  });

  it('carries the seal as made, and its signature over the description', async () => {
    const parts = unpack(await buildOfd(city, { seal }));
    const signature = parseSealSignature(parts.get('Doc_0/Signs/Sign_0/SignedValue.dat')!);

    expect(Buffer.compare(signature.seal.bytes, seal)).toBe(0);
    expect(Buffer.compare(parts.get('Doc_0/Signs/Sign_0/Seal.esl')!, seal)).toBe(0);
    expect(signature).toMatchObject({
      version: 4,
      propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml',
      signedAt: SEALED_AT,
    });
  });

  it('keeps a time stamp beside the signature', async () => {
    const signer = city.documentSignerSm2;
    const prepared = sealOfd(buildOfdContent(city), {
      seal,
      placements: [PLACEMENT],
      signerCertificate: leafOf(signer),
      signedAt: SEALED_AT,
    });
    const ofd = prepared.complete(await signer.sign(prepared.toBeSigned), Uint8Array.of(0x30, 0));
    const signature = parseSealSignature(unpack(ofd).get('Doc_0/Signs/Sign_0/SignedValue.dat')!);

    expect(signature.timeStampToken).toEqual(Buffer.of(0x30, 0));
  });

  it('refuses a page that is not there', () => {
    const placements = [{ ...PLACEMENT, page: 2 }];

    expect(() =>
      sealOfd(buildOfdContent(city), {
        seal,
        placements,
        signerCertificate: leafOf(city.documentSignerSm2),
        signedAt: SEALED_AT,
      }),
    ).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });
});
