import { describe, expect, it } from '@jest/globals';
import { matterDefinition } from '../../../service/src/matters/matterDefinition.ts';
import type { LicenceType, TypeCount } from '../../../service/src/store/store.ts';
import {
  matchCity,
  totalsOf,
  type CityLists,
  type CityWaivers,
} from '../../../service/src/waivers/cityWaivers.ts';
import { writeWaiverTable } from '../../../service/src/waivers/waiverTable.ts';

const type = (typeCode: string, ...names: string[]): [string, LicenceType] => [
  typeCode,
  {
    ...{ typeCode, version: 1, name: `${typeCode}证`, issuer: null, sealEsId: '1' },
    fields: { properties: Object.fromEntries(names.map((name) => [name, {}])) },
    ...{ layout: {}, approval: 'single', formats: ['ofd'], updatedAt: new Date(0) },
  },
];

interface Asked {
  readonly standIns?: readonly (readonly [typeCode: string, ...fields: string[]])[];
  readonly source?: 'sharedData';
}

const matter = (
  code: string,
  yearlyCases: number | null,
  ...asked: Asked[]
): CityLists['matters'][0] => {
  const definition = matterDefinition.parse({
    yearlyCases,
    materials: asked.map(({ standIns = [], ...rest }, place) => ({
      ...{ code: `m${place}`, name: '材料', ...rest },
      standIns: standIns.map(([typeCode, ...fields]) => ({ typeCode, fields })),
    })),
  });
  const facts = { code, version: 1, name: code, definition, updatedAt: new Date(0) };
  return { matter: facts, definition, countedCases: 7 };
};

const match = (
  matters: CityLists['matters'],
  counts: readonly (readonly [typeCode: string, licences: number, holders: number])[] = [],
): CityWaivers =>
  matchCity({
    matters,
    types: new Map([type('A', 'a', 'b'), type('B', 'a'), type('C')]),
    counts: new Map<string, TypeCount>(
      counts.map(([typeCode, licences, holders]) => [typeCode, { typeCode, licences, holders }]),
    ),
  });

describe('the match of the three lists', () => {
  it('waives what licences in force have the fields for, by the type with the most holders', () => {
    const { matters, types } = match(
      [
        matter('M', 10, {
          standIns: [
            ['A', 'a'],
            ['B', 'a', 'holderName'],
          ],
        }),
      ],
      [
        ['A', 5, 3],
        ['B', 4, 4],
      ],
    );

    expect(matters[0]?.materials[0]).toMatchObject({ state: 'waivable', by: 'B', steps: [] });
    expect(
      types.map(({ typeCode, licences, waives, papersSaved }) => [
        typeCode,
        licences,
        waives,
        papersSaved,
      ]),
    ).toEqual([
      ['B', 4, 1, 10],
      ['A', 5, 0, 0],
      ['C', 0, 0, 0],
    ]);
  });

  it('adds up materials and papers', () => {
    const { totals, matters } = match(
      [
        matter('M', 10, { standIns: [['A']] }, { source: 'sharedData' }, {}),
        matter('N', null, { standIns: [['X']] }),
      ],
      [['A', 1, 1]],
    );

    expect(totals).toEqual({
      ...{ matters: 2, yearlyCases: 17, materials: 4 },
      ...{ noSubmission: 1, waivable: 1, planned: 1, paper: 1 },
      ...{ papersAsked: 37, papersSaved: 20 },
    });
    expect(totalsOf(matters[1]!)).toMatchObject({ planned: 1, papersAsked: 7, papersSaved: 0 });
  });

  it('says which step would waive how much, the most papers first', () => {
    const { next } = match([
      matter('M', 10, { standIns: [['X', 'p']] }, { standIns: [['X', 'q']] }),
      matter(
        'N',
        3,
        { standIns: [['A', 'c']] },
        { standIns: [['A', 'c', 'd']] },
        { standIns: [['C']] },
      ),
    ]);

    const said = next.map((one) => [
      one.kind,
      one.typeCode,
      one.fields.join(),
      one.materials,
      one.matters,
      one.papersSaved,
    ]);
    expect(said).toEqual([
      ['issueType', 'X', 'p,q', 2, 1, 20],
      ['addFields', 'A', 'c,d', 2, 1, 6],
      ['issueLicences', 'C', '', 1, 1, 3],
      ['addFields', 'A', 'c', 1, 1, 3],
    ]);
  });

  it('offers every step of which one alone suffices', () => {
    const { next, matters } = match([matter('M', 1, { standIns: [['X'], ['C']] })]);

    expect(next.map(({ typeCode }) => typeCode).sort()).toEqual(['C', 'X']);
    expect(writeWaiverTable(matters)).toContain('planned,,issueType:X:;issueLicences:C:');
  });
});
