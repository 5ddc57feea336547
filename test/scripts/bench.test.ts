import { describe, expect, it } from '@jest/globals';
import { main, parseBenchArguments } from '../../scripts/bench.ts';

describe('arguments of the bench', () => {
  it('are all optional', () => {
    expect(parseBenchArguments([])).toStrictEqual({
      run: 'all',
      subjects: 10_000,
      rows: 3000,
      seconds: 8,
      licences: 1_000_000,
      isJson: false,
      profileDir: null,
      basePort: 32_050,
    });
  });

  it.each([
    { argv: ['nothing'] },
    { argv: ['verify', 'issue'] },
    { argv: ['--subjects', '1'] },
    { argv: ['--seconds', '0.5'] },
    { argv: ['--fast'] },
  ])('are refused: $argv', async ({ argv }) => {
    const written: string[] = [];

    const code = await main(argv, { write: (text) => written.push(text), progress: () => {} });

    expect(code).toBe(2);
    expect(written.join('')).toContain('Usage: npm run bench');
  });
});
