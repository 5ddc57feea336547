import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { writeZip } from '../../../service/src/documents/ofd/writeZip.ts';
import { isWorkbook, workbookToCsv } from '../../../service/src/imports/readWorkbook.ts';

const NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const STRINGS = `<sst ${NS}><si><t>holderName</t></si><si><r><t>沈</t></r><r><t>砚秋</t></r><rPh sb="0" eb="1"><t>shen</t></rPh></si></sst>`;
const STYLES = `<styleSheet ${NS}><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`;

function workbook(rows: string, overrides: Readonly<Record<string, string>> = {}): Uint8Array {
  const parts: Readonly<Record<string, string>> = {
    'xl/workbook.xml': `<workbook ${NS} xmlns:r="x"><sheets><sheet name="一" r:id="rId7"/><sheet name="二" r:id="rId8"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId8" Target="b.xml"/><Relationship Id="rId7" Target="worksheets/a.xml"/></Relationships>`,
    'xl/worksheets/a.xml': `<worksheet ${NS}><sheetData>${rows}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': STRINGS,
    'xl/styles.xml': STYLES,
    ...overrides,
  };
  return writeZip(
    Object.entries(parts).map(([name, text]) => {
      const bytes = Buffer.from(text, 'utf8');
      return { name, bytes, deflated: deflateRawSync(bytes) };
    }),
  );
}

const read = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await workbookToCsv(bytes)).toString('utf8');

const HEADER =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>validFrom</t></is></c></row>';

describe('workbookToCsv', () => {
  it('reads texts, dates, numbers and gaps of the first sheet', async () => {
    const rows = [
      '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>46000.5</v></c></row>',
      '<row r="4"><c r="B4" s="2"><v>46001</v></c></row>',
      '<row r="5"><c r="A5" t="str"><v>a,"b"</v></c><c r="B5"><v>3.5</v></c><c r="D5" s="1"/></row>',
      '<row r="6"><c r="A6" t="b"><v>1</v></c></row>',
    ];

    expect(await read(workbook(HEADER + rows.join('')))).toBe(
      'holderName,validFrom\r\n沈砚秋,2025-12-09\r\n,\r\n,2025-12-10\r\n"a,""b""",3.5\r\ntrue,\r\n',
    );
  });

  it.each([
    ['1.1000000000000001', '1.1'],
    ['-0.30000000000000004', '-0.3'],
    ['1.2E+3', '1200'],
    ['429000199001011234', '429000199001011234'],
    ['1e400', '1e400'],
  ])('reads the number %s as it is shown', async (value, shown) => {
    const rows = `<row r="2"><c r="B2"><v>${value}</v></c></row>`;

    expect(await read(workbook(HEADER + rows))).toContain(`\r\n,${shown}\r\n`);
  });

  it('grows no table out of a text that many cells share', async () => {
    const long = `<sst ${NS}><si><t>${'x'.repeat(1024 * 1024)}</t></si></sst>`;
    const cell = '<row><c t="s"><v>0</v></c></row>';
    const large = workbook(cell.repeat(70), { 'xl/sharedStrings.xml': long });

    await expect(workbookToCsv(large)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
  });

  it('counts days from 1904 where the workbook says so', async () => {
    const rows = '<row r="2"><c r="B2" s="1"><v>1</v></c></row>';
    const start = `<workbook ${NS} xmlns:r="x"><workbookPr date1904="1"/><sheets><sheet r:id="rId7"/></sheets></workbook>`;

    const csv = await read(workbook(HEADER + rows, { 'xl/workbook.xml': start }));

    expect(csv).toContain(',1904-01-02\r\n');
  });

  it.each([
    ['an archive of something else', writeZip([{ name: 'OFD.xml', bytes: Buffer.from('<a/>') }])],
    ['no archive', Buffer.from('PK\u0003\u0004rest')],
    ['broken XML', workbook('<row r="1"><c>')],
    ['a document type', workbook(HEADER, { 'xl/styles.xml': `<!DOCTYPE a>${STYLES}` })],
    ['a sheet that is not there', workbook('', { 'xl/_rels/workbook.xml.rels': '<a/>' })],
    ['rows out of order', workbook('<row r="2"/><row r="1"/>')],
    ['a row beyond the last one', workbook('<row r="1048577"/>')],
    ['a column beyond the last one', workbook('<row r="1"><c r="ZZ1"><v>1</v></c></row>')],
    ['a cell before its neighbour', workbook('<row r="1"><c r="B1"/><c r="A1"/></row>')],
  ])('refuses %s', async (_, bytes) => {
    expect(isWorkbook(bytes)).toBe(true);
    await expect(workbookToCsv(bytes)).rejects.toMatchObject({ code: 'IMPORT_MALFORMED' });
  });
});
