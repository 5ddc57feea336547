import { describe, expect, it } from '@jest/globals';
import {
  canRate,
  canWithdraw,
  lackingOf,
  reasonsIn,
  showingOf,
} from '../../../../web/src/console/holder/caseLook.ts';

type Material = Parameters<typeof lackingOf>[0][number];

describe('how far a case is', () => {
  it('can be taken back until it is decided, and rated once after that', () => {
    expect(canWithdraw({ state: 'inReview' })).toBe(true);
    expect(canWithdraw({ state: 'decided' })).toBe(false);
    expect(canRate({ state: 'inReview', rating: null })).toBe(false);
    expect(canRate({ state: 'closed', rating: null })).toBe(true);
    const rating = { level: 5, reasons: [], note: null, at: '2026-11-22T00:00:00Z' };
    expect(canRate({ state: 'closed', rating })).toBe(false);
  });

  it('counts required materials that are still to come', () => {
    const material = (state: Material['state'], required = true): Material =>
      ({ state, required }) as Material; // what counts of one

    expect(
      lackingOf([
        material('needed'),
        material('needed', false),
        material('waivable'),
        material('waived'),
        material('submitted'),
        material('noSubmission'),
      ]),
    ).toBe(2);
  });

  it('says once what is to be shown for all that it waives', () => {
    const material = (state: Material['state'], identifier: string): Material =>
      ({ state, by: { identifier } }) as Material; // what counts of one
    const materials = [
      material('waivable', 'L1'),
      material('waivable', 'L2'),
      material('waivable', 'L1'),
      material('waived', 'L3'),
    ];
    const subCases = [{ matter: { code: 'M1' } }] as Parameters<typeof showingOf>[0]['subCases'];

    expect(showingOf({ materials, bundle: null, subCases })).toEqual({
      count: 3,
      query: { licence: ['L1', 'L2'], matter: 'M1' },
    });
    const bundle = { code: 'B1', name: '一件事', version: 1 };
    expect(showingOf({ materials, bundle, subCases })?.query.matter).toBe('B1');
    expect(showingOf({ materials: [], bundle: null, subCases })).toBeNull();
  });

  it('offers reasons one by one', () => {
    expect(reasonsIn('办得快,态度好')).toEqual(['办得快', '态度好']);
  });
});
