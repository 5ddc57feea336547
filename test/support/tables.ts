/** Tables of stock licences for the city of `testService`. */
import type { TableSource } from '../../service/src/imports/textEncoding.ts';
import { TEST_PERSON, TEST_TYPES } from './testService.ts';

export type Row = Readonly<Record<string, string>>;

const COLUMNS = [
  'typeCode',
  'serial',
  'holderName',
  'holderCode',
  'holderCodeType',
  'validFrom',
  'validUntil',
  'field.premises',
  'field.items',
  'field.seats',
] as const;

/** A row that can be issued; of the type with single approval. */
export function buildRow(serial: string, overrides: Row = {}): Row {
  return {
    typeCode: TEST_TYPES.single,
    serial,
    holderName: TEST_PERSON.name,
    holderCode: TEST_PERSON.code,
    holderCodeType: TEST_PERSON.codeType,
    validFrom: '2026-01-01',
    validUntil: '2099-12-31',
    'field.premises': '南湖市中山路1号',
    'field.items': '热食类食品制售；自制饮品制售',
    'field.seats': '40',
    ...overrides,
  };
}

/** CSV as spreadsheets save it; without byte order mark. */
export function toCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => quote(row[column] ?? '')).join(','));
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

/** Gives bytes in small chunks, so that characters are cut. */
export function sourceOf(content: string | Uint8Array, chunkBytes = 1000): TableSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
    }
  };
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
