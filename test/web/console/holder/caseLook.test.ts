import { describe, expect, it } from '@jest/globals';
import {
  canRate,
  canWithdraw,
  lackingOf,
  reasonsIn,
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

  it('offers reasons one by one', () => {
    expect(reasonsIn('办得快,态度好')).toEqual(['办得快', '态度好']);
  });
});
