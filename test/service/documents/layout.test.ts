import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Drawing } from '../../../service/src/documents/drawing.ts';
import { licenceFont } from '../../../service/src/documents/fonts.ts';
import {
  layoutLicence,
  parseLayout,
  type LayoutInput,
  type LicenceLayout,
} from '../../../service/src/documents/layout.ts';

const symbol = (size: number): boolean[][] =>
  Array.from({ length: size }, () => Array.from({ length: size }, () => true));

function buildInput(
  layout: LicenceLayout = {},
  licence: Partial<LayoutInput['licence']> = {},
  qrSize = 77,
): LayoutInput {
  return {
    type: { name: '食品经营许可证', layout },
    licence: {
      identifier: '1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F',
      serial: '2430599',
      holder: { name: '云汉市江畔人家餐饮管理有限公司', code: '91420100MA4900001X' },
      fields: { address: '云汉市临江区滨江大道1号' },
      issuer: { name: '云汉市市场监督管理局' },
      validFrom: new Date('2026-11-21T16:00:00Z'),
      validUntil: new Date('2031-11-21T15:59:59.999Z'),
      issuedOn: new Date('2026-11-21T17:00:00Z'),
      ...licence,
    },
    qrModules: symbol(qrSize),
  };
}

function textsOf({ items }: Drawing): readonly string[] {
  return items.flatMap((item) => (item.kind === 'text' ? item.text : []));
}

function expectInsidePage({ items, widthMm, heightMm }: Drawing): void {
  const font = licenceFont();
  for (const item of items) {
    if (item.kind !== 'text') continue;
    expect(item.xMm).toBeGreaterThan(15);
    expect(item.xMm + font.widthOf(item.text, item.sizeMm)).toBeLessThan(widthMm - 15);
    expect(item.yMm - item.sizeMm).toBeGreaterThan(14);
    expect(item.yMm + 0.3 * item.sizeMm).toBeLessThan(heightMm - 14);
  }
}

describe('layoutLicence', () => {
  it('prints title, serial, holder, fields, period, authority, date and identifier as text', () => {
    const { drawing } = layoutLicence(
      buildInput({ title: '食品经营许可', subtitle: '（副本）', note: '仅供{issuerName}使用' }),
    );

    expect(textsOf(drawing)).toEqual(
      expect.arrayContaining([
        '食品经营许可',
        '（副本）',
        '证照编号 2430599',
        '云汉市江畔人家餐饮管理有限公司',
        '云汉市临江区滨江大道1号',
        '2026年11月22日 至 2031年11月21日',
        '云汉市市场监督管理局',
        '2026年11月22日',
        '电子证照标识 1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F',
        '仅供云汉市市场监督管理局使用',
      ]),
    );
  });

  it.each([
    ['portrait', 210, 297],
    ['landscape', 297, 210],
  ] as const)('sets %s pages of A4', (orientation, width, height) => {
    const { drawing, sealPlacement } = layoutLicence(buildInput({ orientation }));

    expect([drawing.widthMm, drawing.heightMm]).toEqual([width, height]);
    expectInsidePage(drawing);
    expect(sealPlacement).toMatchObject({ page: 1, widthMm: 42, heightMm: 42 });
    expect(sealPlacement.xMm + 42).toBeLessThan(width - 14);
    expect(sealPlacement.yMm + 42).toBeLessThan(height - 14);
  });

  it.each([21, 57, 77, 89])(
    'prints a symbol of %d modules large enough, with a white quiet zone',
    (size) => {
      const { drawing } = layoutLicence(buildInput({}, {}, size));
      const qr = drawing.items.find((item) => item.kind === 'qr')!;
      const [left, top] = [qr.xMm - 4 * qr.moduleMm, qr.yMm - 4 * qr.moduleMm];
      const [right, bottom] = [
        qr.xMm + (size + 4) * qr.moduleMm,
        qr.yMm + (size + 4) * qr.moduleMm,
      ];
      const near = drawing.items.filter(
        (item) =>
          item.kind === 'text' &&
          item.xMm < right &&
          item.xMm + licenceFont().widthOf(item.text, item.sizeMm) > left &&
          item.yMm > top &&
          item.yMm - 0.8 * item.sizeMm < bottom,
      );

      expect(qr.moduleMm).toBeGreaterThanOrEqual(0.4);
      expect(near).toEqual([]);
      expect(left).toBeGreaterThan(13);
      expect(top).toBeGreaterThan(drawing.heightMm - 70);
    },
  );

  it('puts the seal over authority and date', () => {
    const { drawing, sealPlacement } = layoutLicence(buildInput());
    const under = drawing.items.filter(
      (item) =>
        item.kind === 'text' &&
        item.yMm > sealPlacement.yMm &&
        item.yMm < sealPlacement.yMm + 42 &&
        item.xMm < sealPlacement.xMm + 21 &&
        item.xMm + licenceFont().widthOf(item.text, item.sizeMm) > sealPlacement.xMm + 21,
    );

    expect(under.map((item) => (item.kind === 'text' ? item.text : ''))).toEqual([
      '云汉市市场监督管理局',
      '2026年11月22日',
    ]);
  });

  it('prints rows in the order and with the labels of the layout', () => {
    const rows = [
      { field: 'floor', label: '面积（平方米）' },
      { field: 'holderName', label: '名称' },
      { field: 'isChain', label: '是否连锁' },
      { field: 'since', label: '成立日期' },
      { field: 'items', label: '经营项目' },
      { field: 'other', label: '其他' },
    ];
    const fields = { floor: 12.5, isChain: false, since: '2020-01-02', items: ['热食', '冷食'] };
    const texts = textsOf(layoutLicence(buildInput({ rows }, { fields })).drawing);

    const start = texts.indexOf('面积（平方米）');
    expect(texts.slice(start, start + 12)).toEqual([
      '面积（平方米）',
      '12.5',
      '名称',
      '云汉市江畔人家餐饮管理有限公司',
      '是否连锁',
      '否',
      '成立日期',
      '2020年1月2日',
      '经营项目',
      '热食、冷食',
      '其他',
      '—',
    ]);
  });

  it("takes labels from the schema's titles when the layout names no rows", () => {
    const input = buildInput();
    const schema = {
      type: 'object',
      properties: { address: { type: 'string', title: '经营场所' } },
    };
    const { drawing } = layoutLicence({ ...input, type: { ...input.type, fields: schema } });

    expect(textsOf(drawing)).toContain('经营场所');
  });

  it('fills the statement and says when a licence has no end', () => {
    const layout = { statement: '{holderName}（{nothing}）准予经营，{validUntil}。' };
    const texts = textsOf(layoutLicence(buildInput(layout, { validUntil: null })).drawing);

    expect(texts.join('')).toContain('云汉市江畔人家餐饮管理有限公司（—）准予经营，长期。');
    expect(texts).toContain('自2026年11月22日起长期有效');
  });

  it('never lets a text leave the page, or refuses it', () => {
    const text = (maxLength: number): fc.Arbitrary<string> =>
      fc.string({
        unit: fc.constantFrom(...Array.from('云汉市（临江）区，A1 ')),
        minLength: 1,
        maxLength,
      });
    const input = fc.record({
      orientation: fc.constantFrom('portrait' as const, 'landscape' as const),
      title: text(40),
      statement: text(300),
      name: text(80),
      issuer: text(40),
      fields: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text(200), { maxKeys: 12 }),
    });
    fc.assert(
      fc.property(input, ({ orientation, title, statement, name, issuer, fields }) => {
        const licence = { holder: { name, code: '1' }, issuer: { name: issuer }, fields };
        try {
          expectInsidePage(
            layoutLicence(buildInput({ orientation, title, statement }, licence)).drawing,
          );
        } catch (error) {
          expect(error).toMatchObject({ code: 'LICENCE_FIELDS_INVALID' });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('shrinks a full page before it refuses it', () => {
    const fields = (length: number): Record<string, string> => ({ scope: '经营'.repeat(length) });

    expectInsidePage(layoutLicence(buildInput({}, { fields: fields(600) })).drawing);
    expect(() => layoutLicence(buildInput({}, { fields: fields(6000) }))).toThrow(
      expect.objectContaining({ code: 'LICENCE_FIELDS_INVALID' }),
    );
  });

  it('refuses a character that the font cannot show', () => {
    expect(() => layoutLicence(buildInput({}, { holder: { name: '𠮷野', code: '1' } }))).toThrow(
      expect.objectContaining({ code: 'GLYPH_MISSING' }),
    );
  });
});

describe('parseLayout', () => {
  it('takes a whole layout', () => {
    const layout = {
      title: '许可证',
      orientation: 'landscape',
      themeColour: '#1c4f8a',
      statement: '准予{holderName}',
      rows: [{ field: '地址', label: '地址', wide: true }],
    };

    expect(parseLayout(layout)).toEqual(layout);
  });

  it.each([
    ['no object', 'layout'],
    ['an unknown member', { font: 'Arial' }],
    ['a colour by name', { themeColour: 'red' }],
    ['an orientation of its own', { orientation: 'square' }],
    ['no rows', { rows: [] }],
    ['too many rows', { rows: Array.from({ length: 31 }, () => ({ field: 'a', label: '甲' })) }],
    ['braces in a field name', { rows: [{ field: '{a}', label: '甲' }] }],
    ['a long statement', { statement: '甲'.repeat(601) }],
  ])('refuses %s', (_, layout) => {
    expect(() => parseLayout(layout)).toThrow(
      expect.objectContaining({ code: 'LICENCE_TYPE_MALFORMED' }),
    );
  });

  it('refuses characters that the font cannot show', () => {
    expect(() => parseLayout({ title: '许可\u200b证' })).toThrow(
      expect.objectContaining({ code: 'GLYPH_MISSING' }),
    );
  });
});
