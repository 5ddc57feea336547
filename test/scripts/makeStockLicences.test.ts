import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { main } from '../../scripts/makeStockLicences.ts';

const folder = mkdtempSync(join(tmpdir(), 'stock-'));
let written = '';
const io = { write: (text: string): void => void (written += text) };

afterEach(() => {
  written = '';
  rmSync(join(folder, 'out.csv'), { force: true });
});

describe('makeStockLicences', () => {
  it('writes the table and says which rows are wrong', () => {
    expect(main(['--json', '--out', join(folder, 'out.csv')], io)).toBe(0);
    expect(readFileSync(join(folder, 'out.csv'), 'utf8').split('\r\n')).toHaveLength(512);
    expect(JSON.parse(written)).toMatchObject({ rows: 510, faults: { length: 10 } });
  });

  it('explains itself', () => {
    expect(main(['--help'], io)).toBe(0);
    expect(written).toMatch(/^Usage:/);
  });

  it.each([[['--out']], [['--nothing']], [['--out', 'a', 'b']]])('refuses %j', (argv) => {
    expect(main(argv, io)).toBe(2);
  });
});
