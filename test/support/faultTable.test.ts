import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faultTable, writeFaultTable, type FaultRow } from './faultTable.ts';

const row: FaultRow = {
  ...{ fault: 'peer down', asked: 'issue', seen: 'LEDGER_UNAVAILABLE' },
  ...{ waitedMs: 3049, recoveredMs: null, lost: 'nothing' },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-table-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('faultTable', () => {
  it('lines up what was seen', () => {
    expect(faultTable([row, { ...row, recoveredMs: 512 }])).toBe(
      [
        '| fault     | asked | the caller sees    | within | well again after | lost    |',
        '| --------- | ----- | ------------------ | ------ | ---------------- | ------- |',
        '| peer down | issue | LEDGER_UNAVAILABLE | 3.0 s  | –                | nothing |',
        '| peer down | issue | LEDGER_UNAVAILABLE | 3.0 s  | 0.5 s            | nothing |',
      ].join('\n'),
    );
  });
});

describe('writeFaultTable', () => {
  it('replaces the table of a document and nothing else', () => {
    const file = join(folder, 'operations.md');
    writeFileSync(file, 'a\n<!-- fault table: begin -->\nold\n<!-- fault table: end -->\nb\n');

    writeFaultTable(file, [row]);
    writeFaultTable(file, [row]);

    expect(readFileSync(file, 'utf8')).toBe(
      `a\n<!-- fault table: begin -->\n\n${faultTable([row])}\n\n<!-- fault table: end -->\nb\n`,
    );
  });

  it('refuses a document without a place for it', () => {
    const file = join(folder, 'other.md');
    writeFileSync(file, 'nothing');

    expect(() => {
      writeFaultTable(file, [row]);
    }).toThrow('no place');
  });
});
