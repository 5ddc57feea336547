import { describe, expect, it } from '@jest/globals';
import { englishNamesOf } from '../../../../web/src/console/components/englishNames.ts';
import {
  fieldText,
  schemaOfField,
  titleOf,
} from '../../../../web/src/console/components/fieldWords.ts';

const choice = { title: '业态', 'x-title-en': 'Kind', 'x-values-en': { 零售: 'Retail' } };
const table = { items: { properties: { model: { title: '型号', 'x-title-en': 'Model' } } } };

describe('fields in words', () => {
  it.each([
    [{}, '餐饮', '餐饮', '餐饮'],
    [choice, '零售', '零售', 'Retail'],
    [choice, '批发', '批发', '批发'],
    [choice, 'toString', 'toString', 'toString'],
    [choice, ['零售', '批发'], '零售、批发', 'Retail, 批发'],
    [{}, 46.5, '46.5', '46.5'],
    [null, true, '是', 'Yes'],
    [null, false, '否', 'No'],
    [
      table,
      [{ model: 'A' }, { model: 'B', size: 2 }],
      '型号: A\n型号: B、size: 2',
      'Model: A\nModel: B, size: 2',
    ],
    ...[null, undefined, '', []].map((empty) => [{}, empty, null, null] as const),
  ])('%j with %j is %j, in English %j', (schema, value, chinese, english) => {
    expect(fieldText(schema, value, 'zh-CN')).toBe(chinese);
    expect(fieldText(schema, value, 'en')).toBe(english);
  });

  it('have the titles that their type gives them', () => {
    const type = { properties: { kind: choice, area: { title: '面积' }, other: {} } };
    const titles = (['zh-CN', 'en'] as const).map((language) =>
      ['kind', 'area', 'other', 'none'].map((name) => titleOf(schemaOfField(type, name), language)),
    );

    expect(titles).toEqual([
      ['业态', '面积', null, null],
      ['Kind', '面积', null, null],
    ]);
  });
});

describe('names of the catalogue', () => {
  it('are those that types, matters and materials have in English', () => {
    const names = englishNamesOf(
      [
        { name: '甲证', fields: { title: '甲证', 'x-title-en': 'Licence A' } },
        { name: '乙证', fields: { title: '乙证' } },
      ],
      [
        {
          name: '开店',
          definition: {
            nameEn: 'Open a shop',
            materials: [
              { name: '申请书', nameEn: 'Application form' },
              { name: '甲证', nameEn: 'Not this' },
              { name: '其他' },
              null,
            ],
          },
        },
        { name: '关店', definition: {} },
      ],
    );

    expect([...names]).toEqual([
      ['甲证', 'Licence A'],
      ['开店', 'Open a shop'],
      ['申请书', 'Application form'],
    ]);
  });
});
