/** Reads the first sheet of an Excel workbook (ECMA-376 part 1, §18) as the CSV that imports are read from. */
import { setImmediate as pause } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { readZip, type ZipArchive } from '../documents/ofd/readZip.ts';
import { ServiceError } from '../errors.ts';
import { dateStylesOf, toCellText, type SheetFacts } from './workbookCells.ts';

const LOCAL_FILE_HEADER = '504b0304';
const CHUNK_BYTES = 256 * 1024;
const MAX_DEPTH = 64;
const MAX_ROWS = 1_048_576; // ECMA-376: the rows of a sheet
const MAX_COLUMNS = 200;
/** Of the table: a text that is shared counts as often as cells show it. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;

/** Whether a table is a workbook rather than text. */
export function isWorkbook(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('hex') === LOCAL_FILE_HEADER;
}

/**
 * Turns a workbook into CSV (RFC 4180), UTF-8; row numbers stay those of the sheet.
 *
 * @param bytes - attacker-controlled; at most 64 MiB unpacked, and as a table.
 * @throws ServiceError `IMPORT_MALFORMED`, `REQUEST_TOO_LARGE`.
 */
export async function workbookToCsv(bytes: Uint8Array): Promise<Uint8Array> {
  const archive = openArchive(bytes);
  const { sheet, isFrom1904 } = await findSheet(archive);
  const strings = await readStrings(archive);
  const facts: SheetFacts = { strings, isFrom1904, dateStyles: await readDateStyles(archive) };
  return await readSheet(partOf(archive, sheet), facts);
}

function openArchive(bytes: Uint8Array): ZipArchive {
  try {
    return readZip(bytes);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw malformed(error.message);
  }
}

/** @throws ServiceError `IMPORT_MALFORMED` if it is not there. */
function partOf(archive: ZipArchive, name: string): Uint8Array {
  const bytes = archive.entries.get(name)?.read();
  if (bytes == null) throw malformed(`part ${name.slice(0, 100)} is missing or broken`);
  return bytes;
}

async function findSheet(
  archive: ZipArchive,
): Promise<{ readonly sheet: string; readonly isFrom1904: boolean }> {
  let id: string | undefined;
  let isFrom1904 = false;
  await scan(partOf(archive, 'xl/workbook.xml'), {
    open(name, attributes) {
      if (name === 'workbookPr') isFrom1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name === 'sheet') {
        id ??= Object.entries(attributes).find(([key]) => /^[^:]+:id$/.test(key))?.[1];
      }
    },
  });
  let target = '';
  await scan(partOf(archive, 'xl/_rels/workbook.xml.rels'), {
    open(name, { Id, Target = '' }) {
      if (name === 'Relationship' && Id !== undefined && Id === id) target = Target;
    },
  });
  return { sheet: target.startsWith('/') ? target.slice(1) : `xl/${target}`, isFrom1904 };
}

async function readStrings(archive: ZipArchive): Promise<readonly string[]> {
  const strings: string[] = [];
  if (!archive.entries.has('xl/sharedStrings.xml')) return strings;
  await scan(partOf(archive, 'xl/sharedStrings.xml'), {
    open(name) {
      if (name === 'si') strings.push('');
    },
    text(text, path) {
      if (path.at(-1) === 't' && !path.includes('rPh')) strings.push((strings.pop() ?? '') + text);
    },
  });
  return strings;
}

async function readDateStyles(archive: ZipArchive): Promise<ReadonlySet<number>> {
  const formats: { id: number; code: string }[] = [];
  const cellFormats: number[] = [];
  if (archive.entries.has('xl/styles.xml')) {
    await scan(partOf(archive, 'xl/styles.xml'), {
      open(name, { numFmtId = '0', formatCode = '' }, path) {
        if (name === 'numFmt') formats.push({ id: Number(numFmtId), code: formatCode });
        if (name === 'xf' && path.at(-2) === 'cellXfs') cellFormats.push(Number(numFmtId));
      },
    });
  }
  return dateStylesOf(formats, cellFormats);
}

async function readSheet(part: Uint8Array, facts: SheetFacts): Promise<Uint8Array> {
  const table = new SheetTable();
  let cell = { type: '', style: 0, value: '' };
  await scan(part, {
    open(name, attributes) {
      if (name === 'row') table.beginRow(attributes['r']);
      if (name !== 'c') return;
      table.beginCell(attributes['r'] ?? '');
      cell = { type: attributes['t'] ?? 'n', style: Number(attributes['s'] ?? 0), value: '' };
    },
    text(text, path) {
      const isValue = path.at(-1) === 'v' || (path.at(-1) === 't' && !path.includes('rPh'));
      if (isValue && path.includes('c')) cell.value += text;
    },
    close(name) {
      if (name === 'c') table.addCell(toCellText(cell, facts));
      else if (name === 'row') table.endRow();
    },
  });
  return table.toCsv();
}

/** The rows of a sheet as they come, which may leave out rows and cells without a value. */
class SheetTable {
  readonly #lines: Buffer[] = [];
  #bytes = 0;
  #cells: string[] = [];
  /** Of the header; what stands beyond it and is empty is no cell. */
  #width = 0;

  beginRow(place: string | undefined): void {
    const before = this.#lines.length;
    const number = Number(place ?? before + 1);
    if (!Number.isInteger(number) || number <= before || number > MAX_ROWS) {
      throw malformed('rows are out of order');
    }
    this.#cells = [];
    const empty = this.#lineOf([]);
    for (let left = number - before - 1; left > 0; left -= 1) this.#addLine(empty);
  }

  beginCell(place: string): void {
    const column = columnOf(place) ?? this.#cells.length;
    if (column >= MAX_COLUMNS) throw malformed(`more than ${MAX_COLUMNS} columns`);
    if (column < this.#cells.length) throw malformed('cells are out of order');
    while (this.#cells.length < column) this.#cells.push('');
  }

  addCell(text: string): void {
    this.#cells.push(text);
  }

  endRow(): void {
    const last = this.#cells.findLastIndex((cell) => cell.trim() !== '');
    const cells = this.#cells.slice(0, last + 1);
    if (this.#lines.length === 0) this.#width = cells.length;
    this.#addLine(this.#lineOf(cells));
  }

  #lineOf(cells: readonly string[]): Buffer {
    const missing = Math.max(this.#width - cells.length, 0);
    const all = [...cells, ...new Array<string>(missing).fill('')];
    return Buffer.from(`${all.map(quoted).join(',')}\r\n`, 'utf8');
  }

  /** @throws ServiceError `REQUEST_TOO_LARGE`. */
  #addLine(line: Buffer): void {
    this.#bytes += line.length;
    if (this.#bytes > MAX_TABLE_BYTES) {
      throw new ServiceError('REQUEST_TOO_LARGE', 'the workbook is too large as a table');
    }
    this.#lines.push(line);
  }

  toCsv(): Uint8Array {
    return Buffer.concat(this.#lines);
  }
}

/** `AB12`: 27; the first column is 0. */
function columnOf(place: string): number | null {
  const letters = /^([A-Z]{1,3})\d+$/.exec(place)?.[1];
  if (letters === undefined) return null;
  return (
    Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1
  );
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names are without prefix; a path ends with the element itself. */
interface Scan {
  readonly open?: (
    name: string,
    attributes: Readonly<Record<string, string>>,
    path: readonly string[],
  ) => void;
  readonly text?: (text: string, path: readonly string[]) => void;
  readonly close?: (name: string) => void;
}

/** Goes through a part piece by piece, so that others get their turn. */
async function scan(part: Uint8Array, { open, text, close }: Scan): Promise<void> {
  const path: string[] = [];
  const parser = new SaxesParser();
  const refuse = (): never => {
    throw malformed('a part is not readable XML');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', (tag) => {
    const name = tag.name.slice(tag.name.indexOf(':') + 1);
    if (path.push(name) > MAX_DEPTH) refuse();
    open?.(name, tag.attributes, path);
  });
  const give = (characters: string): void => text?.(characters, path);
  parser.on('text', give);
  parser.on('cdata', give);
  parser.on('closetag', () => {
    const name = path.pop() ?? '';
    close?.(name);
  });
  const decoder = new TextDecoder('utf-8');
  for (let at = 0; at < part.length; at += CHUNK_BYTES) {
    parser.write(decoder.decode(part.subarray(at, at + CHUNK_BYTES), { stream: true }));
    await pause();
  }
  parser.close();
}

function malformed(what: string): ServiceError {
  return new ServiceError('IMPORT_MALFORMED', `the workbook is not readable: ${what}`);
}
