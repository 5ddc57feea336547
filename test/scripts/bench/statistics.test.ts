import { describe, expect, it } from '@jest/globals';
import { percentile, summarise } from '../../../scripts/bench/statistics.ts';

describe('percentiles', () => {
  it.each([
    { values: [1, 2, 3, 4], share: 0.5, expected: 2 },
    { values: [1, 2, 3, 4], share: 0.51, expected: 3 },
    { values: [1, 2, 3, 4], share: 1, expected: 4 },
    { values: [7], share: 0.01, expected: 7 },
    { values: [], share: 0.99, expected: 0 },
  ])('gives $expected for $share of $values', ({ values, share, expected }) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

describe('a summary', () => {
  it('counts answers a second and orders latencies by size, not as text', () => {
    const summary = summarise([100, 9, 20, 3], { errors: 1, seconds: 2, firstError: '500' });

    expect(summary).toStrictEqual({
      requests: 4,
      errors: 1,
      seconds: 2,
      perSecond: 2,
      p50Ms: 9,
      p95Ms: 100,
      p99Ms: 100,
      firstError: '500',
    });
  });
});
