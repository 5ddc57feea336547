import { ServiceError } from '../errors.ts';
import { readRecords } from '../imports/readTable.ts';
import { findTextEncoding, type TableSource } from '../imports/textEncoding.ts';
import { MAX_MATTER_ROWS, type FileEntry, type MatterFile, type RowFault } from './matterEntry.ts';
import {
  ITEM_SEPARATOR,
  MATERIAL_COLUMNS,
  MATTER_COLUMNS,
  readCell,
  type MaterialColumn,
  type MatterColumn,
} from './matterTable.ts';

type Column = MatterColumn | MaterialColumn;

interface Row {
  readonly number: number;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
}

const COLUMNS: readonly Column[] = [...MATTER_COLUMNS, ...MATERIAL_COLUMNS];
const NEEDED: readonly Column[] = ['code', 'name'];

/**
 * Reads matters from a table as `writeMatterTable` writes it; columns may be in any order and left out.
 *
 * @param source - attacker-controlled.
 * @throws ServiceError `IMPORT_MALFORMED` for what is no such table; `REQUEST_TOO_LARGE`.
 */
export async function readMatterTable(source: TableSource): Promise<MatterFile> {
  const rows = await readRows(source);
  const faults: RowFault[] = [];
  const byCode = new Map<string, Row[]>();
  for (const row of rows) {
    const code = row.cells.code ?? '';
    const own = byCode.get(code) ?? [];
    byCode.set(code, [...own, row]);
    faults.push(...differences(row, own[0]));
  }
  return { entries: [...byCode.values()].flatMap(toEntry), faults };
}

async function readRows(source: TableSource): Promise<readonly Row[]> {
  const encoding = await findTextEncoding(source);
  const rows: Row[] = [];
  let header: readonly Column[] | null = null;
  let number = 0;
  for await (const record of readRecords(source, encoding)) {
    if (header === null) {
      header = checkHeader(record);
      continue;
    }
    number += 1;
    if (number > MAX_MATTER_ROWS)
      throw new ServiceError('REQUEST_TOO_LARGE', `at most ${MAX_MATTER_ROWS} rows are taken`);
    if (record.every((cell) => cell.trim() === '')) continue;
    if (record.length !== header.length)
      throw malformed(`row ${number} has ${record.length} cells instead of ${header.length}`);
    rows.push({ number, cells: toCells(header, record) });
  }
  if (header === null) throw malformed('the table is empty');
  return rows;
}

function checkHeader(record: readonly string[]): readonly Column[] {
  const names = record.map((cell) => cell.trim());
  const columns = names.flatMap((name) => COLUMNS.find((column) => column === name) ?? []);
  const unknown = names.findIndex((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown >= 0) throw malformed(`column ${unknown + 1} has no name of the known ones`);
  if (new Set(columns).size !== columns.length) throw malformed('a column is there twice');
  const missing = NEEDED.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw malformed(`columns are missing: ${missing.join(', ')}`);
  return columns;
}

function toCells(header: readonly Column[], record: readonly string[]): Row['cells'] {
  const cells = header.map((column, i) => [column, readCell((record[i] ?? '').trim())] as const);
  return Object.fromEntries(cells.filter(([, cell]) => cell !== ''));
}

/** Further rows of a matter say the same of it as its first, or nothing. */
function differences(row: Row, first: Row | undefined): readonly RowFault[] {
  if (first === undefined) return [];
  return MATTER_COLUMNS.filter((column) => {
    const cell = row.cells[column];
    return cell !== undefined && cell !== first.cells[column];
  }).map((column) => ({
    row: row.number,
    pointer: column === 'code' || column === 'name' ? `/${column}` : `/definition/${column}`,
    detail: `is not as in row ${first.number}`,
  }));
}

function toEntry(rows: readonly Row[]): readonly FileEntry[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { cells } = first;
  const materials = rows.filter((row) => MATERIAL_COLUMNS.some((column) => column in row.cells));
  return [
    {
      value: {
        code: cells.code ?? '',
        name: cells.name ?? '',
        definition: {
          ...(cells.nameEn === undefined ? {} : { nameEn: cells.nameEn }),
          department: cells.department ?? null,
          basis: cells.basis ?? '',
          promisedDays: toNumber(cells.promisedDays),
          statutoryDays: toNumber(cells.statutoryDays),
          yearlyCases: toNumber(cells.yearlyCases),
          bundles: items(cells.bundles),
          materials: materials.map((row) => toMaterial(row.cells)),
        },
      },
      rowOf: ([, member, place]) =>
        (member === 'materials' ? materials[Number(place)] : undefined)?.number ?? first.number,
    },
  ];
}

function toMaterial(cells: Row['cells']): unknown {
  const { materialCode, materialName, materialNameEn, required, source, standIns } = cells;
  return {
    code: materialCode ?? '',
    name: materialName ?? '',
    ...(materialNameEn === undefined ? {} : { nameEn: materialNameEn }),
    ...(required === undefined ? {} : { required: toBoolean(required) }),
    ...(source === undefined ? {} : { source }),
    standIns: items(standIns).map((item) => {
      const [typeCode = '', ...rest] = item.split(':');
      const fields = rest.join(':').split(',');
      return { typeCode, fields: rest.length === 0 ? [] : fields.map((field) => field.trim()) };
    }),
  };
}

function items(cell: string | undefined): readonly string[] {
  return cell === undefined ? [] : cell.split(ITEM_SEPARATOR).map((item) => item.trim());
}

/** What is no number stays as it is, for the schema to say so. */
function toNumber(cell: string | undefined): unknown {
  if (cell === undefined) return null;
  return /^\d{1,15}$/.test(cell) ? Number(cell) : cell;
}

/** Spreadsheets write them in capitals. */
function toBoolean(cell: string): unknown {
  return { true: true, false: false }[cell.toLowerCase()] ?? cell;
}

function malformed(message: string): ServiceError {
  return new ServiceError('IMPORT_MALFORMED', message);
}
