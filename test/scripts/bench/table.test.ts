import { describe, expect, it } from '@jest/globals';
import { isMet, toMarkdown, type Row } from '../../../scripts/bench/table.ts';
import { summarise } from '../../../scripts/bench/statistics.ts';

const run = { errors: 0, seconds: 1, firstError: null };
const row: Row = {
  what: 'issue',
  goal: { perSecond: 400, p95Ms: 150 },
  perSecond: 500,
  summary: summarise([100, 140], run),
  yardsticks: [{ what: 'SM2 signatures', perSecond: 2000 }],
  notes: ['32 callers'],
};

describe('a goal', () => {
  it.each([
    { name: 'met', change: {}, expected: true },
    { name: 'missed by rate', change: { perSecond: 399 }, expected: false },
    { name: 'missed by half of the answers', change: { goal: { p50Ms: 99 } }, expected: false },
    {
      name: 'missed by latency',
      change: { summary: summarise([100, 151], run) },
      expected: false,
    },
    {
      name: 'missed by an error',
      change: { summary: summarise([100, 140], { ...run, errors: 1 }) },
      expected: false,
    },
    { name: 'missed where nothing was measured', change: { summary: null }, expected: false },
    { name: 'not set', change: { goal: null }, expected: null },
  ])('is $name', ({ change, expected }) => {
    expect(isMet({ ...row, ...change })).toBe(expected);
  });

  it('may bound memory, which must then be known', () => {
    const bounded = { ...row, goal: { maxMiB: 400 } };

    expect([399, 401, null].map((mebibytes) => isMet(bounded, mebibytes))).toStrictEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the table', () => {
  it('shows goal, measurement, yardstick and ratio in one line, notes below', () => {
    const lines = toMarkdown([{ ...row, met: true }]).split('\n');

    expect(lines[2]).toBe(
      '| issue | ≥ 400 /s, p95 ≤ 150 ms | 500 /s ✓ | 100.0 / 140.0 / 140.0 | 0 | SM2 signatures 2,000 /s | 0.25 |',
    );
    expect(lines.at(-1)).toBe('* issue: 32 callers');
  });

  it('shows processor time where it was measured', () => {
    const measured = { ...row, processor: { msEach: 1.2345, share: 0.876 }, notes: [], met: null };

    const [, , first, second] = toMarkdown([measured, { ...row, notes: [], met: null }]).split(
      '\n',
    );

    expect(first).toContain('| 0 | 1.23 | 88 % | SM2');
    expect(second).toContain('| 0 | – | – | SM2');
  });
});
