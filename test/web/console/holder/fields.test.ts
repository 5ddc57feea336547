import { describe, expect, it } from '@jest/globals';
import {
  fieldsOfSchema,
  fieldText,
  titleInSchema,
} from '../../../../web/src/console/holder/fields.ts';

describe('fields as text', () => {
  it.each([
    ['餐饮', '餐饮', '餐饮'],
    [46.5, '46.5', '46.5'],
    [true, '是', 'Yes'],
    [false, '否', 'No'],
    [null, '—', '—'],
    [['甲', '乙'], '甲、乙', '甲, 乙'],
    [{ street: '滨江大道', number: 188 }, '滨江大道 188', '滨江大道 188'],
  ])('says %j in both languages', (value, chinese, english) => {
    expect(fieldText(value, 'zh-CN')).toBe(chinese);
    expect(fieldText(value, 'en')).toBe(english);
  });

  it('takes names and titles from the type', () => {
    const schema = { properties: { shopName: { title: '店铺名称' }, area: {} } };

    expect(fieldsOfSchema(schema)).toEqual(['shopName', 'area']);
    expect(titleInSchema(schema, 'shopName')).toBe('店铺名称');
    expect(titleInSchema(schema, 'area')).toBe('area');
    expect(titleInSchema({}, 'other')).toBe('other');
  });
});
