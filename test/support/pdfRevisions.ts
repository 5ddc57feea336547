/** PDFs as others might change them. */
import { catalogueOf, openPdf, type PdfFile } from '../../service/src/documents/pdf/pdfFile.ts';
import {
  PdfObjects,
  formatXrefTable,
  type Piece,
} from '../../service/src/documents/pdf/pdfObjects.ts';
import { readPages, type Page } from '../../service/src/documents/pdf/pageTree.ts';
import { formatValue } from '../../service/src/documents/pdf/formatValue.ts';
import { asCount, asReference } from '../../service/src/documents/pdf/pdfValue.ts';
import { createWorkBudget } from '../../service/src/documents/pdf/workBudget.ts';

export function open(pdf: Uint8Array): PdfFile {
  return openPdf(pdf, createWorkBudget(10_000_000));
}

/** Object numbers that attackers aim at. */
export interface Anatomy {
  readonly file: PdfFile;
  readonly catalogue: number;
  /** First number that is not in use. */
  readonly size: number;
  readonly page: Page;
  readonly pageTree: number;
  readonly content: number;
  /** The catalogue's members as text, without the brackets. */
  readonly catalogueText: string;
  readonly pageText: string;
}

export function dissect(pdf: Uint8Array): Anatomy {
  const file = open(pdf);
  const numberOf = (value: Parameters<typeof asReference>[0]): number => asReference(value)!.number;
  const [page] = readPages(file);
  const textOf = (value: Parameters<typeof formatValue>[0]): string =>
    formatValue(value).slice(2, -2);
  return {
    file,
    catalogue: numberOf(file.trailer.entries.get('Root')),
    size: asCount(file.trailer.entries.get('Size'))!,
    page: page!,
    pageTree: numberOf(catalogueOf(file).entries.get('Pages')),
    content: numberOf(page!.dictionary.entries.get('Contents')),
    catalogueText: textOf(catalogueOf(file)),
    pageText: textOf(page!.dictionary),
  };
}

/**
 * Adds a revision as a program would.
 *
 * @param objects - bodies by object number.
 * @param trailer - further members of the trailer; `Root` of the file unless it is among them.
 */
export function addRevision(
  pdf: Uint8Array,
  objects: Readonly<Record<number, string | readonly Piece[]>>,
  trailer = '',
): Uint8Array {
  const { file, size } = dissect(pdf);
  const added = new PdfObjects();
  for (const [number, body] of Object.entries(objects)) {
    added.put(Number(number), ...(typeof body === 'string' ? [body] : body));
  }
  const highest = Math.max(size - 1, ...Object.keys(objects).map(Number));
  const root = trailer.includes('/Root')
    ? ''
    : `/Root ${formatValue(file.trailer.entries.get('Root')!)}`;
  const { bytes } = added.assemble([], pdf.length, (offsets, end) => [
    formatXrefTable(offsets, `/Size ${highest + 1}/Prev ${file.startXref}${root}${trailer}`, end),
  ]);
  return Buffer.concat([pdf, bytes]);
}

/**
 * Adds a revision whose objects stand in a stream, as other programs compress them; the length of that stream is an object.
 * Stream, length and cross-reference stream take the three numbers from `next` on.
 */
export function addCompressedRevision(
  pdf: Uint8Array,
  objects: Readonly<Record<number, string>>,
  next: number,
): Uint8Array {
  const { file } = dissect(pdf);
  const { first, count, data } = holdObjects(objects);
  const added = new PdfObjects();
  const held = `<</Type/ObjStm/N ${count}/First ${first}/Length ${next + 1} 0 R>>`;
  added.put(next, `${held}\nstream\n${data}\nendstream`);
  added.put(next + 1, String(data.length));
  const { bytes } = added.assemble([], pdf.length, (offsets, end) => {
    const places: readonly (readonly [number, readonly [number, number, number]])[] = [
      ...Object.keys(objects).map((number, i) => [Number(number), [2, next, i]] as const),
      ...[...offsets, [next + 2, end] as const].map(
        ([number, at]) => [number, [1, at, 0]] as const,
      ),
    ];
    const index = places.map(([number]) => `${number} 1`).join(' ');
    const root = formatValue(file.trailer.entries.get('Root')!);
    const trailer = `/Size ${next + 3}/Prev ${file.startXref}/Root ${root}`;
    return [
      `${next + 2} 0 obj\n<</Type/XRef/W[1 3 1]/Index[${index}]${trailer}/Length ${places.length * 5}>>\nstream\n`,
      Buffer.concat(places.map(([, row]) => xrefRow(row, 3))),
      `\nendstream\nendobj\nstartxref\n${end}\n%%EOF\n`,
    ];
  });
  return Buffer.concat([pdf, bytes]);
}

/** Bodies as the data of an object stream. */
function holdObjects(objects: Readonly<Record<number, string>>): {
  readonly first: number;
  readonly count: number;
  readonly data: string;
} {
  let position = 0;
  const header = Object.entries(objects).map(([number, body]) => {
    const entry = `${number} ${position}`;
    position += body.length + 1;
    return entry;
  });
  const head = `${header.join(' ')} `;
  const data = head + Object.values(objects).join(' ');
  return { first: head.length, count: header.length, data };
}

/** A row of a cross-reference stream; first and last column are one byte wide. */
function xrefRow([type, middle, last]: readonly [number, number, number], width: number): Buffer {
  const row = Buffer.alloc(width + 2);
  row[0] = type;
  row.writeUIntBE(middle, 1, width);
  row[width + 1] = last;
  return row;
}

/** A whole file of one revision out of bodies by number; object 1 is the catalogue. */
export function buildPdf(
  objects: Readonly<Record<number, string | readonly Piece[]>>,
  trailer = '',
): Uint8Array {
  const all = new PdfObjects();
  for (const [number, body] of Object.entries(objects)) {
    all.put(Number(number), ...(typeof body === 'string' ? [body] : body));
  }
  const size = 1 + Object.keys(objects).reduce((most, number) => Math.max(most, Number(number)), 0);
  const { bytes } = all.assemble(['%PDF-1.7\n'], 0, (offsets, end) => [
    formatXrefTable(new Map([[0, 0], ...offsets]), `/Size ${size}/Root 1 0 R${trailer}`, end),
  ]);
  return bytes;
}

/** A plain page of somebody's own. */
export function plainPdf(page = '/MediaBox[0 0 595 842]', catalogue = ''): Uint8Array {
  return buildPdf({
    1: `<</Type/Catalog/Pages 2 0 R${catalogue}>>`,
    2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    3: `<</Type/Page/Parent 2 0 R${page}/Resources<<>>/Contents 4 0 R>>`,
    4: '<</Length 12>>\nstream\n0 0 9 9 re f\nendstream',
  });
}

/** The same page with its objects in a compressed stream, as other programs write them. */
export function compressedPdf(): Uint8Array {
  const { first, data } = holdObjects({
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
  });
  const before = `%PDF-1.7\n4 0 obj\n<</Type/ObjStm/N 3/First ${first}/Length ${data.length}>>\nstream\n${data}\nendstream\nendobj\n`;
  const rows: readonly (readonly [number, number, number])[] = [
    [0, 0, 0],
    [2, 4, 0],
    [2, 4, 1],
    [2, 4, 2],
    [1, 9, 0],
    [1, before.length, 0],
  ];
  const table = Buffer.concat(rows.map((row) => xrefRow(row, 2)));
  return Buffer.concat([
    Buffer.from(
      `${before}5 0 obj\n<</Type/XRef/W[1 2 1]/Size 6/Root 1 0 R/Length ${table.length}>>\nstream\n`,
    ),
    table,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${before.length}\n%%EOF\n`),
  ]);
}

/** As office programs write them: a second, empty table names a stream with what older readers need not see. */
export function hybridPdf(): Uint8Array {
  const plain = plainPdf(undefined, '/MarkInfo 5 0 R');
  const held = '5 0 <</Marked false>>';
  const objects = Buffer.concat([
    plain,
    Buffer.from(
      `6 0 obj\n<</Type/ObjStm/N 1/First 4/Length ${held.length}>>\nstream\n${held}\nendstream\nendobj\n`,
    ),
  ]);
  const rows = Buffer.from([2, 0, 6, 0, 1, plain.length >> 8, plain.length & 0xff, 0]);
  const stream = Buffer.concat([
    Buffer.from('7 0 obj\n<</Type/XRef/W[1 2 1]/Size 7/Index[5 2]/Length 8>>\nstream\n'),
    rows,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const { startXref } = open(plain);
  const trailer = `/Size 8/Root 1 0 R/Prev ${startXref}/XRefStm ${objects.length}`;
  const tableAt = objects.length + stream.length;
  return Buffer.concat([
    objects,
    stream,
    Buffer.from(`xref\n0 0\ntrailer\n<<${trailer}>>\nstartxref\n${tableAt}\n%%EOF\n`),
  ]);
}
