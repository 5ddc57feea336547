import { describe, expect, it } from '@jest/globals';
import { writeRowTable } from '../../../service/src/imports/writeRowTable.ts';
import type { ImportRow, ImportStore } from '../../../service/src/store/store.ts';

const refused = (number: number, message: string): ImportRow => ({
  ...{ number, outcome: 'refused', identifier: null },
  fault: { code: 'LICENCE_FIELDS_INVALID', message, pointer: null },
});

/** Rows 1 to `count`, in pages as they are asked for. */
function rowsUpTo(count: number): Pick<ImportStore, 'rows'> {
  return {
    rows: async (_, __, { limit, cursor }) => {
      const first = Number(cursor ?? '0') + 1;
      const last = Math.min(first + limit - 1, count);
      const items = Array.from({ length: last - first + 1 }, (___, at) => refused(first + at, 'x'));
      return await Promise.resolve({ items, nextCursor: last < count ? String(last) : null });
    },
  };
}

describe('writeRowTable', () => {
  it('writes no cell that a spreadsheet would calculate', async () => {
    const items = [refused(7, '=1+1 "a", b')];
    const rows = (): ReturnType<ImportStore['rows']> =>
      Promise.resolve({ items, nextCursor: null });

    const table = await writeRowTable({ rows }, 'id', { outcome: 'refused' });

    expect(table.split('\r\n')[1]).toBe(`7,refused,,LICENCE_FIELDS_INVALID,,"'=1+1 ""a"", b"`);
  });

  it('goes on after a cursor, to the end', async () => {
    const table = await writeRowTable(rowsUpTo(450), 'id', { cursor: '40' });

    const lines = table.trimEnd().split('\r\n');
    expect(lines).toHaveLength(411);
    expect([lines[1], lines.at(-1)]).toEqual([
      expect.stringMatching(/^41,/),
      expect.stringMatching(/^450,/),
    ]);
  });

  it('stops where spreadsheets do', async () => {
    const table = await writeRowTable(rowsUpTo(100_300), 'id', {});

    expect(table.trimEnd().split('\r\n')).toHaveLength(100_001);
  });
});
