import { describe, expect, it } from '@jest/globals';
import {
  definitionOf,
  matterDefinition,
  neededFields,
} from '../../../service/src/matters/matterDefinition.ts';

const TYPE = '11330400TEX0000032001';

describe('the definition of a matter', () => {
  it('has a default for everything that is left out', () => {
    expect(matterDefinition.parse({ materials: [{ code: 'form', name: '申请书' }] })).toEqual({
      ...{ department: null, basis: '', promisedDays: null, statutoryDays: null, bundles: [] },
      materials: [
        { code: 'form', name: '申请书', required: true, source: 'applicant', standIns: [] },
      ],
      yearlyCases: null,
    });
  });

  it('refuses members that it does not know', () => {
    expect(matterDefinition.safeParse({ material: [] }).success).toBe(false);
  });

  it('read from the store in another form is an inside fault', () => {
    expect(() => definitionOf({ code: 'm1', definition: { materials: 'none' } })).toThrow(
      'matter m1',
    );
  });
});

describe('the fields that a matter needs', () => {
  const standIn = (typeCode: string, ...fields: string[]): object => ({
    ...{ code: `${typeCode}${fields.join('')}`, name: '证照' },
    standIns: [{ typeCode, fields }],
  });

  it('are those of every material that the type can stand in for', () => {
    const materials = [standIn(TYPE, 'a', 'b'), standIn(TYPE, 'b', 'c'), standIn('other', 'd')];

    expect(neededFields(matterDefinition.parse({ materials }), TYPE)).toEqual(['a', 'b', 'c']);
  });

  it('are null for a type that the matter has no use for', () => {
    expect(neededFields(matterDefinition.parse({}), TYPE)).toBeNull();
  });

  it('are none where the licence itself is all that is asked for', () => {
    expect(neededFields(matterDefinition.parse({ materials: [standIn(TYPE)] }), TYPE)).toEqual([]);
  });
});
