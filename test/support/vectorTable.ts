/** One line a set of foreign vectors: what was judged right, wrongly accepted, or is out of scope. */
import { afterAll, expect } from '@jest/globals';

export interface VectorOutcome {
  readonly name: string;
  /** As the set says; null: out of our scope, and then only a refusal counts as right. */
  readonly expected: 'accept' | 'reject' | null;
  readonly found: 'accept' | 'reject';
}

export interface VectorTable {
  /** Notes an outcome, and fails where it is not the one expected. */
  judge(outcome: VectorOutcome): void;
}

/** Call at the top of a `describe`; the line is printed when its tests are over. */
export function vectorTable(set: string): VectorTable {
  const outcomes: VectorOutcome[] = [];
  afterAll(() => {
    if (outcomes.length > 0) process.stdout.write(`${lineOf(set, outcomes)}\n`);
  });
  return {
    judge(outcome) {
      outcomes.push(outcome);
      const { name, expected, found } = outcome;
      expect([name, found]).toEqual([name, expected ?? 'reject']);
    },
  };
}

function lineOf(set: string, outcomes: readonly VectorOutcome[]): string {
  const inScope = outcomes.filter(({ expected }) => expected !== null);
  const right = inScope.filter(({ expected, found }) => expected === found);
  const accepts = outcomes.filter(
    ({ expected, found }) => expected !== 'accept' && found === 'accept',
  );
  return `vectors ${set}: ${right.length} of ${inScope.length} right, ${accepts.length} wrong accepts, ${outcomes.length - inScope.length} out of scope`;
}
