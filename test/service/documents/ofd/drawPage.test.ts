import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';

import { drawPage } from '../../../../service/src/documents/ofd/drawPage.ts';
import { previewOfd } from '../../../../service/src/documents/ofd/previewOfd.ts';
import { sceneToPng } from '../../../../service/src/documents/ofd/scenePng.ts';
import { sceneToSvg } from '../../../../service/src/documents/ofd/sceneSvg.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import { findActiveContent } from '../../../support/inertSvg.ts';
import { repack, unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import { buildOfd, buildSeal, PLACEMENT } from '../../../support/testSeal.ts';
import { vectorsFolder } from '../../../support/vectors.ts';

const PAGE = 'Doc_0/Pages/Page_0/Content.xml';
/** 1 × 1 pixel, black. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

let city: TestCity;
let ofd: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  ofd = await buildOfd(city);
});

function page(objects: string, resources = ''): Uint8Array {
  const xml =
    `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:PageRes>/Doc_0/Extra.xml</ofd:PageRes>` +
    `<ofd:Content><ofd:Layer ID="900">${objects}</ofd:Layer></ofd:Content></ofd:Page>`;
  const extra = `<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res">${resources}</ofd:Res>`;
  return repack(ofd, {
    [PAGE]: Buffer.from(xml),
    'Doc_0/Extra.xml': Buffer.from(extra),
    'Doc_0/Res/dot.png': PNG,
  });
}

function svgOf(bytes: Uint8Array): string {
  return sceneToSvg(drawPage(bytes, 1));
}

/** What an SVG of the page could do; null if the page is refused. */
function faultsOf(bytes: Uint8Array): readonly string[] | null {
  try {
    return findActiveContent(Buffer.from(svgOf(bytes)));
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED') return null;
    throw error;
  }
}

/** Colour at a place, `r,g,b`. */
async function colourAt(bytes: Uint8Array, xMm: number, yMm: number): Promise<string> {
  const image = await loadImage(Buffer.from(await sceneToPng(drawPage(bytes, 1), 50.8)));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return [...context.getImageData(2 * xMm, 2 * yMm, 1, 1).data.subarray(0, 3)].join(',');
}

const SQUARE = 'S 0 0 L 20 0 L 20 20 L 0 20 C';
const RED = '<ofd:FillColor Value="255 0 0"/>';

function path(attributes: string, inside = RED, d = SQUARE): string {
  return (
    `<ofd:PathObject ID="901" Boundary="10 10 20 20" Stroke="false" Fill="true" ${attributes}>${inside}` +
    `<ofd:AbbreviatedData>${d}</ofd:AbbreviatedData></ofd:PathObject>`
  );
}

describe('a page', () => {
  it('is drawn in its size, with the seal', async () => {
    const scene = drawPage(ofd, 1);

    expect([scene.widthMm, scene.heightMm, scene.omitted]).toEqual([210, 297, 0]);
    expect(await colourAt(ofd, PLACEMENT.xMm + 21, PLACEMENT.yMm + 25)).toBe('215,0,15');
    expect(await colourAt(ofd, 5, 5)).toBe('255,255,255');
  });

  it('shows only the strip of a seal that is told', async () => {
    const clip = { xMm: 0, yMm: 0, widthMm: 10, heightMm: 42 };
    const sealed = await buildOfd(city, { placements: [{ ...PLACEMENT, clip }] });

    expect(await colourAt(sealed, PLACEMENT.xMm + 21, PLACEMENT.yMm + 25)).toBe('255,255,255');
    expect(await colourAt(sealed, PLACEMENT.xMm + 4, PLACEMENT.yMm + 16)).toBe('215,0,15');
  });

  it('shows a seal that is a picture of pixels', async () => {
    const seal = await buildSeal(city, {
      image: { type: 'PNG', bytes: PNG, widthMm: 42, heightMm: 42 },
    });

    expect(
      await colourAt(await buildOfd(city, { seal }), PLACEMENT.xMm + 1, PLACEMENT.yMm + 1),
    ).toBe('0,0,0');
  });

  it.each([
    ['in its place', path(''), '255,0,0'],
    ['moved by its matrix', path('CTM="1 0 0 1 15 0"'), '255,255,255'],
    ['half transparent', path('Alpha="128"'), '255,127,127'],
    [
      'cut to its boundary',
      path('Boundary="40 10 20 20" CTM="1 0 0 1 -30 0"').replace('Boundary="10 10 20 20" ', ''),
      '255,255,255',
    ],
    [
      'cut by a clip',
      path(
        '',
        `${RED}<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path ID="902" Boundary="0 0 5 5"><ofd:AbbreviatedData>S 0 0 L 5 0 L 5 5 L 0 5 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>`,
      ),
      '255,255,255',
    ],
    ['in grey', path('', '<ofd:FillColor Value="128"/>'), '128,128,128'],
    ['in hexadecimal', path('', '<ofd:FillColor Value="#00 #80 #ff"/>'), '0,128,255'],
    ['not filled', path('Fill="false"').replace('Fill="true" ', ''), '255,255,255'],
  ])('draws a path %s', async (_, object, colour) => {
    expect(await colourAt(page(object), 20, 20)).toBe(colour);
  });

  it('takes what an object does not say from its drawing parameters', async () => {
    const parameters =
      '<ofd:DrawParams><ofd:DrawParam ID="950" Relative="951"/><ofd:DrawParam ID="951">' +
      '<ofd:FillColor Value="0 255 0"/></ofd:DrawParam></ofd:DrawParams>';

    expect(await colourAt(page(path('DrawParam="950"', ''), parameters), 20, 20)).toBe('0,255,0');
  });

  it('draws pictures, each written once', () => {
    const image =
      '<ofd:ImageObject ID="903" Boundary="0 0 9 9" CTM="9 0 0 9 0 0" ResourceID="960"/>';
    const media =
      '<ofd:MultiMedias><ofd:MultiMedia ID="960" Type="Image"><ofd:MediaFile>dot.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>';
    const svg = svgOf(page(image.repeat(50), media));

    expect(svg.match(/<use /gu)).toHaveLength(49);
    expect(svg.match(/data:image/gu)).toHaveLength(1);
  });

  it('says how many objects it could not draw', () => {
    const image = '<ofd:ImageObject ID="903" Boundary="0 0 9 9" CTM="9 0 0 9 0 0" ResourceID="1"/>';

    expect(drawPage(page(image), 1).omitted).toBe(1);
  });

  it.each([0, 2, -1])('is not there: %d', (number) => {
    expect(() => drawPage(ofd, number)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    );
  });

  it('is not drawn in more pixels than memory has room for', async () => {
    const huge = page(`<ofd:PageBlock ID="1"/>`);
    const text = Buffer.from(unpack(huge).get(PAGE)!)
      .toString()
      .replace(
        '<ofd:PageRes>',
        '<ofd:Area><ofd:PhysicalBox>0 0 9000 9000</ofd:PhysicalBox></ofd:Area><ofd:PageRes>',
      );

    await expect(
      previewOfd(repack(huge, { [PAGE]: Buffer.from(text) }), { format: 'png', page: 1 }),
    ).rejects.toThrow(expect.objectContaining({ code: 'REQUEST_MALFORMED' }));
  });
});

describe('an SVG of a page', () => {
  it('is the same for the same page and does nothing but show', () => {
    expect(svgOf(ofd)).toBe(svgOf(ofd));
    expect(findActiveContent(Buffer.from(svgOf(ofd)))).toEqual([]);
  });

  it.each([
    [
      'text',
      '<ofd:TextObject ID="1" Boundary="0 0 9 9" Font="1" Size="5"><ofd:TextCode X="0" Y="5">\ue000&lt;script&gt;alert(1)&lt;/script&gt;\u0e01"onload="x</ofd:TextCode></ofd:TextObject>',
    ],
    [
      'path data',
      path('', RED, 'M 0 0 L 1 1"/&gt;&lt;script&gt;x&lt;/script&gt; url(http://x) L NaN Infinity'),
    ],
    ['colour', path('', '<ofd:FillColor Value="url(#x) &quot;/&gt; 1"/>')],
    [
      'line',
      path('Stroke="true" LineWidth="1e999" DashPattern="a b" Cap="&quot;x" Join="&lt;"').replace(
        'Stroke="false" ',
        '',
      ),
    ],
    ['matrix', path('CTM="NaN 0 0 Infinity 1e400 &quot;&gt;"')],
    [
      'composite that contains itself',
      '<ofd:CompositeObject ID="5" Boundary="0 0 9 9" ResourceID="970"/>',
    ],
  ])('does nothing but show, whatever the %s says', (_, object) => {
    const unit =
      '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="970" Width="9" Height="9"><ofd:Content>' +
      '<ofd:CompositeObject ID="6" Boundary="0 0 9 9" ResourceID="970"/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>';
    const bytes = page(object, unit);

    expect(faultsOf(bytes)).toEqual(object.includes('CompositeObject') ? null : []);
  });

  it('does nothing but show, however the page is changed', () => {
    const original = Buffer.from(unpack(ofd).get(PAGE)!).toString('utf8');
    const values = [...original.matchAll(/(?<=")[^"]*(?=")|(?<=>)[^<]+(?=<)/gu)];
    const words = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('g 99999999 1', '1e308', '-0', 'url(x)', 'A', '0 0 0 0'),
    );

    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(values.length - 1), words), { minLength: 1, maxLength: 5 }),
        (changes) => {
          let text = original;
          for (const [index, word] of changes) {
            const value = values[index]!;
            text = text.replace(value[0], () => word.replaceAll(/[<>&"]/gu, ''));
          }
          return (faultsOf(repack(ofd, { [PAGE]: Buffer.from(text) })) ?? []).length === 0;
        },
      ),
      { numRuns: 300 },
    );
  });
});

const ofdrw = vectorsFolder('ofdrw');
(ofdrw === null ? describe.skip : describe)('OFDs that ofdrw wrote', () => {
  const files = ofdrw === null ? [''] : readdirSync(ofdrw).filter((file) => file.endsWith('.ofd'));

  it.each(files)('%s is drawn', (file) => {
    const bytes = readFileSync(join(ofdrw ?? '', file));

    expect(drawPage(bytes, 1).items).not.toHaveLength(0);
    expect(findActiveContent(Buffer.from(svgOf(bytes)))).toEqual([]);
  });
});
