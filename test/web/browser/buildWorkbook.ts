/** Makes Excel workbooks of one sheet, as spreadsheets save them: strings shared, parts compressed, dates as numbers. */
import { deflateRawSync } from 'node:zlib';
import { writeZip, type ZipPart } from '../../../service/src/documents/ofd/writeZip.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const DATE_STYLE = 1;

/** @param rows - cells as text; what looks like `2026-01-31` becomes a date. */
export function buildWorkbook(rows: readonly (readonly string[])[]): Uint8Array {
  const strings = [...new Set(rows.flat().filter((cell) => cell !== '' && !isDate(cell)))];
  const cells = (row: readonly string[], number: number): string =>
    row
      .map((cell, at) => {
        const place = `r="${columnName(at)}${number}"`;
        if (cell === '') return '';
        if (isDate(cell)) return `<c ${place} s="${DATE_STYLE}"><v>${serialOf(cell)}</v></c>`;
        return `<c ${place} t="s"><v>${strings.indexOf(cell)}</v></c>`;
      })
      .join('');
  const sheet = rows.map((row, at) => `<row r="${at + 1}">${cells(row, at + 1)}</row>`).join('');
  const shared = strings.map((text) => `<si><t>${escape(text)}</t></si>`).join('');
  return writeZip([
    part(
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="1" sheetId="1" r:id="rId7"/></sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
        '<Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    part(
      'xl/styles.xml',
      `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ),
    part('xl/sharedStrings.xml', `<sst xmlns="${MAIN}">${shared}</sst>`),
    part(
      'xl/worksheets/sheet1.xml',
      `<worksheet xmlns="${MAIN}"><sheetData>${sheet}</sheetData></worksheet>`,
    ),
  ]);
}

function part(name: string, xml: string): ZipPart {
  const bytes = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
  return { name, bytes, deflated: deflateRawSync(bytes) };
}

function columnName(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : columnName(Math.floor(at / 26) - 1) + last;
}

function isDate(cell: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(cell);
}

/** Days since the end of 1899. */
function serialOf(day: string): number {
  return (Date.parse(day) - Date.UTC(1899, 11, 30)) / 86_400_000;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
