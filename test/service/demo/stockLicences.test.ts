import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isCitizenId, isCreditCode, isLicenceSerial } from '@yinxin/chaincode/model';
import { parse } from 'csv-parse/sync';
import { parseInstant } from '../../../service/src/civilTime.ts';
import { DEMO_LICENCE_TYPES } from '../../../service/src/demo/demoLicenceTypes.ts';
import type { DemoLicenceType } from '../../../service/src/demo/demoTypeDraft.ts';
import { stockLicences, toCsv, type StockRow } from '../../../service/src/demo/stockLicences.ts';
import { licenceFont } from '../../../service/src/documents/fonts.ts';
import { validateFields } from '../../../service/src/licences/fields.ts';

const folder = new URL('../../../data/demo/', import.meta.url);
const table = stockLicences();

/** What an import says of a row by the rules of drafting, in their order; null: good. */
function refusalOf(row: StockRow, seen: Set<string>): string | null {
  const type = DEMO_LICENCE_TYPES.find((candidate) => candidate.typeCode === row.typeCode);
  if (type === undefined) return 'LICENCE_TYPE_NOT_FOUND';
  const validFrom = parseInstant(row.validFrom, 'start');
  const validUntil = row.validUntil === '' ? new Date(8e15) : parseInstant(row.validUntil, 'end');
  if (validFrom === null || validUntil === null) return 'REQUEST_MALFORMED';
  const isRight = row.holderCodeType === '111' ? isCitizenId : isCreditCode;
  if (!isRight(row.holderCode)) return 'HOLDER_CODE_INVALID';
  const fault = fieldsFault(type, row.fields);
  if (fault !== null) return fault;
  if (validUntil <= validFrom) return 'LICENCE_PERIOD_INVALID';
  if (
    licenceFont().missingGlyphs([row.holderName, ...Object.values(row.fields)].join('')).length > 0
  )
    return 'GLYPH_MISSING';
  return serialFault(row, seen);
}

function serialFault(row: StockRow, seen: Set<string>): string | null {
  if (!isLicenceSerial(row.serial)) return 'LICENCE_SERIAL_INVALID';
  const base = `${row.typeCode}.${row.serial}`;
  if (seen.has(base)) return 'LICENCE_ALREADY_EXISTS';
  seen.add(base);
  return null;
}

function fieldsFault(type: DemoLicenceType, cells: StockRow['fields']): string | null {
  const properties = type.fields['properties'] as Record<string, { type: string }>;
  const values = Object.entries(cells)
    .filter(([, cell]) => cell !== '')
    .map(([name, cell]): [string, unknown] => {
      const kind = properties[name]?.type;
      if (kind === 'array') return [name, cell.split('；')];
      const isNumber =
        (kind === 'number' || kind === 'integer') &&
        cell.trim() !== '' &&
        Number.isFinite(Number(cell));
      return [name, isNumber ? Number(cell) : cell];
    });
  try {
    validateFields(
      { ...type, version: 1, sealEsId: '1', updatedAt: new Date(0) },
      Object.fromEntries(values),
    );
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('stockLicences', () => {
  it('has 500 good rows over the six types and ten wrong ones', () => {
    expect(table.rows).toHaveLength(510);
    expect(table.faults).toHaveLength(10);
    expect(new Set(table.faults.map(({ fault }) => fault)).size).toBe(10);
    for (const { typeCode } of DEMO_LICENCE_TYPES) {
      expect(table.rows.filter((row) => row.typeCode === typeCode).length).toBeGreaterThan(80);
    }
  });

  it('is refused in the ten places alone, each with its code', () => {
    const seen = new Set<string>();
    const refused = table.rows.flatMap((row, i) => {
      const code = refusalOf(row, seen);
      return code === null ? [] : [{ line: i + 2, code }];
    });

    expect(refused).toEqual(table.faults.map(({ line, code }) => ({ line, code })));
  });

  it('is the file in data/demo', () => {
    expect(readFileSync(new URL('stock-licences.csv', folder), 'utf8')).toBe(toCsv(table.rows));
  });

  it('reads back as a table', () => {
    const records: Record<string, string>[] = parse(toCsv(table.rows), {
      bom: true,
      columns: true,
    });

    expect(records).toHaveLength(510);
    expect(records.map((record) => record['holderCode'])).toEqual(
      table.rows.map((row) => row.holderCode),
    );
    expect(records[0]!['field.items']).toBe(table.rows[0]!.fields['items']);
  });

  it('has its wrong rows listed in the README', () => {
    const readme = readFileSync(new URL('README.md', folder), 'utf8');

    for (const { line, code } of table.faults)
      expect(readme).toMatch(new RegExp(`^\\| ${line} +\\|.*\`${code}\``, 'm'));
  });
});
