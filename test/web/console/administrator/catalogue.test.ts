import { describe, expect, it } from '@jest/globals';
import { DEMO_FURTHER_TYPES } from '../../../../service/src/demo/demoFurtherTypes.ts';
import { DEMO_LICENCE_TYPES } from '../../../../service/src/demo/demoLicenceTypes.ts';
import { withMember } from '../../../../web/src/console/administrator/layoutDraft.ts';
import {
  definitionOf,
  diffMatters,
  withoutEmptyName,
  EMPTY_DEFINITION,
  EMPTY_MATERIAL,
  faultsOfDraft,
  type Matter,
} from '../../../../web/src/console/administrator/matterDraft.ts';
import {
  faultOfRow,
  faultOfSchema,
  NEW_FIELD,
  readRows,
  withKind,
  writeSchema,
} from '../../../../web/src/console/administrator/schemaTable.ts';
import {
  EMPTY_TYPE,
  isComplete,
  isTypeCode,
} from '../../../../web/src/console/administrator/typeDraft.ts';
import { judgeDetail, readPlace } from '../../../../web/src/console/administrator/matterFaults.ts';

describe('a schema as a table', () => {
  it.each([...DEMO_LICENCE_TYPES, ...DEMO_FURTHER_TYPES].map((type) => [type.name, type] as const))(
    'says the same afterwards: %s',
    (_, { name, fields }) => {
      expect(writeSchema(fields, name, readRows(fields))).toEqual(fields);
    },
  );

  it('keeps what it does not know', () => {
    const row = { title: 'rows', type: 'array', items: { type: 'object' }, maxItems: 3 };
    const schema = {
      ...{ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 't', type: 'object' },
      ...{ properties: { row }, required: [], additionalProperties: false },
    };

    expect(readRows(schema)).toMatchObject([{ kind: 'other', title: 'rows' }]);
    expect(writeSchema(schema, 't', readRows(schema))).toEqual(schema);
  });

  it('finds what is wrong with a row', () => {
    const row = { ...NEW_FIELD, name: 'size', title: '面积' };

    expect(faultOfRow([row], 0)).toBeNull();
    expect(faultOfRow([row, row], 1)).toBe('twice');
    expect(faultOfRow([{ ...row, name: 'a b' }], 0)).toBe('name');
    expect(faultOfRow([{ ...row, title: ' ' }], 0)).toBe('title');
    expect(faultOfRow([{ ...row, pattern: '(' }], 0)).toBe('pattern');
    expect(faultOfRow([withKind(row, 'choice')], 0)).toBe('values');
    expect(faultOfRow([{ ...withKind(row, 'number'), minimum: 2, maximum: 1 }], 0)).toBe('range');
  });

  it.each([
    ['{', 'json'],
    ['[]', 'object'],
    ['{"type":"object"}', 'open'],
    ['{"type":"object","additionalProperties":false}', null],
  ])('judges %s', (text, fault) => {
    expect(faultOfSchema(text)).toBe(fault);
  });
});

describe('English of values', () => {
  const fields = {
    ...{ type: 'object', title: 't', additionalProperties: false, required: [] },
    properties: {
      kind: { title: '类别', type: 'string', enum: ['甲', '乙'], 'x-values-en': { 甲: 'First' } },
    },
  };
  const written = (changed: Partial<ReturnType<typeof readRows>[number]>): unknown => {
    const rows = readRows(fields).map((row) => ({ ...row, ...changed }));
    return (writeSchema(fields, 't', rows)['properties'] as { kind: Record<string, unknown> }).kind[
      'x-values-en'
    ];
  };

  it('is read and written with its field, of values that are there', () => {
    expect(readRows(fields)[0]).toMatchObject({ kind: 'choice', valuesEn: { 甲: 'First' } });
    expect(written({ valuesEn: { 甲: ' One ', 乙: '', 丙: 'Third' } })).toEqual({ 甲: 'One' });
    expect(written({ values: ['乙'] })).toBeUndefined();
    expect(written({ kind: 'text' })).toBeUndefined();
  });
});

describe('a licence type', () => {
  it('is complete with a code, a name, a seal and right fields', () => {
    const draft = { ...EMPTY_TYPE, typeCode: '11429000DEM000057U001', name: '证', sealEsId: '1' };

    expect(isTypeCode('11429000DEM000057V001')).toBe(false);
    expect(isComplete(draft)).toBe(true);
    expect(isComplete({ ...draft, rows: [NEW_FIELD] })).toBe(false);
  });

  it('leaves empty members of its layout out', () => {
    expect(withMember({ title: 'a', note: 'b' }, 'title', '')).toEqual({ note: 'b' });
    expect(withMember({}, 'orientation', 'landscape')).toEqual({ orientation: 'landscape' });
  });
});

describe('a matter', () => {
  const material = { ...EMPTY_MATERIAL, code: 'form', name: '申请书' };
  const matter = (version: number, definition: Matter['definition'], name = '事项'): Matter => ({
    ...{ code: 'M1', version, name, definition, updatedAt: '2026-01-01T00:00:00Z' },
  });

  it('is read with defaults for what is left out', () => {
    const read = definitionOf(matter(1, { materials: [{ code: 'form', name: '申请书' }] }));

    expect(read).toEqual({ ...EMPTY_DEFINITION, materials: [material] });
  });

  it('tells what changed', () => {
    const before = matter(1, {
      promisedDays: 5,
      materials: [material, { ...material, code: 'b' }],
    });
    const after = matter(2, {
      promisedDays: 3,
      materials: [
        { ...material, standIns: [{ typeCode: 'T', fields: [] }] },
        { ...material, code: 'c' },
      ],
    });

    expect(diffMatters(before, after)).toMatchObject([
      { kind: 'promisedDays', before: '5', after: '3' },
      { kind: 'materialChanged', members: [{ member: 'standIns' }] },
      { kind: 'materialAdded', material: { code: 'c' } },
      { kind: 'materialRemoved', material: { code: 'b' } },
    ]);
    expect(diffMatters(after, after)).toEqual([]);
  });

  it('has names in English, or none, but no empty ones', () => {
    const [plain, told] = [matter(1, {}), matter(2, { nameEn: 'A matter' })];

    expect(diffMatters(plain, told)).toEqual([{ kind: 'nameEn', before: '', after: 'A matter' }]);
    expect(withoutEmptyName({ ...material, nameEn: ' Form ' })).toMatchObject({ nameEn: 'Form' });
    expect(withoutEmptyName({ ...material, nameEn: ' ' })).not.toHaveProperty('nameEn');
  });

  it('is judged before it is sent', () => {
    const definition = {
      ...EMPTY_DEFINITION,
      ...{ promisedDays: 9, statutoryDays: 3, materials: [material, { ...material, name: '' }] },
    };

    expect(faultsOfDraft('a b', '', definition)).toEqual([
      ...[{ kind: 'code' }, { kind: 'name' }, { kind: 'order' }],
      ...[
        { kind: 'materialTwice', at: 1 },
        { kind: 'materialName', at: 1 },
      ],
    ]);
  });
});

describe('faults of an import of matters', () => {
  it('name the column, and say in words what is known', () => {
    expect(readPlace('/name')).toEqual({ column: 'name', material: null });
    expect(readPlace('/definition/basis')).toEqual({ column: 'basis', material: null });
    expect(readPlace('/definition/materials/1/name')).toEqual({
      ...{ column: 'materialName', material: 2 },
    });
    expect(readPlace('/elsewhere').column).toBeNull();
    expect(judgeDetail('Invalid option: expected one of "a"|"b"')).toEqual({
      ...{ kind: 'oneOf', values: 'a, b' },
    });
    expect(judgeDetail('is there twice').kind).toBe('twice');
    expect(judgeDetail('anything else').kind).toBeNull();
  });
});
