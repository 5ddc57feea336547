/** Reads tables of stock licences: CSV (RFC 4180), one licence a row. */
import { Readable } from 'node:stream';
import { CsvError, parse, type Options, type Parser } from 'csv-parse';
import { ServiceError } from '../errors.ts';
import type { ImportCells } from '../store/store.ts';
import { decodeTable, type TableSource, type TextEncodingName } from './textEncoding.ts';

/** Rows a table has at most, without the header. */
export const MAX_ROWS = 1_000_000;

const MAX_COLUMNS = 200;
const MAX_RECORD_BYTES = 64 * 1024;

/** Columns besides `field.<name>`. */
export const COLUMNS = [
  'typeCode',
  'serial',
  'holderName',
  'holderCode',
  'holderCodeType',
  'validFrom',
  'validUntil',
] as const;

const NEEDED: readonly string[] = ['holderName', 'holderCode', 'holderCodeType', 'validFrom'];
const FIELD_COLUMN = /^field\.[A-Za-z][A-Za-z0-9_]{0,63}$/;

export interface TableRow {
  /** Place of the record in the table, from 1, without the header. */
  readonly number: number;
  /** Empty cells are left out. */
  readonly cells: ImportCells;
}

/** Stands for a row that has another number of cells than the header: the numbers of both. */
export const WRONG_LENGTH = 'row length';

/**
 * Reads a table row by row; no more than a few rows are held. Rows without any value are passed over.
 *
 * @param source - attacker-controlled.
 * @param encoding - as `findTextEncoding` says.
 * @throws ServiceError `IMPORT_MALFORMED`: no such header, broken quoting, a row that is too long; `REQUEST_TOO_LARGE`.
 */
export async function* readTable(
  source: TableSource,
  encoding: TextEncodingName,
): AsyncGenerator<TableRow> {
  let header: readonly string[] | null = null;
  let number = 0;
  for await (const record of readRecords(source, encoding)) {
    if (header === null) {
      header = checkHeader(record);
      continue;
    }
    number += 1;
    if (number > MAX_ROWS) {
      throw new ServiceError('REQUEST_TOO_LARGE', `a table has at most ${MAX_ROWS} rows`);
    }
    if (record.some((cell) => cell.trim() !== '')) yield { number, cells: toCells(header, record) };
  }
  if (header === null) throw malformed('the table is empty');
}

const OPTIONS: Options = {
  relax_column_count: true, // a row's own fault, not the table's
  record_delimiter: ['\r\n', '\n', '\r'], // tables put together from several have them mixed
  max_record_size: MAX_RECORD_BYTES,
};

/**
 * Reads a table record by record, the header among them.
 *
 * @param source - attacker-controlled.
 * @throws ServiceError `IMPORT_MALFORMED`: broken quoting, a record that is too long.
 */
export async function* readRecords(
  source: TableSource,
  encoding: TextEncodingName,
): AsyncGenerator<readonly string[]> {
  const text = Readable.from(decodeTable(source, encoding), { objectMode: false });
  const parser: Parser = parse(OPTIONS);
  text.on('error', (error) => parser.destroy(error));
  try {
    for await (const record of text.pipe(parser)) yield record as readonly string[]; // without columns: arrays
  } catch (error) {
    throw error instanceof CsvError ? notCsv(error) : error;
  } finally {
    text.destroy();
  }
}

const FAULTS: Readonly<Partial<Record<CsvError['code'], string>>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell goes on after its quote',
  CSV_MAX_RECORD_SIZE: `a row has more than ${MAX_RECORD_BYTES} bytes`,
};

/** The parser's own message quotes the content. */
function notCsv(error: CsvError): ServiceError {
  const line = error['lines'] as number | undefined;
  const fault = FAULTS[error.code] ?? 'it is not CSV';
  return malformed(line === undefined ? fault : `line ${line}: ${fault}`);
}

function checkHeader(record: readonly string[]): readonly string[] {
  const names = record.map((name) => name.trim());
  if (names.length > MAX_COLUMNS) throw malformed(`there are more than ${MAX_COLUMNS} columns`);
  const unknown = names.findIndex((name) => !isColumn(name));
  if (unknown >= 0) throw malformed(`column ${unknown + 1} has no name of the known ones`);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw malformed(`column ${twice} is there twice`);
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) throw malformed(`columns are missing: ${missing.join(', ')}`);
  return names;
}

function isColumn(name: string): boolean {
  return (COLUMNS as readonly string[]).includes(name) || FIELD_COLUMN.test(name);
}

function toCells(header: readonly string[], record: readonly string[]): ImportCells {
  if (record.length !== header.length) {
    return { [WRONG_LENGTH]: `${record.length} instead of ${header.length}` };
  }
  const cells = header.map((name, place) => [name, (record[place] ?? '').trim()] as const);
  return Object.fromEntries(cells.filter(([, cell]) => cell !== ''));
}

function malformed(message: string): ServiceError {
  return new ServiceError('IMPORT_MALFORMED', message);
}
