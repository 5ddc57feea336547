/** Reads the first sheet of an Excel workbook (ECMA-376) in the browser, as the CSV that the service takes. */

const MAX_FILE_BYTES = 20_000_000;
const MAX_PART_BYTES = 200_000_000;
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 200;

/**
 * Turns a workbook into CSV; row numbers stay those of the sheet.
 *
 * @param file - attacker-controlled.
 * @throws Error if it is no workbook, or one that is too large to be read here.
 */
export async function workbookToCsv(file: Blob): Promise<string> {
  if (file.size > MAX_FILE_BYTES) throw new Error('the workbook is too large');
  const parts = readParts(new Uint8Array(await file.arrayBuffer()));
  const xml = async (name: string): Promise<Document | null> => {
    const bytes = await parts(name);
    return bytes === null ? null : parseXml(new TextDecoder().decode(bytes));
  };
  const workbook = await xml('xl/workbook.xml');
  const relations = await xml('xl/_rels/workbook.xml.rels');
  if (workbook === null || relations === null) throw new Error('not a workbook');
  const sheet = await xml(firstSheet(workbook, relations));
  if (sheet === null) throw new Error('the workbook has no sheet');
  const strings = elements(await xml('xl/sharedStrings.xml'), 'si').map(textOf);
  const dateStyles = dateStylesOf(await xml('xl/styles.xml'));
  const isFrom1904 = /^(?:1|true)$/.test(
    attribute(elements(workbook, 'workbookPr')[0], 'date1904'),
  );
  return toCsv(sheet, (cell) => valueOf(cell, { strings, dateStyles, isFrom1904 }));
}

type ReadPart = (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;

/** The parts of a ZIP file, by the list at its end. */
function readParts(bytes: Uint8Array<ArrayBuffer>): ReadPart {
  const view = new DataView(bytes.buffer);
  const end = bytes.findLastIndex(
    (_, at) => at + 22 <= bytes.length && view.getUint32(at, true) === 0x06054b50,
  );
  if (end < 0) throw new Error('not a ZIP file');
  const entries = new Map<string, { method: number; size: number; at: number }>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return async (name) => {
    const entry = entries.get(name);
    if (entry === undefined) return null;
    const start =
      entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
    const packed = bytes.subarray(start, start + entry.size);
    return entry.method === 0 ? packed : await inflate(packed);
  };
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_PART_BYTES) throw new Error('a part of the workbook is too large');
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function parseXml(text: string): Document {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  if (document.getElementsByTagName('parsererror').length > 0) throw new Error('not XML');
  return document;
}

function elements(from: Document | Element | null | undefined, name: string): readonly Element[] {
  return from == null ? [] : [...from.getElementsByTagNameNS('*', name)];
}

function attribute(element: Element | undefined, name: string): string {
  return element?.getAttribute(name) ?? '';
}

function firstSheet(workbook: Document, relations: Document): string {
  const [sheet] = elements(workbook, 'sheet');
  const id = [...(sheet?.attributes ?? [])].find(
    ({ localName, prefix }) => localName === 'id' && prefix !== null,
  );
  const relation = elements(relations, 'Relationship').find(
    (one) => attribute(one, 'Id') === id?.value,
  );
  const target = attribute(relation, 'Target');
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

/** Text of a string, without how it is pronounced. */
function textOf(string: Element): string {
  return elements(string, 't')
    .filter((one) => one.parentElement?.localName !== 'rPh')
    .map((one) => one.textContent)
    .join('');
}

/** Numbers of the styles that show a number as a date. */
function dateStylesOf(styles: Document | null): ReadonlySet<number> {
  const custom = new Set(
    elements(styles, 'numFmt')
      .filter((one) =>
        /[yd年]/i.test(attribute(one, 'formatCode').replace(/"[^"]*"|\[[^\]]*\]/g, '')),
      )
      .map((one) => Number(attribute(one, 'numFmtId'))),
  );
  const isDate = (format: number): boolean =>
    (format >= 14 && format <= 17) ||
    format === 22 ||
    (format >= 27 && format <= 36) ||
    custom.has(format);
  const [cellFormats] = elements(styles, 'cellXfs');
  return new Set(
    elements(cellFormats, 'xf').flatMap((one, at) =>
      isDate(Number(attribute(one, 'numFmtId'))) ? [at] : [],
    ),
  );
}

interface SheetFacts {
  readonly strings: readonly string[];
  readonly dateStyles: ReadonlySet<number>;
  readonly isFrom1904: boolean;
}

function valueOf(cell: Element, facts: SheetFacts): string {
  const value = elements(cell, 'v')[0]?.textContent ?? '';
  switch (attribute(cell, 't')) {
    case 'inlineStr':
      return textOf(cell);
    case 's':
      return facts.strings[Number(value)] ?? '';
    case 'b':
      return value === '1' ? 'true' : 'false';
    case '':
    case 'n':
      return numberOf(value, Number(attribute(cell, 's')), facts);
    default:
      return value;
  }
}

function numberOf(value: string, style: number, { dateStyles, isFrom1904 }: SheetFacts): string {
  const isDate = value !== '' && dateStyles.has(style);
  return isDate ? dateOf(Number(value), isFrom1904) : asShown(value);
}

/** Excel keeps 17 digits of a fraction and shows 15: what reads 1.1 is kept as 1.1000000000000001. */
function asShown(value: string): string {
  const number = Number(value);
  if (/^-?\d*$/.test(value) || !Number.isFinite(number)) return value;
  return String(Number(number.toPrecision(15)));
}

const DAY_MS = 86_400_000;

/** @param serial - days since the end of 1899, or since 1904. */
function dateOf(serial: number, isFrom1904: boolean): string {
  const first = isFrom1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const at = new Date(first + Math.floor(serial) * DAY_MS);
  return Number.isNaN(at.getTime()) ? String(serial) : at.toISOString().slice(0, 10);
}

function toCsv(sheet: Document, read: (cell: Element) => string): string {
  const rows: (readonly string[])[] = [];
  for (const row of elements(sheet, 'row')) {
    const number = Number(attribute(row, 'r') || rows.length + 1);
    const isNext = Number.isInteger(number) && number > rows.length && number <= MAX_ROWS;
    if (!isNext) throw new Error('rows out of order');
    while (rows.length < number - 1) rows.push([]);
    rows.push(cellsOf(row, read));
  }
  const width = trimmed(rows[0] ?? []).length; // of the header; what stands beyond it and is empty is no cell
  const lines = rows.map((row) =>
    Array.from({ length: Math.max(width, trimmed(row).length) }, (_, at) => quoted(row[at] ?? '')),
  );
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function trimmed(cells: readonly string[]): readonly string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== '') + 1);
}

function cellsOf(row: Element, read: (cell: Element) => string): readonly string[] {
  const cells: string[] = [];
  for (const cell of elements(row, 'c')) {
    const column = columnNumber(attribute(cell, 'r')) ?? cells.length;
    if (column >= MAX_COLUMNS) throw new Error('too many columns');
    while (cells.length < column) cells.push('');
    cells[column] = read(cell);
  }
  return cells;
}

/** `AB12`: 27; the first column is 0. */
function columnNumber(place: string): number | null {
  const letters = /^([A-Z]{1,3})\d+$/.exec(place)?.[1];
  if (letters === undefined) return null;
  return (
    Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1
  );
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
