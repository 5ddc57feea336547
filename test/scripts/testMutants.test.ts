import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MUTATIONS } from '../../scripts/mutants/mutations.ts';
import { applyMutation, fateOf, main } from '../../scripts/testMutants.ts';

const ROOT = join(import.meta.dirname, '../..');
const sample = { name: 'x', file: 'x.ts', search: 'a', replace: '$&', tests: [] };

describe('the mutations', () => {
  it('are at least twenty, of different names', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(20);
  });

  it.each(MUTATIONS)('fit the source: $name', (mutation) => {
    const source = readFileSync(join(ROOT, mutation.file), 'utf8');

    expect(applyMutation(source, mutation)).not.toBe(source);
    expect(mutation.tests.filter((test) => !existsSync(join(ROOT, 'test', test)))).toEqual([]);
    expect(mutation.tests).not.toEqual([]);
  });
});

describe('applyMutation', () => {
  it('puts in the text as it is', () => {
    expect(applyMutation('bab', sample)).toBe('b$&b');
  });

  it.each(['', 'bb', 'aba'])(
    'refuses a source in which the text does not stand once: %j',
    (source) => {
      expect(() => applyMutation(source, sample)).toThrow('not once');
    },
  );
});

describe('fateOf', () => {
  it.each([
    [1, 'Tests:       1 failed, 3 passed, 4 total', 'died'],
    [0, 'Tests:       4 passed, 4 total', 'lived'],
    [1, 'Tests:       0 total', 'broken'],
    [null, '', 'broken'],
    [1, 'Tests:       4 passed, 4 total', 'broken'],
  ] as const)('of exit %s with “%s” is %s', (exitCode, output, fate) => {
    expect(fateOf(exitCode, output)).toBe(fate);
  });
});

describe('main', () => {
  it('says how it is used', async () => {
    let text = '';

    expect(await main(['--help'], { write: (one) => void (text += one) })).toBe(0);
    expect(text).toContain('Usage: node scripts/testMutants.ts');
  });
});
