import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { findKeyword, readVisibleText } from '../../../../service/src/documents/ofd/visibleText.ts';
import { writeOfd } from '../../../../service/src/documents/ofd/writeOfd.ts';
import { repack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import { buildOfdContent } from '../../../support/testSeal.ts';
import { vectorsFolder } from '../../../support/vectors.ts';

const PAGE = 'Doc_0/Pages/Page_0/Content.xml';

let city: TestCity;
let plain: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  plain = writeOfd(buildOfdContent(city));
});

/** A page of 210 × 297 mm with these objects. */
function page(objects: string): Uint8Array {
  const xml =
    `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="900">${objects}` +
    `</ofd:Layer></ofd:Content></ofd:Page>`;
  return repack(plain, { [PAGE]: Buffer.from(xml) });
}

function text(content: string, attributes = '', code = 'X="0" Y="5"'): string {
  return (
    `<ofd:TextObject ID="901" Boundary="10 20 100 6" Font="1" Size="5" ${attributes}>` +
    `<ofd:TextCode ${code}>${content}</ofd:TextCode></ofd:TextObject>`
  );
}

function textsOf(bytes: Uint8Array): readonly string[] {
  return readVisibleText(bytes).flatMap(({ runs }) => runs.map((run) => run.text));
}

describe('the text of a page', () => {
  it('is read as written, with its place', () => {
    const [first] = readVisibleText(plain);
    const [run] = first!.runs;

    expect(run!.text).toBe('食品经营许可证 & <No. 1>');
    expect(run!.box.xMm).toBeCloseTo(30, 1);
    expect(run!.box.yMm + run!.box.heightMm).toBeCloseTo(40 + 0.12 * 8, 1);
    expect(run!.characterBoxes).toHaveLength(Array.from(run!.text).length);
  });

  it('stands where distances and transforms put it', () => {
    const bytes = page(text('甲乙丙丁', 'CTM="2 0 0 2 0 0"', 'X="1" Y="5" DeltaX="g 2 6 9"'));
    const boxes = readVisibleText(bytes)[0]!.runs[0]!.characterBoxes;

    expect(boxes.map(({ xMm }) => xMm)).toEqual([12, 24, 36, 54]);
    expect(boxes[0]!.heightMm).toBeCloseTo(10, 9);
  });

  it.each([
    ['is not visible', 'Visible="false"'],
    ['is transparent', 'Alpha="0"'],
    ['is neither filled nor outlined', 'Fill="false"'],
    ['is beside the sheet', 'CTM="1 0 0 1 300 0"'],
  ])('is left out where it %s', (_, attributes) => {
    expect(textsOf(page(text('甲', attributes)))).toEqual([]);
  });

  it('is read from blocks and vector images, but not without end', () => {
    const block = `<ofd:PageBlock ID="1">${text('甲')}</ofd:PageBlock>`;
    const deep = '<ofd:PageBlock ID="1">'.repeat(30) + text('甲') + '</ofd:PageBlock>'.repeat(30);

    expect(textsOf(page(block))).toEqual(['甲']);
    expect(() => textsOf(page(deep))).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }),
    );
  });
});

describe('a keyword', () => {
  it('is found with page and box', () => {
    const [found, ...more] = findKeyword(plain, '许可证');

    expect(more).toEqual([]);
    expect(found!.page).toBe(1);
    expect(found!.box.xMm).toBeCloseTo(30 + 4 * 8, 1);
    expect(found!.box.widthMm).toBeCloseTo(3 * 8, 1);
  });

  it('is found across pieces side by side', () => {
    const pieces = ['盖', '章', '处'].map((one, index) =>
      text(one, `CTM="1 0 0 1 ${6 * index} 0"`),
    );

    expect(findKeyword(page(pieces.join('')), '盖章处')).toHaveLength(1);
  });

  it('is not put together from distant pieces', () => {
    const pieces = ['盖', '章'].map((one, index) => text(one, `CTM="1 0 0 1 ${60 * index} 0"`));

    expect(findKeyword(page(pieces.join('')), '盖章')).toEqual([]);
  });

  it('is found in columns and with blanks between', () => {
    const column = text('盖章', '', 'X="0" Y="5" DeltaX="0" DeltaY="6"');

    expect(findKeyword(page(column), '盖章')).toHaveLength(1);
    expect(
      findKeyword(page(text('盖 章：', '', 'X="0" Y="5" DeltaX="5"')), '盖章 ：'),
    ).toHaveLength(1);
  });

  it('is found at most two hundred times', () => {
    const many = text('章'.repeat(500), '', 'X="0" Y="5" DeltaX="0.1"');

    expect(findKeyword(page(many), '章')).toHaveLength(200);
  });

  it.each(['', '  ', '章'.repeat(101)])('has one to a hundred characters, not `%s`', (keyword) => {
    expect(() => findKeyword(plain, keyword)).toThrow(
      expect.objectContaining({ code: 'REQUEST_MALFORMED' }),
    );
  });
});

const ofdrw = vectorsFolder('ofdrw');
(ofdrw === null ? describe.skip : describe)('a text that ofdrw wrote', () => {
  it.each([
    ['ofdrw-reader__multiKeywordInTextCode', '哈哈', 5],
    ['ofdrw-reader__helloworld_with_pageblock', 'OFD', 1],
  ])('%s holds `%s`', (name, keyword, least) => {
    const found = findKeyword(readFileSync(join(ofdrw ?? '', `${name}.ofd`)), keyword);

    expect(found.length).toBeGreaterThanOrEqual(least);
  });
});
