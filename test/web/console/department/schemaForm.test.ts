import { describe, expect, it } from '@jest/globals';
import { DEMO_FURTHER_TYPES } from '../../../../service/src/demo/demoFurtherTypes.ts';
import { DEMO_LICENCE_TYPES } from '../../../../service/src/demo/demoLicenceTypes.ts';
import { validateFields } from '../../../../service/src/licences/fields.ts';
import { findFieldFaults } from '../../../../web/src/console/department/fieldFaults.ts';
import { fieldsOf, formOf, valuesOf } from '../../../../web/src/console/department/schemaForm.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    name: { title: '名称', type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z𠀀]+$' },
    scope: { title: '范围', type: 'string', maxLength: 200 },
    area: { title: '面积', type: 'number', exclusiveMinimum: 0, maximum: 100 },
    count: { title: '数量', type: 'integer', minimum: 1 },
    since: { title: '日期', type: 'string', format: 'date' },
    kind: { title: '类别', enum: ['A', 'B'] },
    items: { title: '项目', type: 'array', items: { enum: ['x', 'y'] }, minItems: 1 },
    isOpen: { title: '开放', type: 'boolean' },
    aliases: { title: '别名', type: 'array', items: { type: 'string' }, maxItems: 2 },
    rows: {
      title: '设备',
      type: 'array',
      items: {
        type: 'object',
        properties: { model: { title: '型号', type: 'string' }, amount: { type: 'integer' } },
        required: ['model'],
      },
    },
    other: { type: 'object', properties: {} },
  },
  required: ['name', 'items'],
};
const FORM = formOf(SCHEMA);
const FIELDS = {
  ...{ name: 'ab', scope: '餐饮', area: 12.5, count: 3, since: '2026-02-28', kind: 'B' },
  ...{ items: ['y'], isOpen: false, aliases: ['c'], other: {} },
  rows: [{ model: 'M1', amount: 2 }, { model: 'M2' }],
};

describe('formOf', () => {
  it('finds the widget for each member', () => {
    expect(FORM.map(({ name, kind }) => [name, kind])).toEqual([
      ['name', 'text'],
      ['scope', 'longText'],
      ['area', 'number'],
      ['count', 'integer'],
      ['since', 'date'],
      ['kind', 'choice'],
      ['items', 'choices'],
      ['isOpen', 'truth'],
      ['aliases', 'texts'],
      ['rows', 'rows'],
      ['other', 'json'],
    ]);
    expect(
      FORM.filter(({ isRequired }) => isRequired).map(({ schema }) => schema['title']),
    ).toEqual(['名称', '项目']);
  });
});

describe('valuesOf and fieldsOf', () => {
  it('bring a licence into the form and back as it was', () => {
    expect(fieldsOf(FORM, valuesOf(FORM, FIELDS))).toEqual(FIELDS);
  });

  it('leave out what is empty', () => {
    expect(fieldsOf(FORM, valuesOf(FORM))).toEqual({});
    expect(
      fieldsOf(FORM, { name: '  ', aliases: ['', ' '], rows: [{ model: '', amount: '' }] }),
    ).toEqual({});
  });

  it('read numbers as people type them, and lose none that is wrong', () => {
    expect(fieldsOf(FORM, { area: '１,280.5', count: 'many' })).toEqual({
      area: 1280.5,
      count: 'many',
    });
  });

  it('do so for every type of the demo city, and what fits the schema has no fault', () => {
    for (const type of [...DEMO_LICENCE_TYPES, ...DEMO_FURTHER_TYPES]) {
      const form = formOf(type.fields);
      const values = valuesOf(form, type.sampleFields);

      expect(fieldsOf(form, values)).toEqual(type.sampleFields);
      expect(findFieldFaults(form, values)).toEqual({});
      expect(form.filter(({ kind }) => kind === 'json')).toEqual([]);
    }
  });
});

describe('findFieldFaults', () => {
  it.each([
    [{ name: '' }, '/name', { name: 'required' }],
    [{ items: [] }, '/items', { name: 'required' }],
    [{ name: 'a' }, '/name', { name: 'tooShort', value: 2 }],
    [{ name: 'abcde' }, '/name', { name: 'tooLong', value: 4 }],
    [{ name: 'AB' }, '/name', { name: 'pattern', value: '^[a-z𠀀]+$' }],
    [{ area: '0' }, '/area', { name: 'above', value: 0 }],
    [{ area: '101' }, '/area', { name: 'atMost', value: 100 }],
    [{ area: 'wide' }, '/area', { name: 'number' }],
    [{ count: '0' }, '/count', { name: 'atLeast', value: 1 }],
    [{ count: '1.5' }, '/count', { name: 'integer' }],
    [{ since: '2026-02-30' }, '/since', { name: 'date' }],
    [{ kind: 'C' }, '/kind', { name: 'option' }],
    [{ aliases: ['a', 'b', 'c'] }, '/aliases', { name: 'tooMany', value: 2 }],
    [
      {
        rows: [
          { model: 'M', amount: '' },
          { model: '', amount: '1' },
        ],
      },
      '/rows/1/model',
      { name: 'required' },
    ],
    [
      {
        rows: [
          { model: '', amount: '' },
          { model: 'M', amount: '' },
        ],
      },
      '/rows/0/model',
      { name: 'required' },
    ],
    [{ other: '{' }, '/other', { name: 'json' }],
  ])('finds %j', (change, pointer, fault) => {
    const values = { ...valuesOf(FORM, FIELDS), ...change };

    expect(findFieldFaults(FORM, values)).toEqual({ [pointer]: fault });
    expect(() => {
      validateFields(typeOf(SCHEMA), fieldsOf(FORM, values));
    }).toThrow(/fields do not fit/);
  });

  it('counts characters, not halves of them', () => {
    expect(findFieldFaults(FORM, { ...valuesOf(FORM, FIELDS), name: '𠀀𠀀𠀀𠀀' })).toEqual({});
  });
});

function typeOf(fields: object): Parameters<typeof validateFields>[0] {
  return { typeCode: 'T', fields } as Parameters<typeof validateFields>[0]; // all that is read
}
