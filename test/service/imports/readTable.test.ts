import { describe, expect, it } from '@jest/globals';
import { readTable, type TableRow } from '../../../service/src/imports/readTable.ts';
import { findTextEncoding } from '../../../service/src/imports/textEncoding.ts';
import { sourceOf } from '../../support/tables.ts';

const HEADER = 'holderName,holderCode,holderCodeType,validFrom';

async function read(content: string | Uint8Array, chunkBytes = 3): Promise<readonly TableRow[]> {
  const source = sourceOf(content, chunkBytes);
  const rows: TableRow[] = [];
  for await (const row of readTable(source, await findTextEncoding(source))) rows.push(row);
  return rows;
}

describe('findTextEncoding', () => {
  it.each([
    ['UTF-8 with a byte order mark', Buffer.from('\ufeff姓名'), 'utf-8'],
    ['UTF-8 without one', Buffer.from('姓名'), 'utf-8'],
    ['GBK', Buffer.from('d0d5c3fb', 'hex'), 'gb18030'],
    ['a character of four bytes in GB 18030', Buffer.from('d0d58139ef30', 'hex'), 'gb18030'],
    ['plain ASCII', Buffer.from('a,b'), 'utf-8'],
  ])('knows %s', async (_, bytes, encoding) => {
    expect(await findTextEncoding(sourceOf(bytes, 1))).toBe(encoding);
  });

  it.each([
    ['a spreadsheet', Buffer.from('PK\x03\x04rest')],
    ['UTF-16', Buffer.from('\ufeff姓名', 'utf16le')],
    ['bytes of neither encoding', Buffer.from('ffff80', 'hex')],
    ['a character cut off at the end', Buffer.from('d0d5c3', 'hex')],
  ])('refuses %s', async (_, bytes) => {
    await expect(findTextEncoding(sourceOf(bytes, 1))).rejects.toMatchObject({
      code: 'IMPORT_MALFORMED',
    });
  });

  it('refuses a table that is too large, before it reads it all', async () => {
    const mebibyte = new Uint8Array(1024 * 1024).fill(65);
    let given = 0;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield await Promise.resolve(mebibyte);
      }
    };

    await expect(findTextEncoding(source)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    expect(given).toBe(257);
  });
});

describe('readTable', () => {
  it('gives cells by column, numbers rows and leaves empty cells out', async () => {
    const rows = await read(
      `\ufeff${HEADER},validUntil\r\n" 王 ""小"" ","1,2",111,2026-01-01,\r\n李,3,111,2026-01-02,2030-01-01`,
    );

    expect(rows).toEqual([
      {
        number: 1,
        cells: {
          holderName: '王 "小"',
          holderCode: '1,2',
          holderCodeType: '111',
          validFrom: '2026-01-01',
        },
      },
      { number: 2, cells: expect.objectContaining({ validUntil: '2030-01-01' }) },
    ]);
  });

  it('reads what was saved in GBK', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}\n`),
      Buffer.from('cdf5', 'hex'),
      Buffer.from(',1,111,2026-01-01\n'),
    ]);

    expect((await read(bytes))[0]?.cells['holderName']).toBe('王');
  });

  it('passes over rows without a value and keeps the numbers of the others', async () => {
    const rows = await read(`${HEADER}\n\n,,,\n李,3,111,2026-01-02\n`);

    expect(rows.map((row) => row.number)).toEqual([3]);
  });

  it.each([1, 2, 3, 1000])(
    'reads mixed ends of lines in chunks of %i bytes',
    async (chunkBytes) => {
      const rows = await read(
        `${HEADER}\r\n王,1,111,2026-01-01\n李,2,111,2026-01-01\r\n\r赵,3,111,2026-01-01`,
        chunkBytes,
      );

      expect(rows.map(({ number, cells }) => [number, cells['holderName']])).toEqual([
        [1, '王'],
        [2, '李'],
        [4, '赵'],
      ]);
    },
  );

  it('marks a row of another length', async () => {
    const [row] = await read(`${HEADER}\n李,3\n`);

    expect(row?.cells).toEqual({ 'row length': '2 instead of 4' });
  });

  it.each([
    ['nothing at all', ''],
    ['a column that is not known', `${HEADER},colour\n`],
    ['a column twice', `${HEADER},serial,serial\n`],
    ['a column missing', 'holderName,holderCode\n'],
    ['a column that would reach a prototype', `${HEADER},field.__proto__\n`],
    ['a quote that is not closed', `${HEADER}\n"李,3,111,2026-01-02\n`],
    ['a quote inside a cell', `${HEADER}\n李"x",3,111,2026-01-02\n`],
    ['a row without end', `${HEADER}\n${'x'.repeat(70_000)},3,111,2026-01-02\n`],
    [
      'too many columns',
      `${HEADER},${Array.from({ length: 200 }, (_, n) => `field.a${n}`).join()}`,
    ],
  ])('refuses %s', async (_, content) => {
    await expect(read(content, 1000)).rejects.toMatchObject({ code: 'IMPORT_MALFORMED' });
  });

  it('says where the quoting broke, and not what stands there', async () => {
    const reading = read(`${HEADER}\n王,1,111,2026-01-01\n秘"密",3,111,2026-01-02\n`);

    await expect(reading).rejects.toThrow(
      'line 3: a quote stands inside a cell that does not begin with one',
    );
  });
});
